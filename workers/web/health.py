"""Whether it lives, whether it can work, and how the documents stand."""

import time

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.errors import UnavailableError
from pipeline.store import account
from workers import standing
from workers.app import redis_url
from workers.deaths import are_living
from workers.redis_server import answers
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
    """Whether store and Redis can be reached and workers live; 503 says which not, to those with the token."""
    wrong = list(filter(None, (_store(desk), _redis(desk), _workers(desk))))
    if wrong:
        return problem(503, "; ".join(wrong) if request.scope[KNOWN] else "not ready")
    return answer({"status": "ready"})


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


def _workers(desk: Desk) -> str | None:
    """Those of this machine are seen by their recorders, those of others by what they do."""
    if are_living(desk.settings.home / "run"):
        return None
    try:
        with desk.read() as tx:
            is_heard_of = bool(account.workers(tx) or account.recent(tx, now=time.time()))
    except UnavailableError:
        return None  # said already
    return None if is_heard_of else "no worker lives on this machine, and none was heard of for a minute"
