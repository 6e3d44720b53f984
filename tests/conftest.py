"""What most tests need: a store in a temporary folder, a clock that stands still, a small bank."""

import dataclasses
import json
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from drillr.bootstrap import open_context
from drillr.services.context import Context

# Time is measured by the benchmarks; a busy machine must not turn a test red.
settings.register_profile("drillr", deadline=None)
settings.load_profile("drillr")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So a shell starts what it runs in the background, and all programs below would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Bank = Callable[..., Path]


class Clock:
    """Gives the instant it was set to, a second later each time."""

    def __init__(self, start: datetime = NOON) -> None:
        self.at = start

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """A fresh store, its person in UTC."""
    opened = open_context(str(tmp_path / "store" / "drillr.db"))
    yield dataclasses.replace(opened, clock=clock, system_zone=UTC)
    opened.database.close()


def mcq(number: int, **more: Any) -> dict[str, Any]:
    """A multiple-choice question whose right option is B."""
    return {
        "id": f"q-{number:03d}",
        "type": "mcq",
        "question": f"Which is number {number}?",
        "options": {"A": "the first", "B": "the second", "C": "the third", "D": "the fourth"},
        "correct_answer": "B",
        "explanation": "It comes second.",
    } | more


def theory(number: int, **more: Any) -> dict[str, Any]:
    """A question to explain."""
    return {
        "id": f"t-{number:03d}",
        "type": "theory",
        "question": f"Explain number {number}.",
        "answer": "It follows from the one before.",
        "key_points": ["order", "successor"],
        "hints": ["count", "count further"],
    } | more


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """Writes one question file: `bank("a__b__c__d", [items])` gives its folder."""

    def write(name: str, items: object) -> Path:
        folder = tmp_path / "bank"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(items, indent=1), encoding="utf-8")
        return folder

    return write
