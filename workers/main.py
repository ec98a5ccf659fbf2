"""Celery's entry: ``celery -A workers.main worker``. The same app, tasks and rules as ``copydesk worker``."""

import gc
import os
import signal
from contextlib import closing, suppress
from functools import partial
from typing import Any

from celery.signals import (
    celeryd_after_setup,
    task_failure,
    task_internal_error,
    worker_process_init,
    worker_process_shutdown,
)

from config.logs import bind_process, log_context, set_up_logs
from config.settings import load
from pipeline.errors import UnavailableError
from pipeline.stage import PIPELINE
from pipeline.store import ledger
from pipeline.store.database import Database
from workers.app import DISPATCH, SUPERVISED, make_app, send, task_name
from workers.deaths import Coroner
from workers.dispatcher import Dispatcher
from workers.due_watches import WATCH
from workers.fetching import FetchTask
from workers.messages import NewerMessageError, read, written
from workers.processes import end_with_parent, keep_what_is_loaded, limit_memory
from workers.runtime import Runtime
from workers.tasks import StageTask
from workers.watching import Watcher

NICENESS = 5
"""Of what works on documents, so that commands, the server and the dispatcher are prompt on a machine that is busy."""

settings = load().settings
app = make_app(settings)
runtime = Runtime(settings, in_fleet=True)


def _register(name: str, work: StageTask) -> None:
    def run(task: Any, message: Any) -> dict[str, Any]:
        with log_context(stage=work.stage.name, batch=task.request.root_id):
            passed = work.receive(message)
        if not passed:
            task.request.chain = None  # nothing goes on: no empty message for the next stage
        return written(passed)

    app.task(run, name=task_name(name), bind=True)


fetch_task = FetchTask(runtime, partial(send, app))
_register(PIPELINE[0].name, fetch_task)
for _stage in PIPELINE[1:]:
    _register(_stage.name, StageTask(_stage, runtime))


watcher = Watcher(runtime)


@app.task(name=WATCH)  # type: ignore[untyped-decorator]
def watch(url: str, lease: float) -> None:
    """Begin to read a watched feed."""
    watcher.begin(url, lease)


@app.task(name=DISPATCH)  # type: ignore[untyped-decorator]
def dispatch() -> None:
    """One round of the dispatcher, once a second under ``celery -A workers.main worker --beat``."""
    Dispatcher(runtime).tick()


@celeryd_after_setup.connect  # type: ignore[untyped-decorator]
def _prepare_fork(**_signal: object) -> None:
    """What all children need: the store, closed again before the fork, and what their stages load, once for all."""
    Database(settings.store, pooled=False, may_create=SUPERVISED not in os.environ).migrate().close()
    for stage in PIPELINE:
        if stage.name in app.amqp.queues.consume_from:
            stage.prepare()
    gc.collect()
    keep_what_is_loaded()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _prepare_child(**_signal: object) -> None:
    """A child that outlives its parent would hold documents nobody waits for."""
    end_with_parent(signal.SIGKILL)
    os.nice(NICENESS)
    limit_memory(settings.worker_memory)
    bind_process(worker=runtime.worker)
    _ = runtime.recorder


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _land(**_signal: object) -> None:
    fetch_task.stop()
    if runtime.traces:
        runtime.traces.close()


@task_failure.connect  # type: ignore[untyped-decorator]
@task_internal_error.connect  # type: ignore[untyped-decorator]
def _release(args: Any = (), **_signal: object) -> None:
    """A task broke off - its process died, or its next message could not be sent: its documents are taken back at once.

    Runs in the parent when a child has died, so its connection is closed before the next fork. When even this fails,
    the leases run out and the dispatcher does the same.
    """
    database = Database(settings.store, pooled=False, may_create=False)
    with suppress(UnavailableError, NewerMessageError), closing(database):
        tickets = read(args[0]) if args else []
        Coroner(runtime.recorders, runtime.policy).bury(database, now=runtime.clock())
        with database.write() as tx:
            ledger.release(tx, tickets, now=runtime.clock(), policy=runtime.policy)


set_up_logs()
