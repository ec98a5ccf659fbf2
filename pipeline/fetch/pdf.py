"""PDFs as plain text with paragraphs, read in a process of its own under limits of time, memory and pages."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import REJECTIONS, Rejected
from pipeline.fetch import pdf_lines
from pipeline.fetch.pdf_layout import Line, paragraphs

SECONDS = 30.0
"""Until the process is ended, whatever it does; the processor time is bounded in ``pdf_lines``."""
PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
OUT_OF_BOUNDS = frozenset({-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU})
"""How a process ends that is out of memory or of processor time; pdfium aborts where it gets no memory."""
SIGNATURE = b"%PDF-"
SIGNATURE_WITHIN = 1024
"""Bytes in which the signature stands, as viewers have it (ISO 32000-1, Annex H, note 13)."""
HEAD = 1500
"""Characters at the beginning of the text in which an article says its own title, author and date."""

LONGEST_BYLINE = 16
"""Words; a longer line that names the author is a sentence about somebody."""

_FILE_NAME = re.compile(r"\.(?:docx?|indd|pdf|rtf|odt|qxp|html?)\b|^(?:microsoft word|untitled|document\d*$)|_", re.I)
_PERSON = re.compile(r"[A-ZÀ-Þ][\w'’.-]+(?: (?:(?:van|von|de|da|del|di|der|bin|al|la|le) )*[A-ZÀ-Þ][\w'’.-]*){1,3}")
_MADE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PRINTED = re.compile(r"skia|mozilla|firefox|chrom|webkit|quartz|print to pdf|prince|safari", re.I)
"""Programs that print a page: the date is that of the printing."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def is_pdf(data: bytes, declared: str) -> bool:
    """Whether ``data`` is a PDF: begins as one, or is declared as one and has its mark further down."""
    return data.startswith(SIGNATURE) or (declared in PDF_TYPES and SIGNATURE in data[:SIGNATURE_WITHIN])


def pdf_text(data: bytes) -> str:
    """The text of a PDF, paragraphs parted by blank lines, headed by what only the metadata says.

    Raises ``Rejected``: ``forbidden`` (encrypted), ``no_content`` (pictures of pages only), ``unreadable``,
    ``too_complex``.
    """
    answer = _ask(data)
    if error := answer.get("error"):
        raise Rejected(error if error in REJECTIONS else "unreadable", str(answer.get("detail", "")))
    pages = [[Line(*line) for line in page] for page in answer["pages"]]
    text = "\n\n".join(paragraphs(pages))
    if not text.strip():
        raise Rejected("no_content", "the PDF has no text, only pictures of it; it would have to be recognised (OCR)")
    return "\n\n".join([*_stated(answer["facts"], text[:HEAD]), text])


def _ask(data: bytes) -> dict[str, Any]:
    """The lines of the PDF, out of another process."""
    program = [sys.executable, "-P", str(Path(pdf_lines.__file__))]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as exc:
        raise Rejected("too_complex", f"the PDF was not read within {SECONDS:g} s") from exc
    if done.returncode == 0:
        answer: dict[str, Any] = orjson.loads(done.stdout)
        return answer
    if done.returncode in OUT_OF_BOUNDS or b"MemoryError" in done.stderr:
        raise Rejected("too_complex", "the PDF takes more time or memory than a page may")
    raise Rejected("unreadable", f"the PDF ended its reader (exit code {done.returncode})")


def _stated(facts: dict[str, str], head: str) -> list[str]:
    """Title, author and date as lines that an article has above its text, where the text itself has none.

    Many programs fill these fields with what nobody wrote: file names, user names, the time of printing. What looks
    like that is left out.
    """
    lines = []
    title, author = facts.get("Title", "").strip(), facts.get("Author", "").strip()
    if len(title.split()) >= 3 and not _FILE_NAME.search(title) and _plain(title) not in _plain(head):
        lines.append(" ".join(title.split()))
    own = [line for line in head.splitlines() if len(line.split()) <= LONGEST_BYLINE]
    if _PERSON.fullmatch(author) and not any(line.startswith("By ") or author in line for line in own):
        lines.append(f"By {author}")
    made = _MADE.match(facts.get("CreationDate", ""))
    if made and not _YEAR.search(head) and not _PRINTED.search(facts.get("Producer", "") + facts.get("Creator", "")):
        year, month, day = map(int, made.groups())
        if 1 <= month <= 12:
            lines.append(f"{day} {_MONTHS[month - 1]} {year}")
    return lines


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
