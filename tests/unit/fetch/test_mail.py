"""E-mails: which text is the letter's, what its header says, and what hostile ones may cost."""

from email.message import EmailMessage

import pytest

from pipeline.clean import clean
from pipeline.documents import Article, FetchedPage
from pipeline.errors import Rejected
from pipeline.fetch.contents import Content, read_content

PARAGRAPHS = [
    "The lamps along the quay of Oldtown will be switched off at midnight from the first of June, the council said.",
    "Residents had asked for the change for years. Marta Ellingsen counted moths under each lamp and found fewer.",
    "The chief of police expects no more accidents than before, since the road is closed to cars after ten.",
    "A first report is due in the autumn. If too many people fall, the lamps may be lit again before the winter.",
]
TEXT = "\n\n".join(PARAGRAPHS)
HTML = (
    "<html><head><meta charset=utf-8></head><body>"
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    + "</body></html>"
)


def letter(
    subject: str | None = "Lamps on the quay go dark", sender: str | None = "Jérôme Petit <jp@example.org>"
) -> EmailMessage:
    message = EmailMessage()
    for name, value in (("Subject", subject), ("From", sender), ("Date", "Tue, 14 May 2024 09:30:00 +0200")):
        if value is not None:
            message[name] = value
    message["To"] = "desk@example.org"
    return message


def read(message: EmailMessage | bytes) -> Content:
    data = message if isinstance(message, bytes) else message.as_bytes()
    return read_content(data, declared="message/rfc822")


def article(content: Content) -> Article:
    page = FetchedPage(
        id="1", requested_url="file:///a.eml", url="file:///a.eml", date_fetched="2026-01-01T00:00:00+00:00",
        media_type=content.media_type, encoding=content.encoding, text=content.text,
    )  # fmt: skip
    return clean(page)


def facts(found: Article) -> tuple[str | None, list[str], str]:
    return found.headline, [author.name for author in found.authors], (found.date_published or "")[:10]


@pytest.mark.parametrize("kinds", [("plain",), ("html",), ("plain", "html")])
def test_the_header_says_what_the_article_does_not(kinds: tuple[str, ...]) -> None:
    message = letter()
    if "plain" in kinds:
        message.set_content(TEXT)
    if kinds == ("html",):
        message.set_content(HTML, subtype="html")
    elif "html" in kinds:
        message.add_alternative(HTML, subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    content = read(message)
    assert content.media_type == ("text/html" if "html" in kinds else "text/plain")
    found = article(content)
    assert facts(found) == ("Lamps on the quay go dark", ["Jérôme Petit"], "2024-05-14")
    assert found.body == TEXT


def test_the_letter_is_believed_before_its_header() -> None:
    message = letter(subject="Our newsletter of today", sender="Newsletter <no-reply@example.org>")
    head = (
        '<title>Moths return</title><meta name="author" content="Ada Quill">'
        '<meta property="article:published_time" content="2023-01-02T03:04:05Z">'
    )
    message.set_content(HTML.replace("<meta charset=utf-8>", head), subtype="html")
    assert facts(article(read(message))) == ("Moths return", ["Ada Quill"], "2023-01-02")


@pytest.mark.parametrize(
    ("subject", "headline"),
    [
        ("Fwd: Re: Lamps on the quay go dark", "Lamps on the quay go dark"),
        ("WG: AW: Lampen am Kai gehen aus", "Lampen am Kai gehen aus"),
        ("Grünes Licht für dunkle Lampen", "Grünes Licht für dunkle Lampen"),
        ('Lamps "<script>" & moths', 'Lamps "<script>" & moths'),
    ],
)
def test_subjects_become_headlines(subject: str, headline: str) -> None:
    message = letter(subject=subject)
    message.set_content(HTML, subtype="html")
    content = read(message)
    assert "<script>" not in content.text
    assert article(content).headline == headline


def test_of_a_letter_that_wraps_another_the_inner_one_is_read() -> None:
    inner = letter()
    inner.set_content(TEXT)
    outer = letter(subject="Fwd: have a look", sender="Somebody Else <x@example.org>")
    outer.make_mixed()
    outer.attach(_wrapped(inner))
    assert facts(article(read(outer)))[0] == "Lamps on the quay go dark"


def _wrapped(inner: EmailMessage) -> EmailMessage:
    part = EmailMessage()
    part.set_content(inner)
    return part


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8", "x-unknown", "utf-7"])
def test_charsets_are_not_trusted(charset: str) -> None:
    body = f"Grüße aus Oldtown. {TEXT}".encode("iso-8859-1" if charset == "iso-8859-1" else "utf-8")
    data = b"Subject: x\nContent-Type: text/plain; charset=%s\nContent-Transfer-Encoding: 8bit\n\n%s" % (
        charset.encode(),
        body,
    )
    assert "Grüße aus Oldtown" in read(data).text


NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(500))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "unreadable"),
        (b"just some words\nof a text\n", "unreadable"),
        (letter().as_bytes(), "no_content"),
        (b"Subject: x\nContent-Type: image/png\n\nabc", "no_content"),
        (b"Subject: x\nContent-Type: text/html\n\n" + b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "unsupported_type"),
        (b"Subject: x\n" + NESTED, "too_complex"),
        (b"Subject: x\n" + b"--x\nContent-Type: text/plain\n\n" * 1000, "too_complex"),
        (b"Subject: x\nContent-Type: text/plain" + b";a*0*=b" * 3000 + b"\n\nx", "too_complex"),
        (b"Subject: x\n\n" + b"x\n" * 500_000, "too_complex"),
    ],
    ids=["empty", "no header", "no text", "picture", "binary", "nested", "parts", "parameters", "lines"],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        read(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize("name", ["Jérôme Petit", '"Jérôme Petit"', "=?utf-8?q?J=C3=A9r=C3=B4me?= Petit"])
def test_names_may_stand_in_the_header_as_bare_utf_8(name: str) -> None:
    found = read(f"Subject: Lamps\nFrom: {name} <jp@example.org>\n\n{TEXT}".encode())
    assert found.text.startswith("Lamps\n\nBy Jérôme Petit\n\n")


@pytest.mark.parametrize(
    "field", ["Subject: =?utf-8?q?La=00mps?=", "From: =?utf-8?q?A=00da?= <a@b>", "From: \xff <a@b>"]
)
def test_what_a_header_says_can_be_stored(field: str) -> None:
    text = read(f"{field}\n\n{TEXT}".encode("latin-1")).text
    assert "\0" not in text
    assert text.encode()


@pytest.mark.parametrize("sender", ["(" * 1400, '"a\\"' * 300, "=?utf-8?q?" * 100, "<" * 1400, "a@b," * 300, "@,;:\\"])
def test_damaged_fields_cost_only_themselves(sender: str) -> None:
    data = f"Subject: Lamps\nFrom: {sender}\nDate: no date\n\n{TEXT}".encode()
    content = read(data)
    assert content.text.startswith("Lamps")
    assert TEXT in content.text
