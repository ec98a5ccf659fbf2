"""Sends the feeds that are due to those who read them: apart from the reading, which needs an HTTP client."""

from celery import Celery

from pipeline.errors import UnavailableError
from pipeline.stage import PIPELINE
from pipeline.store import watches
from workers.app import publishing
from workers.runtime import Runtime

WATCH = "copydesk.watch"
"""The reading of one watch as a task; it runs where pages are fetched."""
MOST_READ = 64
"""Watches that the whole fleet reads at a time: pages shall not wait for a thousand feeds that are due at once."""


def send_due(app: Celery, runtime: Runtime) -> int:
    """Send the watches that are due to those who fetch; returns how many. Raises UnavailableError."""
    with runtime.database.read() as tx:
        if not watches.is_due(tx, now=runtime.clock()):
            return 0
    with runtime.database.write() as tx:
        lease_seconds = runtime.settings.queued_lease
        taken = watches.take_due(tx, now=runtime.clock(), most=MOST_READ, lease_seconds=lease_seconds)
    for place, watch in enumerate(taken):
        try:
            with publishing():
                app.send_task(WATCH, kwargs={"url": watch.url, "lease": watch.lease}, queue=PIPELINE[0].name)
        except UnavailableError:
            with runtime.database.write() as tx:
                for unsent in taken[place:]:
                    watches.give_back(tx, unsent, due=unsent.due)
            raise
    return len(taken)
