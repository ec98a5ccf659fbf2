"""Masking: what must go, what must stay, and that no text makes it slow."""

import time

import pytest

from config.masking import HIDDEN, is_secret_name, masked

S = "hunter2Xq9zz"
"""The secret in each text."""

GO = [
    # user and password in URLs
    (f"http://me:{S}@proxy.example:3128/a?b=1", "http://me:***@proxy.example:3128/a?b=1"),
    (f"redis://:{S}@host/0", "redis://:***@host/0"),
    (f"postgresql+psycopg://me:{S}@db:5432/x", "postgresql+psycopg://me:***@db:5432/x"),
    (f"connecting to 'redis://me:{S}@[::1]:6379/0': refused", "connecting to 'redis://me:***@[::1]:6379/0': refused"),
    (f"http://me:p@{S}@host/", "http://me:***@host/"),
    (f"http://me:{S}%40%2F@host/", "http://me:***@host/"),
    (f"postgresql://me:a/{S}@db/x", "postgresql://me:***@db/x"),
    (f"postgresql://me:a/b@{S}@db/x@y", "postgresql://me:***@db/x@y"),
    (f"http://me:p'{S}@host/", "http://me:***@host/"),
    (f"http://me:123{S}@host/", "http://me:***@host/"),
    ("http://me:12345@host/", "http://me:***@host/"),
    (f"http://a:80,http://me:{S}@b", "http://a:80,http://me:***@b"),
    (f"//me:{S}@host/", "//me:***@host/"),
    (f"sentinel://:{S}@a:1;sentinel://:{S}@b:1", "sentinel://:***@a:1;sentinel://:***@b:1"),
    (f"/login?next=https%3A%2F%2Fme%3A{S}%40host%2F", "/login?next=https%3A%2F%2Fme%3A***%40host%2F"),
    # parameters of URLs
    (f"https://a.example/x?id=5&token={S}&page=2", "https://a.example/x?id=5&token=***&page=2"),
    (f"https://a.example/x?key={S}&page=2", "https://a.example/x?key=***&page=2"),
    (f"https://a.example/x?page=2&amp;key={S}", "https://a.example/x?page=2&amp;key=***"),
    (f"https://a.example/x?pass={S}", "https://a.example/x?pass=***"),
    (f"https://a.example/cb#access_token={S}&state=1", "https://a.example/cb#access_token=***&state=1"),
    (f"https://b.example/o?X-Amz-Credential={S}%2Fus&X-Amz-Date=2", "https://b.example/o?X-Amz-Credential=***&X-Amz-Date=2"),
    (f"https://b.example/o?X-Amz-Signature={S}", "https://b.example/o?X-Amz-Signature=***"),
    (f"https://b.example/o?X-Amz-Security-Token={S}", "https://b.example/o?X-Amz-Security-Token=***"),
    (f"https://b.example/o?X-Goog-Signature={S}", "https://b.example/o?X-Goog-Signature=***"),
    (f"https://b.example/o?AWSAccessKeyId={S}&Expires=1", "https://b.example/o?AWSAccessKeyId=***&Expires=1"),
    (f"https://b.example/o?sv=2024&sig={S}", "https://b.example/o?sv=2024&sig=***"),
    (f"https://a.example/x;jsessionid={S}?id=5", "https://a.example/x;jsessionid=***"),
    (f"https://a.example/?PHPSESSID={S}", "https://a.example/?PHPSESSID=***"),
    (f"https://a.example/?oauth_signature={S}", "https://a.example/?oauth_signature=***"),
    (f"https://a.example/?subscription-key={S}", "https://a.example/?subscription-key=***"),
    (f"/go?u=https%3A%2F%2Fa.example%3Fsid%3D{S}%26page%3D2", "/go?u=https%3A%2F%2Fa.example%3Fsid%3D***%26page%3D2"),
    (f"/go?u=https%3A%2F%2Fa.example%2F%3Fkey%3D{S}", "/go?u=https%3A%2F%2Fa.example%2F%3Fkey%3D***"),
    # parameters in other text
    (f"connect(host=a, password={S}, port=1)", "connect(host=a, password=*** port=1)"),
    (f"host=a user=b password='{S} and more' port=1", "host=a user=b password='***' port=1"),
    (f"password: {S}", "password: ***"),
    (f"COPYDESK_API_KEY={S}", "COPYDESK_API_KEY=***"),
    (f"client_secret = {S}", "client_secret = ***"),
    (f"{{'apiKey': '{S}', 'id': 5}}", "{'apiKey': '***', 'id': 5}"),
    (f'{{"token":"{S}\\" {S}","id":5}}', '{"token":"***","id":5}'),
    (f'"{{\\"passwd\\": \\"{S}\\", \\"id\\": 5}}"', '"{\\"passwd\\": \\"***\\", \\"id\\": 5}"'),
    (f"{{'session': '{S}'}}", "{'session': '***'}"),
    (f"{{'auth': b'{S}'}}", "{'auth': b'***'}"),
    (f"pwd={S}", "pwd=***"),
    (f"sid={S}", "sid=***"),
    (f"X-Api-Key: {S}", "X-Api-Key: ***"),
    (f"X-Auth-Token: {S}", "X-Auth-Token: ***"),
    (f"password='{S}", "password='***"),
    # headers
    (f"Authorization: Bearer {S} was refused", "Authorization: Bearer *** was refused"),
    (f"authorization: basic {S}", "authorization: basic ***"),
    (f"Authorization: {S}", "Authorization: ***"),
    (f'Proxy-Authorization: Digest username="me", response="{S}"', "Proxy-Authorization: ***"),
    (f"Authorization: AWS4-HMAC-SHA256 Credential=a, Signature={S}\nHost: a", "Authorization: ***\nHost: a"),
    (f"{{'Authorization': 'Bearer {S}', 'Host': 'a'}}", "{'Authorization': 'Bearer ***', 'Host': 'a'}"),
    (f"[(b'Authorization', b'Bearer {S}'), (b'Host', b'a')]", "[(b'Authorization', b'Bearer ***'), (b'Host', b'a')]"),
    (f"refused: Bearer {S}", "refused: Bearer ***"),
    (f"Cookie: a=b; c={S}\nHost: a", "Cookie: ***\nHost: a"),
    (f"Set-Cookie: c={S}; Path=/; HttpOnly", "Set-Cookie: ***"),
    (f"{{'set-cookie': 'c={S}; Path=/', 'host': 'a'}}", "{'set-cookie': '***', 'host': 'a'}"),
    (f"[(b'Cookie', b'c={S}'), (b'Host', b'a')]", "[(b'Cookie', b'***'), (b'Host', b'a')]"),
]  # fmt: skip

