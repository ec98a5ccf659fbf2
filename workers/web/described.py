"""The OpenAPI description, and a page of it that asks nothing of anybody else."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

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
async def operations(request: Request) -> Response:
    """The operations to read, in a table each."""
    from workers.web.pages.rendering import page  # pages ask for what is here

    paths = described(request.app)["paths"]
    return page(request, "api", title="API", operations={path: item["get"] for path, item in paths.items()})
