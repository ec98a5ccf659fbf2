"""A field's value with where it came from: what several readers offer, and which of it is taken."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

LONGEST = 500
"""Characters of another reader's answer that are kept."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T_co]):
    """The value that was taken, by which reader, and what the others said."""

    value: T_co
    source: str
    """The reader that gave the value, such as ``json-ld``; empty where the page says nothing."""
    confidence: float
    """From 0 (nothing found) to 1."""
    others: dict[str, str] = field(default_factory=dict)
    """What other readers said, by source, where it differs."""


@dataclass(frozen=True, slots=True)
class Offer(Generic[T_co]):
    """One reader's answer, and how far that kind of answer is to be trusted."""

    source: str
    value: T_co
    confidence: float


def choose(offers: Iterable[Offer[T]], nothing: T, *, same: Callable[[T], Hashable] = str) -> Chosen[T]:
    """The offer of the greatest confidence, the earlier one where they are equal; ``nothing`` where there is none.

    ``same`` is what two values have in common that say the same thing; each further source that agrees
    halves the doubt.
    """
    real = [offer for offer in offers if offer.value]
    if not real:
        return Chosen(nothing, "", 0.0)
    best = max(real, key=lambda offer: offer.confidence)
    key = same(best.value)
    agrees = [offer is best or same(offer.value) == key for offer in real]
    agreeing = {offer.source for offer, it in zip(real, agrees, strict=True) if it} - {best.source}
    others = {
        offer.source: _shown(offer.value) for offer, it in zip(reversed(real), reversed(agrees), strict=True) if not it
    }
    others.pop(best.source, None)
    return Chosen(best.value, best.source, round(1 - (1 - best.confidence) / 2 ** len(agreeing), 3), others)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(one) for one in value)
    return str(next((part for key in ("name", "iso", "url") if (part := getattr(value, key, None))), value))[:LONGEST]