STAY = [
    "",
    "fetch: Redis: connection refused; 3 documents are handed back",
    "https://news.example/a/b.html?id=5",
    "https://news.example/?key-facts=1&keyword=x&monkey=1&tokens=3&author=me&sort=asc",
    "https://news.example/?passage=2&design=1&signal=3&code=404&secretary=x&authority=b",
    "https://news.example/why-the-password-is-dead?utm_source=feed#key-facts",
    "https://news.example:8443/@me/x@y",
    "https://medium.example/@me:you",
    "https://web.example/web/2020/http://a.example/@b",
    "http://[::1]:8080/a@b",
    "http://host:8080 and me@example.org",
    '{"url":"http://host:8080","mail":"me@example.org"}',
    "https://me@host.example/x",
    "mailto:me@example.org",
    "Monday: the secretary spoke at 10:30",
    "session: two of three; key: none; auth: optional",
    "cookie: a wall",
    "Basic understanding, Bearer of news",
    "exit code=1, key=copydesk:fetch",
    "password authentication failed for user \"me\"",
    "if token == other:",
    "DETAIL: Key (id)=(5) already exists.",
    "?token=",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GO)
def test_credentials_go(text: str, expected: str) -> None:
    assert masked(text) == expected
    assert masked(expected) == expected
    assert S not in expected


@pytest.mark.parametrize("text", STAY)
def test_all_else_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "a", "-", "_", " ", "=", ":", "@", "/", "//", "\\", "'", '"', "%", "%2F%2F", "%3A", "//a:", "//a:b", "//a:b/",
        "//:1", "//a:b@", "//a:b/@", "://a:'", "token", "token ", "token=", "token='", 'token="\\', "token: ",
        "access_", "sess", "-key", "x_token\t", "?key=", "&sid", "Authorization: ", "Authorization: Basic ",
        "Authorization='", "Basic ", "Basic a", "Bearer aaaaaaaaaaaaaaaa", "Cookie: ", "Cookie: a", "Cookie: 'a=",
        "cookie2\\", "\\\\", "\x00", "é",
    ],
)  # fmt: skip
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    assert _seconds(piece * (200_000 // len(piece))) < 5  # about 0.1; if the time grew with the square, an hour


def test_a_megabyte_is_masked() -> None:
    assert _seconds("".join(text for text, _ in GO * (1_000_000 // sum(len(text) for text, _ in GO)))) < 10


def _seconds(text: str) -> float:
    began = time.process_time()
    masked(text)
    return time.process_time() - began


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("token", True), ("accessToken", True), ("API_KEY", True), ("session", True), ("x-auth", True), ("pwd", True),
        ("document", False), ("stage", False), ("key", False), ("author", False), ("tokens", False), ("worker", False),
    ],
)  # fmt: skip
def test_a_name_tells_that_its_value_is_secret(name: str, is_secret: bool) -> None:
    assert is_secret_name(name) is is_secret


def test_what_is_hidden_is_not_hidden_again() -> None:
    assert masked(HIDDEN) == HIDDEN
