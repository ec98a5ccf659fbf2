"""URL identity: a table of spellings, and the two laws (idempotent, order-free)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Rejected
from pipeline.urls import canonicalise, domain_of, host_of, join, normalise

SAME = [
    # (spelling, identity)
    ("HTTP://WWW.Example.ORG:80/", "http://www.example.org/"),
    ("https://example.org:443", "https://example.org/"),
    ("https://example.org:0443/", "https://example.org/"),
    ("https://example.org:8443/x", "https://example.org:8443/x"),
    ("  https://example.org/a\n", "https://example.org/a"),
    ("https://exam\tple.org/a", "https://example.org/a"),
    ("https:\\\\example.org\\a\\b", "https://example.org/a/b"),
    ("https:example.org/a", "https://example.org/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org/a/./b/../c", "https://example.org/a/c"),
    ("https://example.org/a/%2e%2E/c", "https://example.org/c"),
    ("https://example.org/../../a/..", "https://example.org/"),
    ("https://example.org/a//b", "https://example.org/a//b"),
    ("https://example.org/a//..//.", "https://example.org/a//"),
    ("https://example.org/%7Eme/%e2%82%ac", "https://example.org/~me/%E2%82%AC"),
    ("https://example.org/€ uro", "https://example.org/%E2%82%AC%20uro"),
    ("https://example.org/100%", "https://example.org/100%25"),
    ("https://example.org/a#part", "https://example.org/a"),
    ("https://example.org/a?", "https://example.org/a"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?utm_source=x&UTM_Medium=y&id=7&fbclid=q", "https://example.org/a?id=7"),
    ("https://example.org/a?utm%5Fsource=x", "https://example.org/a"),
    ("https://example.org/a?&&b=&&c", "https://example.org/a?b=&c"),
    ("https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/"),
    ("https://xn--MNCHEN-3ya.example/", "https://xn--mnchen-3ya.example/"),
    ("https://ex%61mple.org/", "https://example.org/"),
    ("https://[2001:DB8:0:0:0:0:0:1]/", "https://[2001:db8::1]/"),
    ("http://3221226219/", "http://192.0.2.235/"),
    ("http://0xC0.0.0x2.0353/", "http://192.0.2.235/"),
    ("http://192.0.747/", "http://192.0.2.235/"),
    ("http://１９２。０。２。２３５/", "http://192.0.2.235/"),
    ("file:///srv/pages/../a%20b.html", "file:///srv/a%20b.html"),
    ("file://localhost/srv//a.html", "file:///srv/a.html"),
    ("FILE:/srv/ä.html", "file:///srv/%C3%A4.html"),
]

NO_URL = [
    "",
    "example.org",
    "ftp://example.org/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://",
    "http:///",
    "http://?x",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://@example.org/",
    "http://example.org:99999/",
    "http://example.org:8o/",
    "http://exa mple.org/",
    "http://exa<mple.org/",
    "http://a..b/",
    "http://192.0.2.256/",
    "http://1.2.3.4.5/",
    "http://192.0.2.08/",
    "http://name.0x7f/",
    "http://99999999999/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1/",
    "http://[1.2.3.4]/",
    "http://[::1]x/",
    "http://" + "a" * 64 + ".example/",
    "http://" + "ü" * 2000 + ".example/",
    "http://" + "a." * 200 + "example/",
    "https://example.org/" + "a" * 9000,
    "https://example.org/" + "é" * 2000,
    "file:relative.html",
    "file://elsewhere/srv/a.html",
    "file:///srv/a%00b",
    "file:///srv/\ud800",
]


@pytest.mark.parametrize(("spelling", "identity"), SAME)
def test_spellings_of_one_document_have_one_identity(spelling: str, identity: str) -> None:
    assert canonicalise(spelling) == identity
    assert canonicalise(identity) == identity


@pytest.mark.parametrize("text", NO_URL)
def test_what_is_no_url_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        canonicalise(text)
    assert caught.value.reason == "bad_url"
    assert "secret" not in str(caught.value)


def test_normalise_keeps_every_parameter_in_its_order() -> None:
    assert normalise("https://example.org/a?utm_source=x&b=2&a=1#f") == "https://example.org/a?utm_source=x&b=2&a=1"


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("../z?w#f", "https://example.org/z?w"),
        ("//other.example", "https://other.example/"),
        ("?p=1", "https://example.org/x/y?p=1"),
        ("\\\\other.example\\a", "https://other.example/a"),
        (" HTTP://OTHER.example", "http://other.example/"),
        ("", "https://example.org/x/y?q"),
    ],
)
def test_join_reads_a_reference_as_browsers_do(reference: str, meant: str) -> None:
    assert join("https://example.org/x/y?q", reference) == meant


@pytest.mark.parametrize("reference", ["javascript:alert(1)", "ftp://x/", "//[", "http://a:b@c/", "//user@host/"])
def test_join_refuses_what_leads_off_the_web(reference: str) -> None:
    with pytest.raises(Rejected):
        join("https://example.org/", reference)


def test_hosts_and_domains() -> None:
    assert host_of("https://www.Example.org:8443/a") == "www.example.org"
    assert domain_of("https://www.Example.org:8443/a") == "example.org"
    assert host_of("file:///srv/a") == ""
    assert domain_of("file:///srv/a") is None
    assert domain_of("nonsense") is None


hosts = st.from_regex(r"[a-zA-Z0-9_%üß。.-]{1,20}", fullmatch=True)
texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
names = st.text(alphabet="abcdefgUTM_-.%&=é ", min_size=1, max_size=6)


@given(st.sampled_from(["http://", "https://", "HTTP:\\", "file://", "file:/"]), hosts, texts, texts)
def test_canonicalise_is_idempotent(scheme: str, host: str, path: str, query: str) -> None:
    try:
        once = canonicalise(f"{scheme}{host}/{path}?{query}")
    except Rejected:
        return
    assert canonicalise(once) == once
    assert once.isascii()


@given(st.lists(st.tuples(names, names), max_size=6).flatmap(lambda ps: st.tuples(st.just(ps), st.permutations(ps))))
def test_the_order_of_parameters_does_not_matter(
    pairs: tuple[list[tuple[str, str]], list[tuple[str, str]]],
) -> None:
    one, other = ("&".join(f"{name}={value}" for name, value in side) for side in pairs)
    assert canonicalise(f"https://example.org/a?{one}#") == canonicalise(f"https://example.org/a?{other}#")
