"""Which stretches of a text are quoted, by the marks of several languages and houses."""

from itertools import pairwise

import pytest

from pipeline.enrich.marks import quoted_spans


@pytest.mark.parametrize(
    ("body", "language", "quoted"),
    [
        ("“One,” he said. “Two.”", "en", ["One,", "Two."]),
        ('"One," he said, "and two."', "en", ["One,", "and two."]),
        ("„Eins“, sagte er. »Zwei« und „Drei”.", "de", ["Eins", "Zwei", "Drei"]),
        ("« Un », dit-il. «Deux»", "fr", ["Un", "Deux"]),
        ("”Ett”, sade han.", "sv", ["Ett"]),
        ("‘I don’t know the voters’ mind,’ he said.", "en", ["I don’t know the voters’ mind,"]),
        ("The boys’ club’s ‘Long Day’ ended.", "en", ["Long Day"]),
        ("'It's fine,' she said of the '90s.", "en", ["It's fine,"]),
        ("Rock 'n' roll is the boys' thing, isn't it?", "en", []),
        ("“He said ‘no’ to me,” he said.", "en", ["He said ‘no’ to me,"]),
        ("“First goes on.\n\n“Second ends,” he said.", "en", ["First goes on.", "Second ends,"]),
        ('"First goes on.\n\n"Second ends," he said.', "en", ["First goes on.", "Second ends,"]),
        ('He is 6\' 2" tall and 5" wide. "Yes," he said.', "en", ["Yes,"]),
        ("It was “never closed and\n\nNext.", "en", ["never closed and"]),
        ("``Old style,'' he said. ``Two.''", "en", ["Old style,", "Two."]),
        ("”Wrong mark first. It goes on.” She left.", "en", ["Wrong mark first. It goes on."]),
        ("No marks at all.", "en", []),
        ("“” and \"\" and ''", "en", []),
        ("", None, []),
    ],
)
def test_quoted_spans(body: str, language: str | None, quoted: list[str]) -> None:
    assert [body[span.start : span.end] for span in quoted_spans(body, language)] == quoted


@pytest.mark.parametrize(
    "hostile", ['"' * 200_000, "'a " * 50_000, "“" * 200_000, "‘a’ " * 50_000, "«»" * 100_000, "“a\n" * 50_000]
)
def test_hostile_texts_have_spans_in_order_without_overlap(hostile: str) -> None:
    spans = quoted_spans(hostile, "en")
    assert all(one.end <= other.start for one, other in pairwise(spans))
