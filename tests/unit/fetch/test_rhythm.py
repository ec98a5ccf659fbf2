"""What a request shows, and how the host's spacing follows."""

import pytest

from pipeline.fetch.rhythm import LONGEST_REST, NO_ANSWER, NOTHING, Observation, Rhythm, adapted, observed
from pipeline.sites import LONGEST_DELAY, Pace

OVERLOAD = Observation("overload", 0.1)


@pytest.mark.parametrize(
    ("pace", "rhythm", "seen", "expected"),
    [
        (Pace(1, 2), Rhythm(), NOTHING, Rhythm()),
        (Pace(1, 2), Rhythm(4, 1), NOTHING, Rhythm(4, 1)),
        (Pace(0.2, 2), Rhythm(), OVERLOAD, Rhythm(2)),
        (Pace(5, 1), Rhythm(), OVERLOAD, Rhythm(10)),
        (Pace(1, 2), Rhythm(4), OVERLOAD, Rhythm(8)),
        (Pace(1, 2), Rhythm(200), OVERLOAD, Rhythm(LONGEST_DELAY)),
        (Pace(1, 2), Rhythm(), NO_ANSWER, Rhythm(0, 1)),
        (Pace(1, 2), Rhythm(0, 1), NO_ANSWER, Rhythm(0, 2)),
        (Pace(1, 2), Rhythm(0, 2), NO_ANSWER, Rhythm(2, 3)),
        (Pace(1, 2), Rhythm(2, 5), NO_ANSWER, Rhythm(4, 6)),
        (Pace(1, 2), Rhythm(0, 2), Observation("answer", 0.1), Rhythm()),
        (Pace(1, 2), Rhythm(), Observation("answer", 1.9), Rhythm()),
        (Pace(1, 2), Rhythm(), Observation("answer", 10.0), Rhythm(3)),
        (Pace(1, 2), Rhythm(11), Observation("answer", 0.1), Rhythm(10)),
        (Pace(1, 2), Rhythm(1.05), Observation("answer", 0.1), Rhythm()),
        (Pace(1, None), Rhythm(), Observation("answer", 5.0), Rhythm(3)),
    ],
)
def test_the_spacing_follows_what_the_host_shows(
    pace: Pace, rhythm: Rhythm, seen: Observation, expected: Rhythm
) -> None:
    assert adapted(rhythm, seen, pace) == expected


def test_a_host_that_is_well_again_comes_back_to_its_pace() -> None:
    rhythm = Rhythm(LONGEST_DELAY)
    for _ in range(100):
        rhythm = adapted(rhythm, Observation("answer", 0.2), Pace(1, 2))
    assert rhythm == Rhythm()


@pytest.mark.parametrize(
    ("status", "header", "kind", "rest"),
    [
        (200, None, "answer", 0),
        (404, "30", "answer", 0),
        (429, "30", "overload", 30),
        (503, None, "overload", 0),
        (503, "Mon, 01 Jan 2001 00:00:00 GMT", "overload", 0),
        (503, "999999999", "overload", LONGEST_REST),
        (500, "30", "trouble", 0),
    ],
)
def test_what_an_answer_shows(status: int, header: str | None, kind: str, rest: float) -> None:
    seen = observed(status, {"retry-after": header} if header else {}, 0.5)
    assert (seen.kind, seen.rest, seen.latency) == (kind, rest, 0.5)
