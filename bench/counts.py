"""Looking: the tree with what is due, and statistics over a long history."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench import stores
from bench.imports import anki_imported
from bench.lab import Figures, Goal, Lab, Measurement, child, peer_call
from drillr.bootstrap import open_context
from drillr.services import statistics

RESPONSES = 10
"""For each question, in the store with a history."""


def measurements(lab: Lab) -> Iterator[Measurement]:
    """The store is open; `first_s` is the first call, `again_s` the best of three more."""
    size, python = max(lab.sizes), lab.peer("anki/bin/python")
    history = size * RESPONSES

    def our_tree() -> Figures:
        return child(tree, stores.all_due(lab, size))

    def our_statistics() -> Figures:
        return child(overview, stores.with_history(lab, size, history))

    def anki(work: str) -> Figures:
        assert python is not None
        return peer_call(python, "peer_anki.py", work, _anki_history(lab, python, size, history))

    peers = {work: {"anki": partial(anki, work)} if python else {} for work in ("tree", "graphs")}
    goals = {"first_s": Goal(1.0, "anki"), "again_s": Goal(1.0, "anki")}
    yield Measurement("tree with due counts", size, {"drillr": our_tree} | peers["tree"], goals)
    yield Measurement(
        "statistics over responses", history, {"drillr": our_statistics} | peers["graphs"],
        {"first_s": Goal(1.0, "anki", 0.1)},
    )  # fmt: skip


def tree(store: str) -> Figures:
    """The library with what is due, new and mastered in each of its places."""
    context = open_context(store)
    return _timed(lambda: statistics.library(context))


def overview(store: str) -> Figures:
    """All that the statistics screen shows."""
    context = open_context(store)
    return _timed(lambda: statistics.overview(context))


def _timed(call: Callable[[], object]) -> Figures:
    times = []
    for _ in range(4):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return {"first_s": times[0], "again_s": min(times[1:])}


def _anki_history(lab: Lab, python: str, size: int, responses: int) -> Path:
    def build(path: Path) -> None:
        lab.copy(anki_imported(lab, python, size), "building.anki2").rename(path)
        peer_call(python, "peer_anki.py", "make_history", path, responses)

    return lab.made(f"anki-history-{size}-{responses}.anki2", build)
