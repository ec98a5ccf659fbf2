"""Bytes to text: byte order mark, valid UTF-8, declarations, and statistics last; never raises, never hangs.

Labels are read as the WHATWG Encoding Standard has them. Declarations are not trusted further than they fit.
"""

import codecs
import re
from itertools import islice

import charset_normalizer
import webencodings

from pipeline.documents import MediaType

META_BYTES = 4096
"""How far a ``<meta>`` declaration is looked for; the standard asks for 1024, real pages put it later."""
SAMPLE_BYTES = 16 * 1024
"""How much statistics look at, from the first byte on that is no ASCII."""
CERTAIN = 8
"""Valid multi-byte characters that prove UTF-8 against any declaration; fewer can be chance in GBK or Shift JIS."""
TOLERANCE = 100
"""An encoding fits while at most one character in this many, and one foreign byte in four, does not decode."""
FALLBACK = "windows-1252"

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"))
_META = re.compile(rb"<meta\s[^>]{0,512}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\s{0,64}<\?xml\s[^>]{0,128}?encoding\s{0,8}=\s{0,8}[\"']([A-Za-z0-9_:.-]{2,40})")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_ASCII = bytes(range(0x80))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")

# Where Python's codec of the name is narrower than what the standard means by it.
_CODECS = {
    "big5": "big5hkscs", "euc-kr": "cp949", "gbk": "gb18030", "shift_jis": "cp932", "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic", "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}  # fmt: skip

_NO_CODEC = frozenset({"replacement", "x-user-defined"})
"""Names in the standard that stand for no encoding of text; ``hz-gb-2312`` and ``iso-2022-kr`` mean the first."""

_GUESSES = {
    "cp1252": "windows-1252", "cp1250": "windows-1250", "cp1251": "windows-1251", "cp1253": "windows-1253",
    "cp1254": "windows-1254", "cp1255": "windows-1255", "cp1256": "windows-1256", "cp1257": "windows-1257",
    "iso8859_2": "iso-8859-2", "koi8_r": "koi8-r", "cp932": "shift_jis", "euc_jp": "euc-jp", "cp949": "euc-kr",
    "gb18030": "gb18030", "big5": "big5", "tis_620": "windows-874",
}  # fmt: skip
"""Legacy encodings of the web that statistics choose from, by Python's names, and the standard's names of them.

Where several fit as well, the earlier is meant.
"""

_BY_LANGUAGE = {
    **dict.fromkeys(("da", "de", "es", "fi", "fr", "is", "it", "nb", "nl", "no", "pt", "sv"), ("cp1252",)),
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), ("cp1250", "iso8859_2")),
    **dict.fromkeys(("be", "bg", "mk", "ru", "sr", "uk"), ("cp1251", "koi8_r")),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257",)),
    **dict.fromkeys(("ar", "fa"), ("cp1256",)),
    "el": ("cp1253",), "he": ("cp1255",), "ja": ("cp932", "euc_jp"), "ko": ("cp949",), "th": ("tis_620",),
    "tr": ("cp1254",), "zh": ("gb18030", "big5"),
}  # fmt: skip
"""What pages in a language are in that name no encoding (after the HTML Standard's table of defaults by locale).

English is left out: templates claim it whatever the page is in.
"""

_LANGUAGE = re.compile(rb"<html\s[^>]{0,512}?lang\s{0,8}=\s{0,8}[\"']?([A-Za-z]{2})\b", re.IGNORECASE)


