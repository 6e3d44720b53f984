"""Shapes that several areas of the API share."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from drillr.domain.ids import parse_id
from drillr.domain.text import forbidden


def clean(text: str) -> str:
    """The text; ValueError when a control character is in it."""
    found = forbidden(text)
    if found:
        raise ValueError(f"holds the control character {found}")
    return text


Clean = Annotated[str, AfterValidator(clean)]
"""Text without control characters: it may be shown in a terminal."""

Id = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        examples=["01931f0a-7c3e-7a51-9c07-0d8f1d8a2b10"],
    ),
]
"""An id in its text form: a UUID as RFC 9562 has it, in lower case."""

Instant = AwareDatetime


class Shape(BaseModel):
    """A message of the API: unknown keys are refused, so that a typo is no silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def said(words: str) -> WrapValidator:
    """Says in words what a value of this type is, in place of a pattern that it doesn't match."""

    def read(value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
        try:
            return inner(value)
        except ValidationError:
            raise PydanticCustomError("not_so", "{words}", {"words": words}) from None

    return WrapValidator(read)


def key_of(text: str) -> bytes:
    """The 16 bytes of an id that has the right form."""
    return parse_id(text)


def utc(value: datetime | None) -> str | None:
    """An instant as the API writes it."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")
