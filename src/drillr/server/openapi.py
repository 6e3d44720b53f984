"""What OpenAPI says of the application, brought in line with what it really answers."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from drillr.server.problems import MEDIA_TYPE

_PROBLEM = "#/components/schemas/ProblemDetails"


def install(app: FastAPI) -> None:
    """Make the application describe itself with problems of their own media type."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _corrected(
                get_openapi(
                    title=app.title, version=app.version, description=app.description,
                    routes=app.routes,
                )
            )  # fmt: skip
        return app.openapi_schema

    setattr(app, "openapi", describe)  # noqa: B010 - FastAPI's documented way to replace it


def _corrected(schema: dict[str, Any]) -> dict[str, Any]:
    """FastAPI writes problems as plain JSON, and a 422 of its own where none is declared."""
    for path in schema["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                content = answer.get("content", {})
                found = content.get("application/json", {}).get("schema", {}).get("$ref", "")
                if found == _PROBLEM or found.endswith("/HTTPValidationError"):
                    answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM}}}
    for unused in ("HTTPValidationError", "ValidationError"):
        schema.get("components", {}).get("schemas", {}).pop(unused, None)
    return schema
