"""E-mails: a text that can be stored, or a refusal."""

from hypothesis import strategies as st

from pipeline.fetch.contents import read_content
from tests.fuzz.damage import damaged, written
from tests.fuzz.law import fuzz, outcome

MAIL = """Subject: =?utf-8?q?L=C3=A4mps?= =?iso-8859-1?b?6eg=?=
From: Ada =?utf-8?q?B=C3=BCchner?= <a@example.org>, "Ode, Bo" <b@example.org>
Date: Tue, 14 May 2024 09:30:00 +0200
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

aGVsbG8gYWxsIHdvcmRz
--b
Content-Type: text/html; charset="koi8-r"
Content-Transfer-Encoding: quoted-printable
Content-Disposition: inline; filename*=utf-8''a%20b.html

<html><head></head><p>hello=20all</p>
--b--
"""
WRAPPED = f"Subject: Fwd: x\nContent-Type: message/rfc822\n\n{MAIL}"
SHORT = "Subject: Re: lamps\nFrom: Ada Hale\nDate: 1 Jan 2024 10:00\n\nThe lamps go out.\n"
PIECES = (
    "--b\n", "--b--\n", "\n\n", "\n ", "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: message/rfc822\n\n", "Content-Type: text/html; charset=unknown-8bit\n", "charset=", "boundary=",
    "=?utf-8?q?", "=?utf-7?b?+2D0-?=", "?=", "=ED=A0=80", "Content-Transfer-Encoding: uuencode\n",
    "Date: 31 Feb 99999 25:61 -9999\n", "From: <\n", "Subject:\n", "(((", "Date: Mon, 1 Jan 0001 00:00:00 +2359\n",
    "From: =?x?", "begin 644 x\n", "Content-Type: text/html; charset*=utf-8''%ED\n", "<@,;:>",
    "Subject: \udcff\udc80\n", "From: \udcff <a@b>\n", "Subject: =?utf-8?b?7aCA?=\n", "Subject: =?utf-8?q?a=00b?=\n",
    "Content-Type: text/plain; charset=idna\n", "Content-Type: text/plain; charset=hex\n", "Content-Type: \n",
)  # fmt: skip


@fuzz(
    250,
    data=written(damaged([MAIL, MAIL, WRAPPED, SHORT], PIECES)),
    declared=st.sampled_from(["message/rfc822", "message/global"]),
)
def test_mails(data: bytes, declared: str) -> None:
    if found := outcome(lambda: read_content(data, declared=declared)):
        found.text.encode()
        assert "\0" not in found.text
