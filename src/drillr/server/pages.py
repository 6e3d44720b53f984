"""Cursors: where the next page begins, opaque to whoever carries it."""

import base64
import binascii
import json
from typing import Annotated, Any

from fastapi import Query

from drillr.domain.ids import parse_id
from drillr.server.problems import Problem

LARGEST = 200
Limit = Annotated[int, Query(ge=1, le=LARGEST, description="The most entries on a page.")]
Cursor = Annotated[
    str | None, Query(max_length=2000, description="`next_cursor` of the page before.")
]


def cursor_of(values: tuple[Any, ...]) -> str:
    """The cursor for a position."""
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(cursor: str, *types: type) -> tuple[Any, ...]:
    """The position in a cursor, its parts of these types; a 422 problem for anything else."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        values = json.loads(raw.decode())
    except (ValueError, binascii.Error, RecursionError):
        values = None
    if (
        not isinstance(values, list)
        or len(values) != len(types)
        or not all(type(value) is kind for value, kind in zip(values, types, strict=True))
        or not all(abs(value) < 2**31 for value in values if isinstance(value, int))
    ):
        raise Problem(422, "invalid-cursor", "the cursor is none of ours", "Begin without one")
    return tuple(values)


def key_position(cursor: str | None) -> bytes | None:
    """The id in a cursor that is one id; None without a cursor."""
    if cursor is None:
        return None
    (text,) = position_of(cursor, str)
    try:
        return parse_id(text)
    except ValueError:
        raise Problem(422, "invalid-cursor", "the cursor is none of ours") from None
