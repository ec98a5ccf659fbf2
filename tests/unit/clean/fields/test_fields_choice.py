"""How one of several readers' answers is taken, and what readers see of an element."""

import pytest
from lxml.html import fragment_fromstring

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import key_of
from pipeline.clean.fields.visible import text_of


def test_the_surest_offer_wins_and_the_earlier_of_two_equals() -> None:
    offers = [Offer("a", "one", 0.5), Offer("b", "two", 0.8), Offer("c", "three", 0.8)]
    assert choose(offers, None) == Chosen("two", "b", 0.8, {"a": "one", "c": "three"})


def test_each_source_that_agrees_halves_the_doubt() -> None:
    offers = [Offer("a", "One", 0.6), Offer("b", "one", 0.5), Offer("c", "ONE", 0.1), Offer("c", "one", 0.1)]
    assert choose(offers, "", same=str.casefold) == Chosen("One", "a", 0.9, {})


@pytest.mark.parametrize("offers", [[], [Offer("a", "", 0.9)], [Offer("a", None, 0.9)]])
def test_nothing_is_offered(offers: list[Offer[str | None]]) -> None:
    assert choose(offers, None) == Chosen(None, "", 0.0)


def test_what_others_say_is_kept_short() -> None:
    assert len(choose([Offer("a", "x", 1.0), Offer("b", "y" * 9_000, 0.1)], "").others["b"]) == 500


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Fer<b>ries</b> <i>stop</i></p>", "Ferries stop"),
        ("<div><h2>Ferries</h2><p>stop</p></div>", "Ferries stop"),
        ("<p>Ferries<br>stop</p>", "Ferries stop"),
        (
            "<p>Ferries<script>x()</script><style>y</style><svg><title>z</title></svg> stop<button>Share</button></p>",
            "Ferries stop",
        ),
        ("<button>Ferries</button>", "Ferries"),
        ("<p>  </p>", ""),
    ],
)
def test_visible_text(html: str, text: str) -> None:
    assert text_of(fragment_fromstring(html)) == text


def test_visible_text_is_cut_and_leaves_out_what_follows_the_element() -> None:
    assert text_of(fragment_fromstring(f"<p>{'ab ' * 100}</p>"), 5) == "ab ab"
    assert text_of(fragment_fromstring("<div><p>Ferries</p> stop</div>")[0]) == "Ferries"


@pytest.mark.parametrize("name", ["og:site_name", "OG:Site:Name", "og.site-name"])
def test_names_of_meta_tags_are_compared_without_their_separators(name: str) -> None:
    assert key_of(name) == "og.site.name"
