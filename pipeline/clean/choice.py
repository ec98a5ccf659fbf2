"""Which candidate is taken: the one that the others agree with most."""

from collections.abc import Sequence

from lxml.html import HtmlElement

from pipeline.clean.candidates import CHEAP, Marks, holding, readable
from pipeline.clean.segments import Reading

SURE = 0.85
"""Agreement of any two cheap candidates above which the costly ones are not asked; four pages of five."""

SHORTEST_VOTE = 400
"""Characters of a declared body that is worth a vote; shorter ones are teasers."""


def choose(reading: Reading, tree: HtmlElement, declared: str | None) -> Marks:
    """The segments of the article, by agreement; none where no candidate finds any.

    The text that the page declares as its body votes, but is never the answer: it is often cut short or outdated.
    """
    candidates = [found for candidate in CHEAP if (found := _text(reading, candidate(reading)))]
    if not candidates or _agreed(reading, candidates):
        return _most_agreed(reading, candidates, candidates)
    if costly := _text(reading, readable(reading, tree)):
        candidates.append(costly)
    voters = list(candidates)
    if declared and len(declared) >= SHORTEST_VOTE:
        voters.append(_text(reading, holding(reading, declared)))
    return _most_agreed(reading, candidates, voters)


def agreement(reading: Reading, one: Marks, other: Marks) -> float:
    """How much of the text two candidates share, from 0 to 1: the F1 of one against the other, by characters."""
    length = reading.lengths
    shared = sum(length[index] for index in one & other)
    both = sum(length[index] for index in one) + sum(length[index] for index in other)
    return 2 * shared / both if both else 1.0


def _text(reading: Reading, marks: Marks) -> Marks:
    return frozenset(index for index in marks if not reading.segments[index].noise)


def _agreed(reading: Reading, candidates: Sequence[Marks]) -> bool:
    return all(
        agreement(reading, one, other) >= SURE for place, one in enumerate(candidates) for other in candidates[:place]
    )


def _most_agreed(reading: Reading, candidates: Sequence[Marks], voters: Sequence[Marks]) -> Marks:
    """The candidate with the greatest agreement, summed over the voters; the earlier one where two have the same."""
    support = [sum(agreement(reading, one, voter) for voter in voters) for one in candidates]
    return candidates[support.index(max(support))] if candidates else frozenset()
