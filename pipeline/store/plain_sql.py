"""Plain SQL for both databases: for what is asked so often that SQLAlchemy is not to be waited for.

The same text runs in a transaction of ``Database`` and in a ``glance``.
"""

import re
from collections.abc import Iterable
from typing import Any, Protocol

_NAME = re.compile(r":(\w+)")


class Dialect(Protocol):
    """Which database answers."""

    @property
    def name(self) -> str:
        """``sqlite`` or ``postgresql``."""


class Transaction(Protocol):
    """What an SQLAlchemy ``Connection`` and a glance have in common."""

    @property
    def dialect(self) -> Dialect:
        """Which database answers."""

    def exec_driver_sql(self, statement: str, parameters: Any = None, /) -> Iterable[Any]:
        """The rows of a statement, its parameters written as the driver wants them."""


def rows(tx: Transaction, query: str, **values: object) -> list[Any]:
    """The rows of a query for both databases, in which ``:name`` stands for a value."""
    return list(tx.exec_driver_sql(_of_driver(tx, query), values or None))


def run(tx: Transaction, statement: str, **values: object) -> None:
    """Do what gives no rows, written as for ``rows``."""
    tx.exec_driver_sql(_of_driver(tx, statement), values or None)


def is_postgresql(tx: Transaction) -> bool:
    """Which of the two databases answers."""
    return tx.dialect.name == "postgresql"


def _of_driver(tx: Transaction, statement: str) -> str:
    return _NAME.sub(r"%(\1)s", statement) if is_postgresql(tx) else statement