def decode(data: bytes, *, declared: str | None, media_type: MediaType | None) -> tuple[str, str]:
    """The text of ``data`` and the WHATWG name of its encoding.

    ``declared`` is the charset that came with it from outside, such as that of the Content-Type header;
    ``media_type`` the declared type, which says whether a ``<meta>`` can be meant (``None``: unknown, so it can).
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name), name
    labels = [_name(declared), None if media_type in ("text/plain", "text/markdown") else _declared_inside(data)]
    names = [name for name in labels if name]
    if (text := _as_utf8(data, names)) is not None:
        return text, "utf-8"
    candidates = [_guessed_utf16(data), *names, "utf-8"]
    for name in filter(None, candidates):
        if (fitting := _fitting(data, name)) is not None:
            return fitting, name
    guess = _guessed(data)
    return _decoded(data, guess), guess


def _decoded(data: bytes, name: str) -> str:
    return _without_nul(data.decode(_CODECS.get(name, name), "replace"))


def _without_nul(text: str) -> str:
    """NUL means nothing in a page, and no database takes it (HTML Standard, 13.2.5: replaced too)."""
    return text.replace("\0", "\ufffd")


def _name(label: str | None) -> str | None:
    """The standard's name of the encoding that a label stands for; ``None`` for an unknown label."""
    found = webencodings.lookup(label[:40]) if label else None
    return found.name if found and found.name not in _NO_CODEC else None


def _declared_inside(data: bytes) -> str | None:
    head = data[:META_BYTES]
    if not (match := _XML.match(head) or _META.search(head)):
        return None
    name = _name(match.group(1).decode("ascii"))
    # Who can read the tag as ASCII does not read UTF-16; the standard says UTF-8 is meant.
    return "utf-8" if name in ("utf-16le", "utf-16be") else name


def _as_utf8(data: bytes, names: list[str]) -> str | None:
    """The text, if it is UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if ("iso-2022-jp" in names and b"\x1b$" in data) or _guessed_utf16(data):
        return None
    multibyte = next((name for name in names[:1] if name in _CODECS or name in ("gb18030", "euc-jp")), None)
    is_certain = multibyte is None or len(list(islice(_MULTIBYTE.finditer(data), CERTAIN))) == CERTAIN
    return _without_nul(text) if is_certain else None


def _fitting(data: bytes, name: str) -> str | None:
    """The text, if it reads as this encoding but for a few errors."""
    text = _decoded(data, name)
    errors = text.count("\ufffd")
    foreign = len(data.translate(None, _ASCII))
    return text if errors * TOLERANCE <= len(text) and errors * 4 <= foreign else None


def _guessed_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark shows in text of Latin letters: every second byte is zero."""
    sample = data[: SAMPLE_BYTES // 8 * 2]
    even, odd, half = sample[::2].count(0), sample[1::2].count(0), len(sample) // 2
    if odd * 10 > half * 7 and even * 10 < half:
        return "utf-16le"
    return "utf-16be" if even * 10 > half * 7 and odd * 10 < half else None


def _guessed(data: bytes) -> str:
    language = _LANGUAGE.search(data, 0, META_BYTES)
    codecs_of_it = _BY_LANGUAGE.get(language.group(1).decode("ascii").lower()) if language else None
    first = _NOT_ASCII.search(data)
    start = max(0, first.start() - 256) if first else 0
    sample = data[start : start + SAMPLE_BYTES]
    # Cut where no character can be cut in two.
    sample = sample[: sample.rfind(b"<") if b"<" in sample else None]
    return _likeliest(sample, codecs_of_it or ()) or _likeliest(sample, tuple(_GUESSES)) or FALLBACK


def _likeliest(sample: bytes, choice: tuple[str, ...]) -> str | None:
    """The encoding among ``choice`` that reads best; ``None`` if none reads without errors."""
    readable = [codec for codec in choice if "\ufffd" not in sample.decode(codec, "replace")]
    if len(readable) < 2:
        return _GUESSES[readable[0]] if readable else None
    found = charset_normalizer.from_bytes(sample, steps=8, chunk_size=1024, cp_isolation=readable)
    places = {codec: place for place, codec in enumerate(readable)}
    ranked = sorted(
        (match for match in found if match.encoding in places),
        key=lambda match: (match.chaos, -match.coherence, places[match.encoding]),
    )
    guess = _GUESSES[ranked[0].encoding if ranked else readable[0]]
    # German reads the same in the code pages of Poland and Turkey; then the usual one is meant.
    return FALLBACK if _decoded(sample, guess) == _decoded(sample, FALLBACK) else guess
