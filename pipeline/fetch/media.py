"""What a document is written in: found out from its content, with the declaration as a hint only."""

import re

from pipeline.documents import MediaType
from pipeline.errors import Rejected

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"), (b"%!PS", "PostScript"), (b"PK\x03\x04", "ZIP or Office"), (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"), (b"\x7fELF", "program"),
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF"), (b"RIFF", "RIFF"), (b"OggS", "Ogg"), (b"ID3", "MP3"),
    (b"\x1aE\xdf\xa3", "Matroska"), (b"wOFF", "font"), (b"wOF2", "font"), (b"SQLite format 3\x00", "SQLite"),
)  # fmt: skip
"""How files that are no text begin; most are those of the WHATWG MIME Sniffing Standard, section 6."""

HEAD = 4096
"""Characters or bytes at the beginning that decide."""

TEXT_TYPES: dict[str, MediaType] = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/markdown": "text/markdown",
    "text/x-markdown": "text/markdown",
    "text/plain": "text/plain",
}
"""Declared types that can be read, and what each is written in if the content does not say otherwise."""

VAGUE_TYPES = frozenset({"", "application/octet-stream", "application/xml", "text/xml", "unknown/unknown"})
"""Declared types that say nothing about whether it is a page."""

_PAGE_START = re.compile(
    r"\s{0,1024}(?:<\?xml[^>]{0,256}>\s{0,64})?(?:<!--(?:(?!-->).){0,2048}-->\s{0,64}){0,4}"
    r"<(?:!doctype\s{1,16}html|html|head|body|title|meta|script|style|div|table|article|main|h1|p|a|br|b)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
"""The beginning of an HTML page, as in section 7.1 of the WHATWG MIME Sniffing Standard, leniently."""
_ANY_TAG = re.compile(r"<[A-Za-z!][^<>]{0,512}>")
_CONTROLS = re.compile(r"[\ufffd\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def refuse_binary(data: bytes) -> None:
    """Raise ``Rejected("unsupported_type")`` for bytes that begin as no text does."""
    for signature, name in SIGNATURES:
        if data.startswith(signature):
            raise Rejected("unsupported_type", f"the content is {name}, not a page")
    if data[4:8] == b"ftyp":
        raise Rejected("unsupported_type", "the content is a video or picture, not a page")


def media_type_of(text: str, declared: str) -> MediaType:
    """What ``text`` is written in, given a declared media type without parameters, in lower case.

    Raises ``Rejected("unsupported_type")`` for text that is no page, and ``Rejected("no_content")`` for none.
    """
    head = text[:HEAD]
    if not head.strip():
        raise Rejected("no_content", "the page is empty")
    if len(_CONTROLS.findall(head)) * 20 > len(head):
        raise Rejected("unsupported_type", "the content is binary, not a page")
    if _PAGE_START.match(head):
        return "text/html"
    kind = TEXT_TYPES.get(declared)
    if kind == "text/html":
        return kind if _ANY_TAG.search(text) else "text/plain"
    if kind is None and declared not in VAGUE_TYPES:
        raise Rejected("unsupported_type", f"the content is declared as {declared[:80]}")
    if declared in ("application/xml", "text/xml") or head.lstrip().startswith("<?xml"):
        raise Rejected("unsupported_type", "the content is XML, not a page")
    return kind or "text/plain"
