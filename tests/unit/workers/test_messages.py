"""Messages of this, of an older and of a newer Copydesk, and what is no message at all."""

import json
from typing import Any

import pytest

from pipeline.store.rules import Ticket
from workers.messages import SCHEMA, NewerMessageError, read, written

TICKETS = [Ticket("a", 1), Ticket("b", 7)]
LISTED = [["a", 1], ["b", 7]]


def test_what_is_written_is_read() -> None:
    assert read(json.loads(json.dumps(written(TICKETS)))) == TICKETS


@pytest.mark.parametrize(
    ("message", "tickets"),
    [
        (LISTED, TICKETS),
        ({"schema": 1, "tickets": LISTED}, TICKETS),
        ({"schema": SCHEMA, "tickets": []}, []),
        ({"schema": SCHEMA, "tickets": [["a", 1], "b", ["c"], [3, 4], ["d", "e"], ["b", 7, "more"]]}, TICKETS),
        ("nonsense", []),
        (None, []),
    ],
    ids=["a bare list", "older", "nobody", "damaged", "a word", "nothing"],
)
def test_what_is_not_newer_is_understood(message: Any, tickets: list[Ticket]) -> None:
    assert read(message) == tickets


@pytest.mark.parametrize(
    ("message", "tickets"),
    [
        ({"schema": SCHEMA + 1, "tickets": LISTED, "how": "else"}, TICKETS),
        ({"schema": SCHEMA + 1, "tickets": [["a", 1, {"priority": 3}], ["b", 7, {}]]}, TICKETS),
        ({"schema": "2027-05", "documents": "elsewhere"}, []),
        ({}, []),
    ],
    ids=["one more field", "longer tickets", "another world", "empty"],
)
def test_what_is_newer_is_not_guessed_at(message: Any, tickets: list[Ticket]) -> None:
    with pytest.raises(NewerMessageError) as caught:
        read(message)
    assert caught.value.tickets == tickets
