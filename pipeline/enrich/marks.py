"""Quotation marks: which stretches of a text stand inside of them."""

import re

from pipeline.documents import Span

_QUOTED = re.compile(r"[“„\"«]([^“”„\"«»]+)[”“\"»]")


def quoted_spans(body: str, language: str | None) -> tuple[Span, ...]:  # noqa: ARG001
    """The stretches inside of quotation marks, the marks left out, in order and without overlap."""
    return tuple(Span(start=m.start(1), end=m.end(1)) for m in _QUOTED.finditer(body))
