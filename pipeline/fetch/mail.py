"""E-mails (RFC 5322, MIME): the letter's own text and what its header says of it; attachments are left alone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import escape

from pipeline.documents import MediaType
from pipeline.errors import Rejected

MAIL_TYPES = frozenset({"message/rfc822", "message/global"})

MOST_LINES = 400_000
"""A letter of 20 MB in base64 has 270,000 of them."""
MOST_PARTS = 100
MOST_NESTED = 12
"""Boundaries; each line is compared with all that are open."""
LONGEST_FIELD = 1500
"""Bytes of a header field that is taken apart; the time of the standard library's parser grows faster than these."""
DEEPEST = 3
"""Letters inside each other that hold nothing else."""

BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the standard library's parser raises over damaged headers, beside its own errors."""

_NEWLINE = re.compile(rb"\r\n?")
_FIELD = re.compile(rb"^(?:content-[a-z-]{1,40}|subject|from|date|mime-version):[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_ANSWERED = re.compile(r"^(?:(?:re|fwd?|aw|wg|tr|rv|i|enc) ?(?:\[\d+\])?: ?)+", re.I)
_HEAD = re.compile(r"\s*(?:<!doctype[^>]{0,400}>\s*)?(?:<html\b[^>]{0,2000}>\s*)?(?:<head\b[^>]{0,400}>)?", re.I)
_TITLE = re.compile(r"<title[^>]{0,400}>\s*[^\s<]|property=[\"']og:title", re.I)
_AUTHOR = re.compile(r"<meta\s[^>]{0,200}name=[\"']?author\b", re.I)
_DATE = re.compile(r"article:published_time|datePublished|<meta\s[^>]{0,200}name=[\"']?(?:date|pubdate)\b", re.I)


@dataclass(frozen=True)
class Mail:
    """A letter, its text not decoded yet."""

    body: bytes
    media_type: MediaType
    charset: str | None
    subject: str | None
    sender: str | None
    """The name in the From field; ``None`` where only an address stands there."""
    date: datetime | None

    def with_facts(self, text: str, media_type: MediaType) -> str:
        """The decoded text with subject, sender and date where an article has headline, author and date."""
        return self._in_head(text) if media_type == "text/html" else self._above(text)

    def _in_head(self, text: str) -> str:
        tags = []
        if self.subject and not _TITLE.search(text):
            tags.append(f"<title>{escape(self.subject)}</title>")
        if self.sender and not _AUTHOR.search(text):
            tags.append(f'<meta name="author" content="{escape(self.sender)}">')
        if self.date and not _DATE.search(text):
            tags.append(f'<meta property="article:published_time" content="{self.date.isoformat()}">')
        end = match.end() if (match := _HEAD.match(text)) else 0
        return text[:end] + "".join(tags) + text[end:]

    def _above(self, text: str) -> str:
        lines = [self.subject] if self.subject else []
        if self.sender:
            lines.append(f"By {self.sender}")
        if self.date:
            lines.append(f"Published {self.date.isoformat(timespec='minutes')}")
        return "\n\n".join([*lines, text])


def read_mail(data: bytes) -> Mail:
    """The letter in ``data``: its HTML part, else its plain text; of a letter that only wraps another one, that one.

    Raises ``Rejected``: ``unreadable`` for what is no letter, ``no_content`` for one without text, ``too_complex``.
    """
    data = _NEWLINE.sub(b"\n", data)
    _check_bounds(data)
    try:
        return _read(BytesParser(EmailMessage, policy=policy.default).parsebytes(data))
    except BROKEN as exc:
        raise Rejected("unreadable", f"the e-mail is damaged: {type(exc).__name__}") from exc


def _read(message: EmailMessage) -> Mail:
    if not message.keys():
        raise Rejected("unreadable", "this is no e-mail: it has no header")
    letter, part = _letter(message)
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes) or not body.strip():
        raise Rejected("no_content", "the e-mail is empty")
    media_type: MediaType = "text/html" if part.get_content_type() == "text/html" else "text/plain"
    charset = part.get_content_charset()
    return Mail(body, media_type, charset, _subject(letter), _sender(letter), _date(letter))


def _check_bounds(data: bytes) -> None:
    if data.count(b"\n") > MOST_LINES:
        raise Rejected("too_complex", f"the e-mail has more than {MOST_LINES} lines")
    parts = nested = 0
    for field in _FIELD.finditer(data):
        name = field[0][:20].lower()
        if name.startswith(b"content-type:"):
            parts += 1
            nested += b"multipart/" in field[0].lower() or b"message/" in field[0].lower()
        if len(field[0]) > LONGEST_FIELD or parts > MOST_PARTS or nested > MOST_NESTED:
            raise Rejected("too_complex", f"the e-mail has more than {MOST_PARTS} parts, or is nested too deep")


def _letter(message: EmailMessage) -> tuple[EmailMessage, EmailMessage]:
    """The letter that has a text, and that text's part."""
    for _ in range(DEEPEST):
        part = message.get_body(("html", "plain"))
        if isinstance(part, EmailMessage):
            return message, part
        inner = [each for each in message.walk() if each.get_content_type() in MAIL_TYPES and each.is_multipart()]
        within = inner[0].get_payload(0) if inner else None
        if not isinstance(within, EmailMessage):
            break
        message = within
    raise Rejected("no_content", "the e-mail has no text")


def _subject(letter: EmailMessage) -> str | None:
    return _ANSWERED.sub("", _line(str(_field(letter, "subject") or ""))) or None


def _sender(letter: EmailMessage) -> str | None:
    addresses = getattr(_field(letter, "from"), "addresses", ())
    return _line(addresses[0].display_name) or None if addresses else None


def _date(letter: EmailMessage) -> datetime | None:
    moment: datetime | None = getattr(_field(letter, "date"), "datetime", None)
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _line(text: str) -> str:
    """A field's text on one line, as it can be stored: bare bytes in it are UTF-8 (RFC 6532), NUL goes as in a body."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(whole.replace("\0", "\ufffd").split())


def _field(letter: EmailMessage, name: str) -> object:
    """A header field taken apart; ``None`` where it is damaged, so that it does not cost the letter."""
    try:
        return letter.get(name)
    except BROKEN:
        return None
