"""The OpenAPI description, and a plain page of it that asks nothing of anybody else."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, Response

from workers.web.problems import MEDIA_TYPE, Problem

router = APIRouter(include_in_schema=False)
PAGE = "/api"
_PROBLEM = {"description": "what is wrong (RFC 9457)", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}  # noqa: E501  # fmt: skip


def described(app: FastAPI) -> dict[str, Any]:
    """The description, made once: every operation may end in a problem, and wants the token where there is one."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes,
            separate_input_output_schemas=False,
        )  # fmt: skip
        for item in found["paths"].values():
            for operation in item.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = _PROBLEM
        parts = found.setdefault("components", {})
        parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"token": []}, {}]
        app.openapi_schema = found
    return app.openapi_schema


@router.get(PAGE)
async def page(request: Request) -> Response:
    """The operations in a table each; no script, no style, no other host."""
    return HTMLResponse("\n".join(_lines(described(request.app))))


def _lines(openapi: dict[str, Any]) -> Iterator[str]:
    title = escape(openapi["info"]["title"])
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
    yield '<meta name="viewport" content="width=device-width"><p>For programs: <a href="/openapi.json">OpenAPI</a>.</p>'
    for path, item in openapi["paths"].items():
        operation = item["get"]
        yield f"<h2>GET {escape(path)}</h2><p>{escape(operation.get('description', ''))}</p>"
        if rows := operation.get("parameters"):
            yield f"<table border=1><tr><th>name<th>in<th>what{''.join(map(_row, rows))}</table>"


def _row(parameter: dict[str, Any]) -> str:
    cells = (parameter["name"], parameter["in"], parameter.get("description", ""))
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells)
