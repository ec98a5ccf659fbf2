"""From bytes to text, wherever they came from: the one place that knows which formats are read, and by whom."""

from dataclasses import dataclass

from pipeline.documents import MediaType
from pipeline.fetch.decoding import decode
from pipeline.fetch.mail import MAIL_TYPES, read_mail
from pipeline.fetch.media import TEXT_TYPES, media_type_of, refuse_binary
from pipeline.fetch.pdf import PDF_TYPES, is_pdf, pdf_text

READABLE = TEXT_TYPES.keys() | PDF_TYPES | MAIL_TYPES
"""Declared types of what can be read."""


@dataclass(frozen=True)
class Content:
    """What a document says: fields as in ``FetchedPage``."""

    text: str
    media_type: MediaType
    encoding: str | None


def read_content(data: bytes, *, declared: str, charset: str | None = None) -> Content:
    """The text of a web page, plain text, Markdown, PDF or e-mail.

    ``declared`` is the media type that came with it from outside, without parameters and in lower case, ``charset`` the
    encoding; both are hints, but only what is declared as e-mail is read as e-mail. Raises ``Rejected``.
    """
    if is_pdf(data, declared):
        return Content(pdf_text(data), "text/plain", None)
    if declared in MAIL_TYPES:
        mail = read_mail(data)
        content = _text(mail.body, mail.media_type, mail.charset)
        return Content(mail.with_facts(content.text, content.media_type), content.media_type, content.encoding)
    return _text(data, declared, charset)


def _text(data: bytes, declared: str, charset: str | None) -> Content:
    refuse_binary(data)
    text, encoding = decode(data, declared=charset, media_type=TEXT_TYPES.get(declared))
    return Content(text, media_type_of(text, declared), encoding)
