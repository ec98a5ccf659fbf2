"""Feeds and sitemaps on the command line, walked without a net."""

from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.errors import Rejected, Transient, UsageError
from pipeline.fetch.inputs import FoundInput, NotAnInput
from pipeline.fetch.listings import Entry, Listing
from workers.cli.inputs import Named, recognised
from workers.cli.listings import DEEPEST, in_feed, in_sitemap
from workers.runtime import Runtime

SITE = "https://news.example.org/"


class Site:
    """Listings by address; notes what is read."""

    def __init__(self, **listings: Listing | Exception) -> None:
        self.listings = {SITE + name: listing for name, listing in listings.items()}
        self.read: list[str] = []

    def __call__(self, address: str) -> Listing:
        self.read.append(address.removeprefix(SITE))
        found = self.listings[address]
        if isinstance(found, Exception):
            raise found
        return found


def pages(*names: str) -> tuple[Entry, ...]:
    return tuple(Entry(SITE + name) for name in names)


def index(*names: str, **more: tuple[Entry, ...]) -> Listing:
    return Listing(further=tuple(SITE + name for name in names), **more)  # type: ignore[arg-type]


def test_each_entry_of_a_feed_carries_the_feed() -> None:
    site = Site(feed=Listing(entries=pages("a?utm_source=rss", "b")))
    assert list(in_feed(SITE + "feed", site)) == [
        FoundInput(SITE + "a?utm_source=rss", SITE + "a", {"feed": SITE + "feed"}),
        FoundInput(SITE + "b", SITE + "b", {"feed": SITE + "feed"}),
    ]


def test_an_index_is_walked_depth_first_and_each_sitemap_once() -> None:
    site = Site(
        top=index("one", "two", "one", "top"), one=index("deep", "two"), deep=Listing(entries=pages("a")),
        two=Listing(entries=pages("b", "c")),
    )  # fmt: skip
    found = list(in_sitemap(SITE + "top", site))
    assert [each.url for each in found if isinstance(each, FoundInput)] == [SITE + "a", SITE + "b", SITE + "c"]
    assert site.read == ["top", "one", "deep", "two"]


def test_nothing_is_read_before_its_turn() -> None:
    site = Site(top=index("one", "two"), one=Listing(entries=pages("a")), two=Rejected("not_found"))
    walk = in_sitemap(SITE + "top", site)
    assert site.read == []
    next(walk)
    assert site.read == ["top", "one"]


def test_a_sitemap_that_cannot_be_read_is_reported_and_the_others_go_on() -> None:
    site = Site(
        top=index("one", "two", "three"), one=Rejected("not_found", "HTTP status 404"),
        two=Transient("dns", "no such host"), three=Listing(entries=pages("a")),
    )  # fmt: skip
    one, two, three = in_sitemap(SITE + "top", site)
    assert isinstance(one, NotAnInput)
    assert isinstance(two, NotAnInput)
    assert isinstance(three, FoundInput)
    assert (one.input, "404" in one.message, "no such host" in two.message) == (SITE + "one", True, True)


def test_a_feed_that_cannot_be_read_is_reported() -> None:
    (found,) = in_feed(SITE + "feed", Site(feed=Rejected("unsupported_type", "a web page, not a feed")))
    assert isinstance(found, NotAnInput)
    assert "a web page, not a feed" in found.message


def test_indexes_in_indexes_end() -> None:
    site = Site(**{f"s{n}": index(f"s{n + 1}", entries=pages(f"p{n}")) for n in range(DEEPEST + 3)})
    found = list(in_sitemap(SITE + "s0", site))
    assert site.read == [f"s{n}" for n in range(DEEPEST + 1)]
    assert isinstance(found[-1], NotAnInput)
    assert len(found) == DEEPEST + 2


def test_no_input_at_all_is_wrong_usage() -> None:
    with pytest.raises(UsageError):
        recognised(Named(), None)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["{}", "file://{}"])
def test_a_listing_may_be_a_file(tmp_path: Path, address: str) -> None:
    (tmp_path / "feed.xml").write_text("<rss><channel><item><link>https://a.example/1</link></item></channel></rss>")
    given = address.format(tmp_path / "feed.xml")
    runtime = Runtime(Settings())
    assert list(recognised(Named(feeds=(given,)), runtime)) == [
        FoundInput("https://a.example/1", "https://a.example/1", {"feed": given})
    ]
    (missing,) = recognised(Named(sitemaps=("a.example/sitemap.xml",)), runtime)
    assert isinstance(missing, NotAnInput)
    assert "https://" in missing.message
