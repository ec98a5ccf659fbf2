"""PDFs: their paragraphs in reading order, their metadata, and what hostile ones may cost."""

import time
import zlib
from pathlib import Path

import pytest

from pipeline.clean import clean
from pipeline.documents import FetchedPage
from pipeline.errors import Rejected
from pipeline.fetch import pdf as pdf_module
from pipeline.fetch.contents import read_content
from pipeline.fetch.pdf import pdf_text
from tests.unit.fetch.typeset import Placed, column, pdf

ENCRYPTED = Path(__file__).parent / "archives" / "encrypted.pdf"
LAMPS = (
    "The lamps along the quay of Oldtown will be switched off at midnight from the first of June, the council decided "
    "on Tuesday after a debate of three hours in a crowded hall."
)
MOTHS = (
    "Residents had asked for the change for years. Marta Ellingsen counted moths under each lamp and found that fewer "
    "came every summer, and that those which came did not leave again."
)
POLICE = (
    "The chief of police expects no more accidents than before, since the road is closed to cars after ten in the "
    "evening and the cyclists have their own lights with them."
)
REPORT = "A first report is due in the autumn. If too many people fall, the lamps may be lit again before the winter."
STORY = "\n\n".join((LAMPS, MOTHS, POLICE, REPORT))


@pytest.mark.parametrize("indent", [0, 12], ids=["space between paragraphs", "first line indented"])
@pytest.mark.parametrize("width", [90, 44])
def test_paragraphs_come_out_as_they_were(width: int, indent: float) -> None:
    assert pdf_text(pdf([column(STORY, left=60, top=780, width=width, indent=indent)])) == STORY


def two_columns(order: str) -> list[Placed]:
    head: list[Placed] = [(60, 780, 20, "Lamps on the quay go dark"), (60, 755, 10, "By Marta Ellingsen, 14 May 2024")]
    left = column(f"{LAMPS}\n\n{MOTHS}", left=60, top=720, width=42)
    right = column(f"{POLICE}\n\n{REPORT}", left=320, top=720, width=42)
    match order:
        case "column by column":
            return head + left + right
        case "row by row":
            return head + sorted(left + right, key=lambda line: (-line[1], line[0]))
        case _:
            shifted = [(x, y - 5, size, text) for x, y, size, text in right]
            return head + sorted(left + shifted, key=lambda line: -line[1])


@pytest.mark.parametrize("order", ["column by column", "row by row", "rows not in line"])
def test_columns_are_read_one_after_the_other(order: str) -> None:
    text = pdf_text(pdf([two_columns(order)]))
    assert text.split("\n\n") == [
        "Lamps on the quay go dark", "By Marta Ellingsen, 14 May 2024", LAMPS, MOTHS, POLICE, REPORT,
    ]  # fmt: skip


@pytest.mark.parametrize("width", [40, 42, 44, 46])
def test_a_paragraph_goes_on_in_the_next_column(width: int) -> None:
    lines = column(STORY, left=60, top=700, width=width)
    for cut in range(8, len(lines) - 8):
        up = 700 - lines[cut][1]
        right = [(320, y + up, size, text) for _, y, size, text in lines[cut:]]
        assert pdf_text(pdf([[*lines[:cut], *right]])) == STORY


def test_words_broken_at_the_line_end_are_joined_and_names_are_not() -> None:
    lines = ["The coun-", "cil of Saint-", "Laurent met in the well-", "known hall."]
    placed = [(60.0, 780 - 12.0 * number, 10.0, text) for number, text in enumerate(lines)]
    assert pdf_text(pdf([placed])) == "The council of Saint-Laurent met in the wellknown hall."


