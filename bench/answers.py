"""Reviewing: the first question of a long queue, and answer after answer."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench import stores
from bench.imports import anki_imported
from bench.lab import Figures, Goal, Lab, Measurement, child, peer_call, percentile
from drillr.bootstrap import open_context
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services.reviewing import Given, start

ANSWERS = 1_000


def measurements(lab: Lab) -> Iterator[Measurement]:
    """Stores in which every card is due."""
    python = lab.peer("anki/bin/python")
    for size in lab.sizes:
        if size < ANSWERS * 10:
            continue

        def ours(size: int = size) -> Figures:
            return child(review, lab.copy(stores.all_due(lab, size), "due.db"))

        def anki(scheduler: str, size: int = size) -> Figures:
            assert python is not None
            copy = lab.copy(_anki_due(lab, python, size), "anki-due.anki2")
            return peer_call(python, "peer_anki.py", "review", copy, ANSWERS, scheduler)

        contestants: dict[str, Callable[[], Figures]] = {"drillr": ours}
        if python is not None:
            contestants |= {f"anki {name}": partial(anki, name) for name in ("sm2", "fsrs")}
        yield Measurement(
            "answer", size, contestants,
            {
                "first_s": Goal(0.33, "anki sm2"),
                "p50_s": Goal(1.0, "anki fsrs", 0.5),
                "p99_s": Goal(1.0, "anki sm2"),
            },
        )  # fmt: skip


def review(store: str) -> Figures:
    """Start a session, then rate and commit each question and have the next one shown."""
    context = open_context(store)
    started = time.perf_counter()
    session = start(context, Plan())
    first = time.perf_counter() - started
    times = []
    for _ in range(ANSWERS):
        showing = session.current
        assert showing is not None
        given = Given(chosen=tuple(showing.question.correct_keys), elapsed_ms=9_000)
        started = time.perf_counter()
        session.answer(given, Rating.MEDIUM)
        times.append(time.perf_counter() - started)
    context.database.close()
    return {
        "first_s": first, "p50_s": percentile(times, 0.5), "p99_s": percentile(times, 0.99),
        "slowest_s": max(times),
    }  # fmt: skip


def _anki_due(lab: Lab, python: str, size: int) -> Path:
    def build(path: Path) -> None:
        lab.copy(anki_imported(lab, python, size), "building.anki2").rename(path)
        peer_call(python, "peer_anki.py", "make_due", path)

    return lab.made(f"anki-due-{size}.anki2", build)
