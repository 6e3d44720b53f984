"""The tables of the documentation are what the engines do."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drillr.domain import settings
from drillr.domain.card import Card
from drillr.domain.engine import Engine
from drillr.domain.fsrs import Fsrs
from drillr.domain.rating import Rating
from drillr.domain.sm2 import Sm2
from drillr.domain.sm2_classic import Sm2Classic

PAGE = Path(__file__).parents[2] / "docs" / "scheduling.md"
ENGINES: dict[str, Engine] = {
    "sm2": Sm2(fuzz=False), "sm2-classic": Sm2Classic(), "fsrs": Fsrs(fuzz=False),
}  # fmt: skip
ROW = re.compile(r"^\| ?([a-z ]*?) ?\| ([A-Z][a-z ]+) \| (–|\d+) \| (\d+) \| (\d+) \| (\d+) \|$")


def rows() -> list[tuple[str, Rating, int, tuple[int, ...]]]:
    """History, rating, days since the last answer, and the engines' days, line by line."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## The same answers under each")
    found = [ROW.match(line) for line in section.partition("\n## ")[0].splitlines()]
    return [
        (
            match[1], Rating.named(match[2]), 0 if match[3] == "–" else int(match[3]),
            (int(match[4]), int(match[5]), int(match[6])),
        )
        for match in found
        if match
    ]  # fmt: skip


def test_the_same_answers_under_each_engine() -> None:
    """Every row of the table is what the three engines schedule, history by history."""
    cards: list[Card] = []
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    histories = set()
    for history, rating, since, days in rows():
        if history:
            histories.add(history)
            cards = [Card()] * len(ENGINES)
        at += timedelta(days=since)
        engines = ENGINES.values()
        cards = [e.review(card, rating, at, 0) for e, card in zip(engines, cards, strict=True)]
        assert tuple(card.interval_days for card in cards) == days, (history, rating, since)
    assert len(histories) == 7
    assert len(rows()) == 31


def test_every_setting_stands_among_the_controls() -> None:
    """With a command and a place on the screens; FSRS's parameters are set by fitting them."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## Every control")
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")]
    assert all(len(row) == 3 for row in rows)
    by_screen = " ".join(row[2] for row in rows)
    for name in set(settings.names()) - {"fsrs_parameters"}:
        assert name in by_screen, name