def test_what_stands_on_every_page_goes_and_a_paragraph_goes_on_over_the_page() -> None:
    broken = column(f"{LAMPS}\n\n{MOTHS}", left=60, top=780, width=90)
    pages = [
        [(60, 815, 8, f"Oldtown Gazette, page {number}"), (60, 30, 8, "All rights reserved"),
         (300, 30, 8, f"{number}/2"), *[(x, y if number == 1 else y + 36, size, text) for x, y, size, text in lines]]
        for number, lines in ((1, broken[:3]), (2, broken[3:]))
    ]  # fmt: skip
    assert pdf_text(pdf(pages)) == f"{LAMPS}\n\n{MOTHS}"


def test_list_items_stay_apart() -> None:
    items = ["• The first of the things that matter", "• The second one", "• The third and last of the things"]
    placed = [(60.0, 780 - 12.0 * number, 10.0, text) for number, text in enumerate(items)]
    assert pdf_text(pdf([placed])).split("\n\n") == items


STATED = {"Title": "Lamps on the quay go dark", "Author": "Marta Ellingsen", "CreationDate": "D:20240514093000+02'00'"}


def article(data: bytes) -> tuple[str | None, list[str], str | None]:
    content = read_content(data, declared="application/pdf")
    page = FetchedPage(
        id="1", requested_url="file:///a.pdf", url="file:///a.pdf", date_fetched="2026-01-01T00:00:00+00:00",
        media_type=content.media_type, encoding=content.encoding, text=content.text,
    )  # fmt: skip
    found = clean(page)
    assert LAMPS in found.body
    return found.headline, [author.name for author in found.authors], found.date_published


def test_what_the_metadata_says_reaches_the_article() -> None:
    data = pdf([column(STORY, left=60, top=780, width=90)], STATED)
    assert article(data) == ("Lamps on the quay go dark", ["Marta Ellingsen"], "2024-05-14")


def test_the_page_is_believed_before_the_metadata() -> None:
    info = {"Title": "Lamps on the quay go dark", "Author": "Jon Other", "CreationDate": "D:20260101"}
    assert article(pdf([two_columns("row by row")], info)) == (
        "Lamps on the quay go dark", ["Marta Ellingsen"], "2024-05-14",
    )  # fmt: skip


@pytest.mark.parametrize(
    "info",
    [
        {"Title": "Microsoft Word - lamps_final_2.docx", "Author": "mellingsen"},
        {"Title": "untitled", "Author": "Administrator"},
        {"CreationDate": "D:20260101", "Producer": "Skia/PDF m120"},
        {"CreationDate": "D:20269901", "Author": "", "Title": " "},
    ],
)
def test_what_programs_put_into_metadata_is_left_out(info: dict[str, str]) -> None:
    assert pdf_text(pdf([column(STORY, left=60, top=780, width=90)], info)) == STORY


def flate(content: bytes) -> bytes:
    """A PDF with one page of this compressed content."""
    base = pdf([[(60, 780, 10, "x")]])
    packed = zlib.compress(content, 9)
    start, end = base.index(b"<</Length"), base.index(b"endstream")
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\n" % (len(packed), packed)
    return base[:start] + stream + base[end:]


WHOLE = pdf([column(STORY, left=60, top=780, width=90)])


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (b"%PDF-1.7\nnothing else", "unreadable", "damaged"),
        (WHOLE[: len(WHOLE) // 3], "unreadable", "damaged"),
        (ENCRYPTED.read_bytes(), "forbidden", "password"),
        (pdf([[], []]), "no_content", "pictures"),
        (pdf([[]] * 301), "too_complex", "301 pages"),
        (flate(b"q " * 50_000_000), "too_complex", "memory"),
    ],
    ids=["no content", "cut", "encrypted", "no text", "pages", "bomb"],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str, said: str) -> None:
    with pytest.raises(Rejected) as caught:
        pdf_text(data)
    assert caught.value.reason == reason
    assert said in caught.value.detail


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_module, "SECONDS", 0.001)
    began = time.monotonic()
    with pytest.raises(Rejected, match="too_complex"):
        pdf_text(WHOLE)
    assert time.monotonic() - began < 5
