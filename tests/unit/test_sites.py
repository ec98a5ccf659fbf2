"""Which settings hold for a host, and how fast it may be asked."""

from ipaddress import ip_network

import pytest

from pipeline.sites import FREE, LONGEST_DELAY, Pace, Site, Sites, domain_key

OWN = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def site(**values: object) -> Site:
    return Site.model_validate(values)


BY_DOMAIN = {
    "example.org": site(delay=5),
    "fast.example.org": site(delay=0),
    "two.example": site(delay=0, concurrency=2),
    "127.0.0.9": site(delay=0.5),
    "strict.example": site(concurrency=1, robots=False),
}


@pytest.mark.parametrize(
    ("host", "delay", "expected"),
    [
        ("news.example", None, Pace(1, 2)),
        ("news.example", 0.2, Pace(0.2, 2)),
        ("news.example", 0, Pace(0, 2)),
        ("127.0.0.1", None, FREE),
        ("::1", None, FREE),
        ("localhost", None, FREE),
        ("127.0.0.1", 0, FREE),
        ("127.0.0.1", 0.2, Pace(0.2, 2)),
        ("10.0.0.1", None, Pace(1, 2)),
        ("example.org", 0.2, Pace(5, 2)),
        ("a.b.example.org", None, Pace(5, 2)),
        ("notexample.org", None, Pace(1, 2)),
        ("www.fast.example.org", None, FREE),
        ("two.example", None, Pace(0, 2)),
        ("127.0.0.9", None, Pace(0.5, 2)),
        ("strict.example", None, Pace(1, 1)),
    ],
)
def test_the_pace_of_a_host(host: str, delay: float | None, expected: Pace) -> None:
    assert Sites(BY_DOMAIN, delay=delay, own=OWN).pace_of(host) == expected


def test_robots_by_site_and_for_all() -> None:
    sites = Sites(BY_DOMAIN)
    assert sites.obeys_robots("example.org")
    assert not sites.obeys_robots("www.strict.example")
    assert not Sites(robots=False).obeys_robots("example.org")


def test_a_site_may_only_make_it_slower() -> None:
    assert Pace(1, 2).at_least(0.5) == Pace(1, 2)
    assert Pace(1, 2).at_least(10) == Pace(10, 2)
    assert Pace(1, 2).at_least(1e9) == Pace(LONGEST_DELAY, 2)
    assert FREE.at_least(3) == Pace(3, 1)


@pytest.mark.parametrize(
    ("domain", "key"),
    [("Example.ORG", "example.org"), ("*.example.org", "example.org"), (".example.org", "example.org"),
     ("zeitung-köln.example", "xn--zeitung-kln-zfb.example")],
)  # fmt: skip
def test_the_spelling_of_a_domain(domain: str, key: str) -> None:
    assert domain_key(domain) == key


@pytest.mark.parametrize("domain", ["", "a b", "user@example.org"])
def test_what_is_no_domain(domain: str) -> None:
    with pytest.raises(ValueError, match="no domain"):
        domain_key(domain)


def test_a_proxy_is_never_printed() -> None:
    assert "secret" not in repr(Sites({"a.example": site(proxy="http://me:secret@proxy.example:3128")}))
