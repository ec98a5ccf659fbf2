"""The Celery app: queues and tasks derived from the one list of stages, and the settings that were measured.

Acknowledged early and without a result backend: the ledger, not the broker, knows what is done. JSON only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from celery import Celery, chain
from kombu.entity import Exchange, Queue
from kombu.exceptions import OperationalError

from config.settings import Settings
from pipeline.errors import UnavailableError
from pipeline.stage import PIPELINE, stage_named
from pipeline.store.rules import Ticket
from workers.messages import written
from workers.redis_server import KEY_PREFIX, redis_url, translated

DISPATCH = "copydesk.dispatch"
"""The dispatcher as a task, for those who run plain Celery with ``--beat``; supervisors tick by themselves."""
SUPERVISED = "COPYDESK_SUPERVISED"
"""In the environment of a worker that a supervisor has started: the store is there, and none is made in its place."""


def make_app(settings: Settings) -> Celery:
    """An app without tasks: enough to send with."""
    url = redis_url(settings)
    queues = [*(stage.name for stage in PIPELINE), "dispatch"]
    app = Celery("copydesk", broker=url.replace("unix://", "redis+socket://", 1), set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_serializer="json",
        task_ignore_result=True,
        task_queues=[_queue(name) for name in queues],
        beat_schedule={"dispatch": {"task": DISPATCH, "schedule": 1.0, "options": {"expires": 1}}},
        task_default_queue=PIPELINE[0].name,
        task_routes={task_name(name): {"queue": name} for name in queues},
        task_acks_late=False,
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        worker_max_memory_per_child=settings.worker_memory // 2 // 1024,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "global_keyprefix": KEY_PREFIX,
            "visibility_timeout": 3600,
            "socket_connect_timeout": 5,
            "socket_timeout": 30,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 0.2,
        },
    )
    return app


def _queue(name: str) -> Queue:
    return Queue(name, Exchange(name, type="direct"), routing_key=name)  # type: ignore[no-untyped-call]


def task_name(stage: str) -> str:
    """The name under which a stage's task is registered."""
    return f"copydesk.{stage}"


def send(app: Celery, stage: str, tickets: Sequence[Ticket]) -> None:
    """Send documents through ``stage`` and all that follow it; raises UnavailableError."""
    first, *rest = PIPELINE[PIPELINE.index(stage_named(stage)) :]
    tasks = chain(
        app.signature(task_name(first.name), args=(written(tickets),)),
        *(app.signature(task_name(following.name)) for following in rest),
    )
    with publishing():
        tasks.apply_async()


@contextmanager
def publishing() -> Iterator[None]:
    """Errors of sending a message come out as UnavailableError: the one place for it."""
    try:
        with translated():
            yield
    except OperationalError as exc:
        raise UnavailableError(f"Redis: {exc}") from exc
