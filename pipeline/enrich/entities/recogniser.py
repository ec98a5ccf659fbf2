"""One ``ner`` component, run by ``network`` and ``transitions`` where these know its layers, else by spaCy itself."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pipeline.enrich.entities.candidates import candidates
from pipeline.enrich.entities.embedding import NOTHING
from pipeline.enrich.entities.network import Network
from pipeline.enrich.entities.transitions import Transitions

Labelled = tuple[int, int, str]
"""Where a name begins and ends in its text, and spaCy's label."""
Recogniser = Callable[[Sequence[str]], list[list[Labelled]]]
"""The names in each text."""


def recogniser(pipeline: Any) -> Recogniser:
    """What reads names with the last component of this pipeline, its ``ner``."""
    try:
        return Fast(pipeline).read if pipeline.pipe_names == ["ner"] else Plain(pipeline).read
    except (ValueError, KeyError):
        return Plain(pipeline).read


class Plain:
    """spaCy's own way, for any model."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def read(self, texts: Sequence[str]) -> list[list[Labelled]]:
        """The names in each text."""
        return [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in self._pipeline.pipe(texts)]


class Fast:
    """The same answers for a fraction of the cost; ``ValueError`` or ``KeyError`` for a model of another make."""

    def __init__(self, pipeline: Any) -> None:
        ner = pipeline.get_pipe("ner")
        self._network = Network(ner.model.get_ref("tok2vec").layers[0], pipeline)
        self._transitions = Transitions(ner)
        _ask_little(pipeline.vocab, self._network.embedding.attributes)

    def read(self, texts: Sequence[str]) -> list[list[Labelled]]:
        """The names in each text."""
        embedding = self._network.embedding
        tokens = embedding.tokens(texts, self._network.padding)
        found: list[list[Labelled]] = [[] for _ in texts]
        context = self._network.context(tokens.rows)
        last = np.ones(len(tokens.rows), np.bool_)
        np.equal(tokens.rows[1:], NOTHING, out=last[:-1])
        begin = candidates(embedding.kinds[tokens.rows])
        for name in self._transitions.names(context, begin, last):
            number, start, end = embedding.stretch(tokens, name.first, name.last)
            found[number].append((start, end, name.label))
        return found


def _ask_little(vocab: Any, attributes: Sequence[int]) -> None:
    """Let new words be asked for these attributes alone, and not whether they look like a number or an address."""
    getters = vocab.lex_attr_getters
    vocab.lex_attr_getters = {attribute: getters[attribute] for attribute in attributes}
