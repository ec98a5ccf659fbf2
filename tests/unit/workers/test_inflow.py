"""Inputs as they come in."""

import threading
from collections.abc import Iterator

import pytest

from workers.cli.inflow import Inflow

PATIENCE = 10


def all_of(inflow: Inflow[int]) -> list[list[int]]:
    chunks = []
    while (chunk := inflow.take(PATIENCE)) is not None:
        chunks.append(chunk)
    return chunks


@pytest.mark.parametrize(("count", "size"), [(0, 3), (1, 3), (3, 3), (10, 3), (1000, 100)])
def test_everything_comes_once_and_in_order(count: int, size: int) -> None:
    chunks = all_of(Inflow(iter(range(count)), size))
    assert [item for chunk in chunks for item in chunk] == list(range(count))
    assert all(len(chunk) <= size for chunk in chunks)


def test_what_is_there_does_not_wait_for_what_is_not() -> None:
    more = threading.Event()

    def slowly() -> Iterator[int]:
        yield 1
        more.wait(PATIENCE)
        yield 2

    inflow = Inflow(slowly(), 100)
    assert inflow.take(PATIENCE) == [1]
    assert inflow.take(0) == []
    more.set()
    assert inflow.take(PATIENCE) == [2]
    assert inflow.take(PATIENCE) is None
    assert inflow.take(PATIENCE) is None


def test_an_error_of_the_input_is_raised_where_it_is_taken() -> None:
    def broken() -> Iterator[int]:
        raise ValueError("a broken pipe")
        yield 1

    with pytest.raises(ValueError, match="broken pipe"):
        Inflow(broken(), 10).take(PATIENCE)


def test_it_does_not_read_far_ahead() -> None:
    read = []

    def counted() -> Iterator[int]:
        for number in range(10_000):
            read.append(number)
            yield number

    inflow = Inflow(counted(), 10)
    assert inflow.take(PATIENCE) == list(range(10))
    assert len(read) <= 60
