"""Two versions compared: fields, paragraphs, words, and what looks like a correction."""

import json
import time
from typing import Any

import pytest

from pipeline.documents import Article, Author, Enrichment, Entity, Mention, StoredArticle
from pipeline.store.differences import Difference, difference
from pipeline.store.differences.words import words_changed

A = "The harbour board approved night buses on Tuesday, said its chair Ada Castell."
B = "About 40 people came to the hearing in the old town hall of Ashby."
C = "Critics fear that the costs are far higher than what was published in spring."
D = "A second vote is due before the end of June, and the mayor has promised to abstain."


def version(number: int, *paragraphs: str, names: tuple[str, ...] = (), **fields: Any) -> StoredArticle:
    article = Article(
        id="a", url=None, requested_url=None, canonical_url=None, body="\n\n".join(paragraphs),
        **({"headline": "Night buses approved", "language": "en"} | fields),
    )  # fmt: skip
    entities = tuple(
        Entity(name=name, type="person", mentions=(Mention(start=0, end=len(name), text=name),), salience=0.5)
        for name in names
    )
    enrichment = Enrichment(entities=entities)
    return StoredArticle(article=article, enrichment=enrichment, seq=number, version=number, stored_at="2026-01-01")


def compared(old: list[str], new: list[str], **fields: Any) -> Difference:
    return difference(version(1, *old), version(2, *new, **fields))


@pytest.mark.parametrize(
    ("old", "new", "found", "same"),
    [
        ([A, B], [A, B], [], 2),
        ([A, B], [A, " ".join(B.split(" ")).replace(" ", "  ")], [], 2),
        ([A], [A, B], [("added", None, 2)], 1),
        ([A, B], [B], [("removed", 1, None)], 1),
        ([A, B, C, D], [A, D], [("removed", 2, None), ("removed", 3, None)], 2),
        ([A, B, C, D], [D, A, B, C], [("moved", 4, 1)], 3),
        ([A, B], [A, B.replace("40", "50")], [("changed", 2, 2)], 1),
        ([A, B, C], [A, D, C], [("added", None, 2), ("removed", 2, None)], 2),
        ([A, B, C], [C, B.replace("40", "50")], [("removed", 1, None), ("changed", 2, 2)], 1),
        ([], [A], [("added", None, 1)], 0),
        ([A], [], [("removed", 1, None)], 0),
        ([A, A, A], [A, A], [("removed", 3, None)], 2),
    ],
)  # fmt: skip
def test_paragraphs(old: list[str], new: list[str], found: list[tuple[Any, ...]], same: int) -> None:
    result = compared(old, new)
    assert sorted([(each.kind, each.before, each.after) for each in result.paragraphs], key=str) == sorted(
        found, key=str
    )
    assert result.same == same


def test_every_paragraph_is_told_once() -> None:
    """Whatever was done to them: same, moved, changed, added and removed ones are all there are."""
    old, new = [A, B, C, D, A], [D, C.replace("spring", "May"), "Quite another text.", A]
    result = compared(old, new)
    olds = [each.before for each in result.paragraphs if each.before]
    news = [each.after for each in result.paragraphs if each.after]
    assert len(olds) == len(set(olds)) == len(old) - result.same
    assert len(news) == len(set(news)) == len(new) - result.same


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("one two three", "one two three", "one two three"),
        ("about 40 people", "about 45 people", "about [40]{45} people"),
        ("He left.", "He left early.", "He left{ early}."),
        ("it’s 3.5 %", "it’s 4.5 %", "it’s [3.5]{4.5} %"),
        ("火曜日の夜", "水曜日の夜", "[火]{水}曜日の夜"),
        ("", "new", "{new}"),
    ],
)
def test_words(old: str, new: str, told: str) -> None:
    marks = {"same": "{}", "removed": "[{}]", "added": "{{{}}}"}
    words = words_changed(old, new)
    assert "".join(marks[each.kind].format(each.text) for each in words) == told
    assert "".join(each.text for each in words if each.kind != "added") == old
    assert "".join(each.text for each in words if each.kind != "removed") == new


def test_fields() -> None:
    before = version(1, A, authors=(Author(name="Mina Quill"),), date_published="2026-05-01")
    after = version(
        2, A, authors=(), date_published="2026-05-01", headline="Night buses rejected", description="Oh no."
    )
    found = difference(before, after)
    assert [(each.field, each.before, each.after) for each in found.fields] == [
        ("headline", "Night buses approved", "Night buses rejected"),
        ("description", None, "Oh no."),
        ("authors", "Mina Quill", None),
    ]
    assert json.loads(json.dumps(found.as_json()))["fields"][1] == {
        "field": "description", "before": None, "after": "Oh no.",
    }  # fmt: skip


CORRECTIONS: list[tuple[str, list[str], list[str], str, tuple[str, ...], str | None]] = [
    ("a note", [A, B], [A, B, "Correction: an earlier version said 50."], "en", (), "note"),
    (
        "a note inside of a paragraph",
        [A],
        [f"{A} This article was amended on 3 May to say who spoke."],
        "en",
        (),
        "note",
    ),
    ("a German note", [A], [A, "In einer früheren Version stand ein anderer Name."], "de", (), "note"),
    ("a French note", [A], [A, "Rectificatif : le conseil compte neuf membres."], "fr", (), "note"),
    ("an English note in an unknown language", [A], [A, "Correction: the vote was in May."], "xx", (), "note"),
    ("a note that was there before", [A, "Correction: May."], [A, B, "Correction: May."], "en", (), None),
    ("figures", [A, B], [A, B.replace("40", "45")], "en", (), "figures and names"),
    ("a name", [A], [A.replace("Castell", "Casteel")], "en", ("Ada Castell", "Ada Casteel"), "figures and names"),
    ("a word that is no name", [A], [A.replace("Castell", "Casteel")], "en", (), None),
    ("a paragraph more", [A], [A, D], "en", (), None),
    ("a figure more", [B], [B.replace("40", "40 or 45")], "en", (), None),
    ("words", [C], [C.replace("far higher", "much lower")], "en", (), None),
    ("nothing", [A], [A], "en", (), None),
    ("talk of corrections", [A], [A, "He spoke of a correction of prices at the stock exchange."], "en", (), None),
]


@pytest.mark.parametrize(
    ("old", "new", "language", "names", "kind"), [c[1:] for c in CORRECTIONS], ids=[c[0] for c in CORRECTIONS]
)
def test_corrections(old: list[str], new: list[str], language: str, names: tuple[str, ...], kind: str | None) -> None:
    before, after = version(1, *old, names=names), version(2, *new, names=names, language=language)
    found = difference(before, after).correction
    assert (found and found.kind) == kind


def test_what_was_put_right_is_told() -> None:
    found = compared([B], [B.replace("40", "45")], headline="Night buses approved").correction
    assert found is not None
    assert found.text == "40 → 45"


def test_hostile_texts_are_compared_in_time() -> None:
    begun = time.perf_counter()
    compared(["x", "y"] * 3_000, ["x", "x", "y", "y"] * 1_500)
    compared([f"{i} a" for i in range(3_000)], [f"{i} b" for i in range(3_000)])
    compared(["a b " * 50_000], ["b a a " * 40_000])
    compared(["a b " * 240], ["a a b b " * 120])
    assert time.perf_counter() - begun < 10
