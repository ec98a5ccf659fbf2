"""PDFs: a text that can be stored, or a refusal. Each is read in a process of its own, so there are few examples."""

from pipeline.fetch.contents import read_content
from tests.fuzz.damage import damaged_bytes
from tests.fuzz.law import CONTROLS, fuzz, outcome
from tests.unit.fetch.typeset import column, pdf

WHOLE = pdf(
    [column("The lamps along the quay of Oldtown will be switched off. " * 9, left=60, top=780, width=60)],
    {"Title": "Lamps", "Author": "Ada Hale", "CreationDate": "D:20240514093000+02'00'"},
)
PIECES = (
    " Td", " Tm", "BT ", "ET ", "/F 1e9 Tf ", " 0 R", "endobj", "stream\n", "-99999999999", "<<", ">>",
    "/Kids[2 0 R]", "/Length 0", "/Rotate 90", "/MediaBox[0 0 0 0]", "/MediaBox[-1e9 0 1e9 1e9]", "/Encrypt 1 0 R",
    "xref", "q " * 90, "(\\000\\377)", "/Filter/FlateDecode", "D:99999999999999", "D:20241399", "nan",
    "(\\376\\377\\330\\000)", "/Differences[0/uniD800]",
)  # fmt: skip


@fuzz(
    12,
    data=damaged_bytes([WHOLE, WHOLE, WHOLE], PIECES).map(
        lambda data: data if data[:5] == b"%PDF-" else b"%PDF-" + data
    ),
)
def test_pdfs(data: bytes) -> None:
    if found := outcome(lambda: read_content(data, declared="application/pdf")):
        found.text.encode()
        assert not CONTROLS.search(found.text)
