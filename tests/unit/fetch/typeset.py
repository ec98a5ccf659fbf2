"""PDFs set line by line, as small as the format allows: what stands where is the test's own choice."""

from collections.abc import Iterable, Mapping, Sequence

Placed = tuple[float, float, float, str]
"""Left, baseline, size, text."""


def pdf(pages: Iterable[Sequence[Placed]], info: Mapping[str, str] | None = None) -> bytes:
    """A PDF of A4 pages in Helvetica."""
    objects: list[bytes] = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    kids = []
    for lines in pages:
        drawn = "\n".join(f"BT /F {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, size, text in lines)
        stream = drawn.encode("cp1252")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    objects.append(
        f"<<{''.join(f'/{key}({_escaped(value)})' for key, value in (info or {}).items())}>>".encode("cp1252")
    )
    return _file(objects)


def column(text: str, *, left: float, top: float, width: int, size: float = 10, indent: float = 0) -> list[Placed]:
    """The text broken into lines of at most ``width`` letters, from ``top`` down; a blank line parts paragraphs."""
    lines: list[Placed] = []
    y = top
    for paragraph in text.split("\n\n"):
        x = left + indent
        for line in _broken(paragraph, width):
            lines.append((x, y, size, line))
            x, y = left, y - size * 1.2
        y -= 0 if indent else size * 0.8
    return lines


def _broken(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(objects: list[bytes]) -> bytes:
    data = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(data)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, len(objects), start)
    )
