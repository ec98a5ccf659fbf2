"""What routes work with: the store, read with an end, and the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from config.settings import Settings
from pipeline.store.database import Database
from pipeline.store.reading.bounded import bounded_read
from workers.web.pulse import Pulse


@dataclass(frozen=True)
class Desk:
    """Services of one serving process."""

    database: Database
    settings: Settings
    pulse: Pulse

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent state of the store; see ``bounded_read``."""
        with bounded_read(self.database, self.settings.serve_timeout) as tx:
            yield tx


async def desk_of(request: Request) -> Desk:
    """The application's desk."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]
