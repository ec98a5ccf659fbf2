"""The own run of spaCy's recogniser gives the names that spaCy gives, on texts written for this project."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from spacy.attrs import IDX, LENGTH, NORM, PREFIX, SHAPE, SUFFIX

from pipeline.enrich.entities import embedding
from pipeline.enrich.entities.lexicon import GIVEN_NAMES
from pipeline.enrich.entities.model import PREFERRED, _loaded
from pipeline.enrich.entities.network import BLOCK
from pipeline.enrich.entities.plain_words import PlainWords
from pipeline.enrich.entities.recogniser import Fast, Labelled, Plain, Recogniser, recogniser
from pipeline.enrich.vocabulary import STOPWORDS

USUAL = "Maria Tolland of Acme Corp met Igor Vance, 43, in New York on 3 March 2021 for $4.5 million, don't you know?"
TEXTS = [
    USUAL,
    "",
    " ",
    "A",
    "Paris",
    "  New  York\tand \u00a0Lake\u2003Erie ",
    "One line\nand Tim Cole\n\n\non the next \r\n Monday",
    "\n\nThe U.S. Senate’s “Clean Air Act” (2019) :) ;-) : ) https://example.org/a?b=c e-mail@example.org 10km $5m",
    "Ωmega Σίσυφος met Łukasz Żółć in İstanbul; 東京 and 😀👍🏽 were there, e\u0301te\u0301 \u200b a\u200db \ufeff.",
    "can't won't I'm Dr. St. U.K.-based al-Qaeda's rock'n'roll 'tis a.m. 5p.m. A.B.C... --- *** ((Ohio))",
    "Der Bürgermeister von Köln, Max Mühlheim, sprach am Montag.",
    "Ann Cole, Ben Dale, Cy Eads, " * BLOCK,
    "the " * 900 + "University of East Wessex",
    " ".join(f"Ab{number} Smith" for number in range(500)),
]


@pytest.fixture(scope="module")
def plain() -> Plain:
    return Plain(_loaded(PREFERRED))


@pytest.fixture
def fast() -> Iterator[Fast]:
    pipeline = _loaded(PREFERRED)
    with pipeline.memory_zone():
        yield Fast(pipeline)


def test_the_english_model_is_run_fast() -> None:
    assert isinstance(recogniser(_loaded(PREFERRED)).__self__, Fast)  # type: ignore[attr-defined]


def _names(read: Recogniser, texts: Sequence[str]) -> list[list[Labelled]]:
    """What is read with a capital in it; nothing else can become an entity, and need not be found."""
    return [
        [name for name in names if any(map(str.isupper, text[name[0] : name[1]]))]
        for text, names in zip(texts, read(texts), strict=True)
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_alone_has_the_names_that_spacy_finds(text: str, fast: Fast, plain: Plain) -> None:
    assert _names(fast.read, [text]) == _names(fast.read, [text]) == _names(plain.read, [text])


def test_texts_together_have_the_names_that_they_have_alone(fast: Fast, plain: Plain) -> None:
    assert fast.read([]) == []
    assert _names(fast.read, TEXTS + TEXTS[::-1]) == _names(plain.read, TEXTS + TEXTS[::-1])
    assert sum(map(len, fast.read(TEXTS))) > 500


def test_what_is_remembered_is_bounded(fast: Fast, plain: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "REMEMBERED", 60)
    fast._network.embedding._forget(0)
    long = " ".join(f"Lake No{number}" for number in range(100))
    for text in [USUAL, long, *TEXTS[:10], USUAL, long]:
        assert _names(fast.read, [text]) == _names(plain.read, [text])
    fast.read([USUAL])
    assert len(fast._network.embedding.vectors) <= 300
    fast._network.embedding._forget(0)
    for number in range(100):
        fast.read([f"Mr No{number} of Ohio"])
        assert len(fast._network.embedding._chunks) <= len(fast._network.embedding.vectors) == 61


def _with_a_rule(pipeline: Any) -> None:
    pipeline.add_pipe("entity_ruler", before="ner")


def _with_a_beam(pipeline: Any) -> None:
    pipeline.get_pipe("ner").cfg["beam_width"] = 4


def _with_other_layers(pipeline: Any) -> None:
    pipeline.get_pipe("ner").model.get_ref("tok2vec").layers[0].name = "transformer"


@pytest.mark.filterwarnings("ignore:.*does not have any patterns")
@pytest.mark.parametrize("change", [_with_a_rule, _with_a_beam, _with_other_layers])
def test_a_model_of_another_make_is_left_to_spacy(change: Any) -> None:
    pipeline = _loaded(PREFERRED)
    change(pipeline)
    read = recogniser(pipeline)
    assert isinstance(read.__self__, Plain)  # type: ignore[attr-defined]
    assert read([USUAL])[0][0][2] == "PERSON"


def test_plain_words_are_read_as_spacy_reads_them() -> None:
    pipeline = _loaded(PREFERRED)
    attributes = [NORM, PREFIX, SUFFIX, SHAPE]
    plain_words = PlainWords(pipeline, attributes)
    listed = sorted(GIVEN_NAMES | STOPWORDS["en"] | set(pipeline.tokenizer.rules))
    words = [form for word in listed for form in (word, word.title(), word.upper(), f"{word}ly", f"xx{word}")]
    read = 0
    for chunk in [f"{word}{mark}" for word in words for mark in ("", ",", ".")]:
        if parts := plain_words.words(chunk):
            rows = [[chunk.index(part), len(part), *plain_words.attributes(part)] for part in parts]
            assert rows == pipeline.make_doc(chunk).to_array([IDX, LENGTH, *attributes]).tolist(), chunk
            read += 1
    assert read > 5_000
    others = ("Mr.", "cannot", "U.S", "US", "3rd", "Zoë", "a-b", "", ".")
    assert not any(plain_words.words(chunk) for chunk in others)
