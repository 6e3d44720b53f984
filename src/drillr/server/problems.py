"""Errors as the server answers them: problem details of RFC 9457."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from drillr.domain.text import visible
from drillr.errors import (
    ContentError,
    DrillrError,
    IdTaken,
    NoSuchThing,
    NothingToDo,
    SelectorError,
    StaleState,
    StoreBusy,
    StoreError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 1
_log = logging.getLogger("drillr.server")

# The first class that fits decides.
_STATUS: tuple[tuple[type[DrillrError], int, str], ...] = (
    (SelectorError, 404, "unknown-place"),
    (NoSuchThing, 404, "not-found"),
    (IdTaken, 409, "id-taken"),
    (UsageError, 422, "invalid-request"),
    (ContentError, 422, "invalid-content"),
    (NothingToDo, 404, "nothing-to-do"),
    (StaleState, 409, "stale-state"),
    (StoreBusy, 503, "busy"),
    (StoreError, 503, "database-unavailable"),
)
_TITLES = {
    400: "The request can't be understood",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "The method is not allowed here",
    409: "In conflict with what is there",
    413: "Too large",
    415: "The media type is not understood",
    422: "The request is not valid",
    429: "Too many requests",
    500: "The server failed",
    503: "The server can't answer now",
}


class Problem(DrillrError):
    """An error that only a server knows: an HTTP status, and a name that programs can test."""

    def __init__(
        self,
        status: int,
        name: str,
        message: str,
        remedy: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, remedy)
        self.status, self.name, self.headers = status, name, dict(headers or {})


class FieldError(BaseModel):
    """What is wrong with one field of a request."""

    field: str = Field(examples=["body.username"])
    reason: str = Field(examples=["Field required"])


class ProblemDetails(BaseModel):
    """An error: `type` names its kind for programs, `detail` and `remedy` speak to people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:drillr:problem:nothing-to-do",
                    "title": "Not found",
                    "status": 404,
                    "detail": "nothing is due here",
                    "remedy": "Ask again when `due_at` has come",
                    "instance": "/api/v1/learning/questions/next",
                    "request_id": "0d4f9ad1c57c4e0f",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    remedy: str = ""
    instance: str
    request_id: str
    errors: list[FieldError] = []


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the problems that a route may answer."""
    return {
        status: {"model": ProblemDetails, "description": _TITLES.get(status, "A problem")}
        for status in statuses
    }


def response(
    request: Request,
    status: int,
    name: str,
    detail: str,
    remedy: str = "",
    headers: Mapping[str, str] | None = None,
    errors: list[FieldError] | None = None,
) -> JSONResponse:
    """The answer to a request that failed."""
    body: dict[str, Any] = {
        "type": f"urn:drillr:problem:{name}",
        "title": _TITLES.get(status, "A problem"),
        "status": status,
        "detail": visible(detail),
        "remedy": visible(remedy),
        "instance": request.url.path,
        "request_id": request.scope.get("state", {}).get("request_id", ""),
        "errors": [error.model_dump() for error in errors or ()],
    }
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make the application answer every error as a problem."""
    app.add_exception_handler(DrillrError, _drillr_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _failure)


async def _drillr_error(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Problem):
        return response(
            request, error.status, error.name, error.message, error.remedy, error.headers
        )
    found = next((row for row in _STATUS if isinstance(error, row[0])), None)
    status, name = (found[1], found[2]) if found else (500, "failure")
    message, remedy = getattr(error, "message", str(error)), getattr(error, "remedy", "")
    headers = {}
    if isinstance(error, StoreError):
        # The database's own words name hosts and users: they are for the log alone.
        _log.warning("the database failed", extra={"error": str(error)})
        message, remedy = "the database can't be used at the moment", "Try again in a moment"
        headers["Retry-After"] = str(RETRY_SECONDS)
    return response(request, status, name, message, remedy, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        FieldError(field=visible(".".join(map(str, one["loc"])))[:300], reason=visible(one["msg"]))
        for one in found[:20]
    ]
    detail = f"{errors[0].field}: {errors[0].reason}" if errors else "the request is not valid"
    return response(request, 422, "invalid-request", detail, errors=errors)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else "failed"
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == 400:
        # A body that is no text, or no form: the same to a client as one that is no JSON.
        return response(request, 422, "invalid-request", detail)
    name = {404: "not-found", 405: "method-not-allowed"}.get(status, "http-error")
    return response(request, status, name, detail, headers=headers)


async def _failure(request: Request, error: Exception) -> JSONResponse:
    # The traceback is logged by the middleware, which also knows the request's id.
    return response(
        request, 500, "failure", "the server made a mistake", "Tell whoever runs it the request_id"
    )
