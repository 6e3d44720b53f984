"""Answers to one question, for tests that only care when they came and how they went."""

from collections.abc import Iterable
from datetime import datetime

from drillr.domain.facts import Response
from drillr.domain.ids import DeviceId, FactId, QuestionId
from drillr.domain.rating import Rating

Answer = tuple[datetime, Rating]


def responses(answers: Iterable[Answer]) -> list[Response]:
    """The answers as facts of one device, numbered from 1."""
    return [
        Response(
            id=FactId(number.to_bytes(16, "big")), question_id=QuestionId(b"q" * 16),
            rating=rating, created_at=at, device_id=DeviceId(b"d" * 16), device_seq=number,
            day=at.date(),
        )
        for number, (at, rating) in enumerate(answers, 1)
    ]  # fmt: skip
