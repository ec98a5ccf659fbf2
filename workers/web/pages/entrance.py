"""Signing in with the token, and the files that pages are made with."""

import hmac
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi.params import Path
from starlette.responses import RedirectResponse, Response

from workers.web.badge import COOKIE, VALID_SECONDS, Badges
from workers.web.guard import SIGN_IN, STATIC, Access
from workers.web.pages.forms import sent
from workers.web.pages.rendering import asked, page

router = APIRouter(include_in_schema=False)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@router.get(SIGN_IN)
async def entrance(request: Request) -> Response:
    """The form."""
    return page(request, "sign-in", title="Sign in", next=_inside(asked(request, "next")["next"]), is_wrong=False)


@router.post(SIGN_IN)
async def enter(request: Request) -> Response:
    """A badge for the token, or the form again (403)."""
    form = await sent(request)
    goal, given = _inside(form.get("next", ["/"])[0]), form.get("token", [""])[0].strip()
    access: Access = request.app.state.access
    if access.token is not None and not _is_same(given, access.token):
        return page(request, "sign-in", title="Sign in", status=403, next=goal, is_wrong=True)
    found = RedirectResponse(goal, 303)
    found.set_cookie(
        COOKIE, Badges(access.token or "").issue(), max_age=VALID_SECONDS, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return found


@router.post("/sign-out")
async def leave() -> Response:
    """Take the badge away."""
    found = RedirectResponse(SIGN_IN, 303)
    found.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return found


@router.get(STATIC + "{name}")
async def static(name: Annotated[str, Path(max_length=40)]) -> Response:
    """A file of ours; browsers ask each time whether it is another one."""
    found = _files().get(name)
    if found is None:
        raise HTTPException(404, "no such file")
    kind, body = found
    return Response(body, headers={"Cache-Control": "private, max-age=300"}, media_type=kind)


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    folder = files("workers.web.pages").joinpath("static")
    return {
        each.name: (KINDS[each.name[each.name.rindex(".") :]], each.read_bytes())
        for each in folder.iterdir()
        if each.name.endswith(tuple(KINDS))
    }


def _inside(goal: str | None) -> str:
    """The goal, if it is a path of ours: never another site's address."""
    is_ours = goal and goal.startswith("/") and not goal.startswith(("//", "/\\")) and goal.isprintable()
    return str(goal) if is_ours else "/"


def _is_same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(sha256(given.encode()).digest(), sha256(wanted.encode()).digest())
