"""The lines of a PDF with their places: a program of its own, since pdfium is C++ and PDFs come from strangers.

Run as a file by ``pdf``, in a process that may crash or be ended without harm; so it imports nothing of the package.
It reads the PDF from standard input and writes one JSON object to standard output: ``{"facts": {…}, "pages": [[[text,
left, bottom, right, top], …], …]}``, places in points from the lower left corner, or ``{"error": …, "detail": …}``.
"""

import ctypes
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

CPU_SECONDS = 15
MEMORY = 400 * 1024 * 1024
"""Bytes of address space; Python and pdfium alone take some 100 MB."""
MOST_PAGES = 300
MOST_CHARACTERS = 3_000_000
MOST_LINES = 100_000
"""A newspaper of forty pages has about as many as half of it."""
MOST_FACTS = 500
"""Characters of a metadata value."""
WIDE = 1.2
"""A gap of so many line heights parts two columns' lines."""
LINE_END = frozenset({10, 13})
HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})
"""What pdfium gives for a hyphen that breaks a word at the end of a line."""
PASSWORD, SECURITY = 4, 5
"""FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY (fpdfview.h)."""

Box = tuple[float, float, float, float]


def main() -> None:
    """Answer for the PDF on standard input."""
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read())))


def _answer(data: bytes) -> dict[str, Any]:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as exc:
        if exc.err_code in (PASSWORD, SECURITY):
            return {"error": "forbidden", "detail": "the PDF is encrypted and needs a password"}
        return {"error": "unreadable", "detail": f"the PDF is damaged: {exc}"}
    if len(document) > MOST_PAGES:
        return {"error": "too_complex", "detail": f"the PDF has {len(document)} pages; at most {MOST_PAGES} are read"}
    facts = {key: value[:MOST_FACTS] for key, value in document.get_metadata_dict().items()}
    pages: list[list[tuple[str, float, float, float, float]]] = []
    left = MOST_CHARACTERS
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            pages.append([])
            continue
        left -= text.count_chars()
        if left < 0:
            return {"error": "too_complex", "detail": f"the PDF has more than {MOST_CHARACTERS} characters"}
        pages.append([(line, *box) for line, box in _lines(pdfium.raw, text.raw, text.count_chars())])
        if sum(map(len, pages)) > MOST_LINES:
            return {"error": "too_complex", "detail": f"the PDF has more than {MOST_LINES} lines"}
        text.close()
        page.close()
    return {"facts": facts, "pages": pages}


def _lines(raw: Any, text: Any, count: int) -> Iterator[tuple[str, Box]]:
    """The lines in the order in which they are drawn, cut where a wide gap shows that the next column begins."""
    line, word = _Line(), ""
    start = 0
    for at in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, at) if at < count else 10
        if code > 32 and code not in HYPHENS and code != 0xA0:
            start = start if word else at
            word += chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
            continue
        if word:
            box = _joined(_box(raw, text, start), _box(raw, text, at - 1))
            if line.is_parted_from(box):
                yield line.whole()
                line = _Line()
            line.add(word + ("-" if code in HYPHENS else ""), box)
            word = ""
        if (code in LINE_END or code in HYPHENS) and line.words:
            yield line.whole()
            line = _Line()


class _Line:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.box: Box = (0, 0, 0, 0)

    def is_parted_from(self, box: Box) -> bool:
        if not self.words:
            return False
        height = max(self.box[3] - self.box[1], 1.0)
        return not -2 * height < box[0] - self.box[2] < WIDE * height or abs(box[1] - self.box[1]) > height * 0.7

    def add(self, word: str, box: Box) -> None:
        self.box = _joined(self.box, box) if self.words else box
        self.words.append(word)

    def whole(self) -> tuple[str, Box]:
        return " ".join(self.words), self.box


def _joined(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _box(raw: Any, text: Any, at: int) -> Box:
    """The box of a character with its font's full height, so that all of a line's are equally high."""
    rect = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(rect)):
        return 0, 0, 0, 0
    return round(rect.left, 1), round(rect.bottom, 1), round(rect.right, 1), round(rect.top, 1)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
