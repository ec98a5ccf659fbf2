"""Which candidate is taken: the one that the others agree with most."""

from collections.abc import Sequence

from pipeline.clean.candidates import Marks
from pipeline.clean.reading import Reading


def agreement(reading: Reading, one: Marks, other: Marks) -> float:
    """How much of the text two candidates share, from 0 to 1: the F1 of one against the other, by characters."""
    length = reading.lengths
    shared = sum(length[index] for index in one & other)
    both = sum(length[index] for index in one) + sum(length[index] for index in other)
    return 2 * shared / both if both else 1.0


def choose(reading: Reading, candidates: Sequence[Marks]) -> Marks:
    """The candidate with the greatest agreement, summed over the others; the earlier one where two have the same."""
    return max(candidates, key=lambda one: sum(agreement(reading, one, other) for other in candidates))
