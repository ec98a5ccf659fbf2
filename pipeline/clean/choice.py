"""Which candidate is taken: the one that the others agree with most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from pipeline.clean.candidates import CHEAP, Marks, holding, readable
from pipeline.clean.segments import Reading

SURE = 0.85
"""Agreement of any two cheap candidates above which the costly ones are not asked; four pages of five."""

SHORTEST_VOTE = 400
"""Characters of a declared body that is worth a vote; shorter ones are teasers."""


@dataclass(frozen=True)
class Choice:
    """The candidate that was taken."""

    marks: Marks
    """The segments of the article; none where no candidate finds any."""
    source: str
    """The candidate's name."""
    confidence: float
    """How much the voters agree with it on average, from 0 to 1."""
    support: Mapping[str, float] = field(default_factory=dict)
    """The same for every candidate that was asked, by name."""


def choose(reading: Reading, tree: HtmlElement, declared: str | None) -> Choice:
    """The candidate for the article's text that the others agree with most.

    The text that the page declares as its body votes, but is never the answer: it is often cut short or outdated.
    """
    candidates = {find.__name__: found for find in CHEAP if (found := _text(reading, find(reading)))}
    voters = list(candidates.values())
    if not _agreed(reading, voters):
        if costly := _text(reading, readable(reading, tree)):
            candidates[readable.__name__] = costly
            voters.append(costly)
        if declared and len(declared) >= SHORTEST_VOTE:
            voters.append(_text(reading, holding(reading, declared)))
    return _most_agreed(reading, candidates, voters)


def agreement(reading: Reading, one: Marks, other: Marks) -> float:
    """How much of the text two candidates share, from 0 to 1: the F1 of one against the other, by characters."""
    if one == other:
        return 1.0
    length = reading.lengths.__getitem__
    shared = sum(map(length, one & other))
    both = sum(map(length, one)) + sum(map(length, other))
    return 2 * shared / both if both else 1.0


def _text(reading: Reading, marks: Marks) -> Marks:
    """The marks that are on text and do not lie beside the article."""
    segments = reading.segments
    return frozenset(
        index for index in marks if not segments[index].noise and segments[index].kind not in ("image", "embed")
    )


def _agreed(reading: Reading, candidates: Sequence[Marks]) -> bool:
    return all(
        agreement(reading, one, other) >= SURE for place, one in enumerate(candidates) for other in candidates[:place]
    )


def _most_agreed(reading: Reading, candidates: Mapping[str, Marks], voters: Sequence[Marks]) -> Choice:
    """The candidate with the greatest agreement, summed over the voters; the earlier one where two have the same."""
    support = {
        name: sum(agreement(reading, marks, voter) for voter in voters) / len(voters)
        for name, marks in candidates.items()
    }
    if not support:
        return Choice(frozenset(), "", 0.0)
    best = max(support, key=lambda name: support[name])
    rounded = {name: round(min(1.0, value), 3) for name, value in support.items()}
    return Choice(candidates[best], best, rounded[best], rounded)
