"""What a message between two tasks says: which documents, of which dispatch, and how it is to be read.

While a fleet is upgraded, both versions read from the same queues. A message of an older Copydesk is understood; one of
a newer Copydesk is not guessed at: its documents are parked in the ledger and sent again a little later, until a worker
takes them that can.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.store.rules import Ticket

SCHEMA = 2
"""1: a bare list of tickets. 2: the list and its schema. To be raised when what a message means changes."""


class NewerMessageError(Exception):
    """The message was written by a newer Copydesk; ``tickets`` are those of its documents that could be told."""

    def __init__(self, schema: object, tickets: list[Ticket]) -> None:
        super().__init__(f"a message of schema {schema}, this Copydesk knows {SCHEMA}")
        self.tickets = tickets


def written(tickets: Sequence[Ticket]) -> dict[str, Any]:
    """The message for these documents."""
    return {"schema": SCHEMA, "tickets": [list(ticket) for ticket in tickets]}


def read(message: Any) -> list[Ticket]:
    """The tickets in a message; raises NewerMessageError."""
    if isinstance(message, dict):
        schema, listed = message.get("schema"), message.get("tickets")
        if not isinstance(schema, int) or schema > SCHEMA:
            raise NewerMessageError(schema, _tickets(listed))
        return _tickets(listed)
    return _tickets(message)


def _tickets(listed: Any) -> list[Ticket]:
    """What can be understood as tickets."""
    pairs = (
        [each[:2] for each in listed if isinstance(each, list) and len(each) >= 2] if isinstance(listed, list) else []
    )
    return [Ticket(key, epoch) for key, epoch in pairs if isinstance(key, str) and isinstance(epoch, int)]
