"""How the dispatcher cuts what is due into messages."""

import pytest

from pipeline.store.ledger import Dispatch
from pipeline.store.rules import Ticket
from workers.dispatcher import PARTS, batches


def taken(count: int, stage: str = "fetch", *, alone: bool = False) -> list[Dispatch]:
    return [Dispatch(Ticket(f"{stage}{alone}{i}", 1), stage, alone) for i in range(count)]


@pytest.mark.parametrize(
    ("count", "size", "expected"), [(0, 32, []), (1, 32, [1]), (8, 32, [1] * 8), (9, 32, [2, 2, 2, 2, 1])]
)
def test_small_loads_are_spread(count: int, size: int, expected: list[int]) -> None:
    assert [len(batch) for batch in batches(taken(count), size)] == expected


def test_large_loads_fill_their_batches() -> None:
    cut = list(batches(taken(1000), 32))
    assert [len(batch) for batch in cut] == [32] * 31 + [8]
    assert len({d.ticket.id for batch in cut for d in batch}) == 1000


def test_stages_are_never_mixed_and_suspects_go_alone() -> None:
    mixed = taken(20) + taken(20, "clean") + taken(5, alone=True)
    cut = list(batches(mixed, 32))
    assert all(len({(d.stage, d.alone) for d in batch}) == 1 for batch in cut)
    assert [len(b) for b in cut if b[0].alone] == [1] * 5
    assert len(cut) >= PARTS
