"""Whether it lives, whether it can work, and how the documents stand."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.errors import UnavailableError
from pipeline.store import presence
from pipeline.store.clock import time_in
from pipeline.store.presence import Seen
from workers import standing
from workers.redis_server import answers, redis_url
from workers.web.answers import answer
from workers.web.desk import AtDesk, Desk
from workers.web.guard import KNOWN
from workers.web.models import AccountNow, Health
from workers.web.problems import problem

router = APIRouter()


@router.get("/livez", response_model=Health, tags=["health"])
async def livez() -> Response:
    """Whether this process answers."""
    return answer({"status": "ok"})


@router.get("/readyz", response_model=Health, tags=["health"])
def readyz(desk: AtDesk, request: Request) -> Response:
    """Whether store and Redis can be reached and a worker lives; 503 says which not, to those with the token."""
    wrong, workers = _store(desk), _seen(desk)
    lost = [each.worker.name for each in workers if each.state == "lost"]
    nobody = "no worker lives" if len(lost) == len(workers) else None
    if wrong := "; ".join(filter(None, (wrong, _redis(desk), nobody))):
        whom = f" (lost: {', '.join(lost)})" if lost else ""
        return problem(503, wrong + whom if request.scope[KNOWN] else "not ready")
    return answer({"status": "ready", "lost": lost if request.scope[KNOWN] else []})


@router.get("/api/v1/account", response_model=AccountNow, tags=["account"])
def account_now(desk: AtDesk) -> Response:
    """What became of all inputs, as `copydesk status --json` prints it."""
    with desk.read() as tx:
        return answer(standing.read(tx, desk.settings).as_json())


def _store(desk: Desk) -> str | None:
    try:
        with desk.read() as tx:
            tx.exec_driver_sql("SELECT 1 FROM feed LIMIT 1").close()
    except UnavailableError as exc:
        return str(exc)
    return None


def _redis(desk: Desk) -> str | None:
    return None if answers(redis_url(desk.settings)) else "no Redis answers"


def _seen(desk: Desk) -> list[Seen]:
    try:
        with desk.read() as tx:
            return presence.seen(tx, now=time_in(tx))
    except UnavailableError:
        return []  # ``_store`` says so
