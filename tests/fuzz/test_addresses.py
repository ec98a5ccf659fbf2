"""URLs, hosts and numeric addresses: one normal form, never an open door to an address that is not public."""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

from hypothesis import assume
from hypothesis import strategies as st

from pipeline.errors import Rejected
from pipeline.fetch.addresses import check_address, check_literal, networks
from pipeline.fetch.inputs import FoundInput, recognise
from pipeline.sites import Sites, domain_key
from pipeline.urls import canonicalise, domain_of, file_uri, host_of, join, normalise, path_of
from tests.fuzz.damage import damaged, noise, proper
from tests.fuzz.law import fuzz, is_address, outcome

SEEDS = (
    "https://news.example.org/2024/ferry?id=7&utm_source=x#part", "http://192.0.2.235:8080/a/./b/../c?d",
    "https://[2001:db8::1]:443/%7Eme/", "http://0xC0.0.0x2.0353/", "https://münchen.example./a%2eb",
    "HTTPS:\\\\example.org\\a", "http://127.1/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a00:1]/",
    "file:///srv/a%20b.html#12", "//example.org/x", "../x?y=1&&z", "http://１９２。０。２。２３５/",
)  # fmt: skip
PIECES = (
    "%2e%2e", "/..//", "..", "\\", "[", "]", ":", ":0", ":65536", ":²", "@", "%5B", "%00", "%ff", "%", "0x7f", "0177",
    "4294967295", "1.", ".", "xn--", "xn--a", "xn--0000h", "ß", "ﬀ", "℀", "。", "．", "①", "\u200d", "%E2%81%84",
    "utm_", "&", "=", "#", "?", "http:", "file:", "data:", "::1", "::ffff:", "%25eth0", "-", "_", "a" * 64,
    "a." * 127, "/" * 300, "é" * 200, "\u0660", "٣.٣.٣.٣",
)  # fmt: skip
urls = damaged(SEEDS, PIECES) | noise(60).map("http://".__add__) | noise(60)


@fuzz(300, url=urls)
def test_one_identity(url: str) -> None:
    if (found := outcome(lambda: canonicalise(url))) is not None:
        assert canonicalise(found) == found
        assert found.isascii()
        if not found.startswith("file:"):
            is_address(found)
            assert domain_of(found)
            assert canonicalise(normalise(url)) == found
            assert host_of(found) == host_of(normalise(url)) == host_of(f"{found}#x")


@fuzz(150, base=st.sampled_from(SEEDS[:6]), reference=urls)
def test_references(base: str, reference: str) -> None:
    if (found := outcome(lambda: join(base, reference))) is not None:
        is_address(found)


@fuzz(100, path=proper(noise(60)).map("/".__add__), uri=urls.map("file:/".__add__))
def test_files(path: str, uri: str) -> None:
    if (found := outcome(lambda: path_of(uri))) is not None:
        assert path_of(file_uri(found)) == found
        assert found.startswith("/")
    if "\0" not in path:
        assert canonicalise(file_uri(path)) == canonicalise(canonicalise(file_uri(path)))


@fuzz(150, url=urls)
def test_numeric_hosts_are_checked_as_they_are_connected_to(url: str) -> None:
    if (found := outcome(lambda: normalise(url))) is None:
        return
    host = urlsplit(found).hostname or ""
    outcome(lambda: check_literal(found, ()))
    try:
        address = ip_address(host)
    except ValueError:
        return
    if not address.is_global:
        assert outcome(lambda: _checked(found)) is None


def _checked(url: str) -> bool:
    check_literal(url, ())
    return True


@fuzz(
    100,
    address=damaged(["192.0.2.1", "::1", "fe80::1%eth0", "64:ff9b::7f00:1", "::ffff:8.8.8.8"], PIECES),
    port=st.integers(0, 70000),
)
def test_what_a_name_server_answers(address: str, port: int) -> None:
    outcome(lambda: check_address(address, port, networks(["10.0.0.0/8"])))


def _is_folder(argument: str) -> bool:
    """Whether all that is in some real folder would be read."""
    try:
        return os.path.isdir(path_of(argument) if argument[:5].lower() == "file:" else argument)  # noqa: PTH112
    except (Rejected, ValueError):
        return False


@fuzz(100, argument=urls | damaged(["/no/such/file.html", "-", "example.org", "a.jsonl"], PIECES))
def test_arguments_of_the_command_line(argument: str) -> None:
    assume(not _is_folder(argument))
    for each in recognise(argument):
        each.input.encode()
        assert "\0" not in each.input
        if isinstance(each, FoundInput):
            assert canonicalise(each.url) == each.url
        else:
            assert each.message
            assert "\n" not in each.message


@fuzz(100, domain=damaged(["example.org", "*.example.org", "[::1]", "127.0.0.1"], PIECES) | noise(30))
def test_domains_of_settings(domain: str) -> None:
    try:
        key = domain_key(domain)
    except ValueError as exc:
        assert "\n" not in str(exc)
        return
    assert domain_key(f"[{key}]" if ":" in key else key) == key
    assert Sites().pace_of(key).seconds >= 0


def test_the_laws_see_what_is_not_public() -> None:
    for url in ("http://127.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a00:1]/"):
        try:
            check_literal(url, ())
        except Rejected as exc:
            assert exc.reason == "blocked_address"
        else:
            raise AssertionError(url)
