"""Replaying: answers to cards, engine by engine, beside scheduler packages; and from a store.

The packages are measured where they are installed: in drillr's own environment, or in `sched`
among the peers. They get ratings and instants; drillr gets facts and gives whole cards.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from bench import stores
from bench.lab import ROOT, Figures, Goal, Lab, Measurement, child, peer_call
from bench.peer_schedulers import ANSWERS, History, timed
from drillr.bootstrap import open_context
from drillr.domain import replay
from drillr.domain.facts import Fact, Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import DeviceId, FactId, QuestionId, question_id
from drillr.domain.rating import Rating
from drillr.domain.settings import LearningSettings
from drillr.store import histories

# sm-2 takes half a minute, and is an SM-2 by the book: once is enough.
PEERS = {
    "sm2": ("supermemo2",),
    "sm2-classic": ("supermemo2", "sm-2"),
    "fsrs": ("fsrs", "fsrs-rs", "fsrs-rs in batch"),
}
# "At least 2 × as fast" is "at most half the time".
GOALS = {
    "sm2": {"cpu_s": Goal(1 / 2, "supermemo2")},
    "sm2-classic": {},
    "fsrs": {"cpu_s": Goal(1 / 3, "fsrs")},
}


def measurements(lab: Lab) -> Iterator[Measurement]:
    """Ten answers a card; the store's facts are read, decoded and folded a page at a time."""
    python = lab.peer("sched/bin/python") or sys.executable
    installed = _installed(python)
    cards = max(lab.sizes)
    for engine, peers in PEERS.items():
        contestants: dict[str, Callable[[], Figures]] = {
            "drillr": partial(child, fold, engine, cards)
        }
        for peer in peers:
            if peer in installed:
                contestants[peer] = partial(peer_call, python, "peer_schedulers.py", peer, cards)
        yield Measurement(f"replay by {engine}", cards * ANSWERS, contestants, GOALS[engine])
    for size in lab.sizes:

        def from_store(size: int = size) -> Figures:
            return child(fold_store, stores.with_history(lab, size, size * ANSWERS))

        yield Measurement("replay of a store", size * ANSWERS, {"drillr": from_store})


def fold(engine: str, cards: str) -> Figures:
    """Facts to cards, in memory."""
    rules = replay.rules_of(LearningSettings(scheduler=engine))

    def run(batch: list[tuple[int, list[Fact]]]) -> None:
        for seed, known in batch:
            replay.fold(known, rules, seed)

    return timed(int(cards), run, _facts)


def fold_store(store: str) -> Figures:
    """Facts to cards, out of a store, by each engine; and the most memory that took."""
    import resource

    context = open_context(store)
    figures: Figures = {}
    for engine in PEERS:
        rules, count = replay.rules_of(LearningSettings(scheduler=engine)), 0
        started = time.process_time()
        with context.database.transaction(write=False) as db:
            for question, known in histories.by_question(db, context.user):
                replay.fold(known, rules, seed_of(question))
                count += len(known)
        spent = time.process_time() - started
        figures |= {f"{engine} cpu_s": spent, f"{engine} per_second": count / spent}
    context.database.close()
    # In KiB on Linux.
    return figures | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _facts(batch: list[History]) -> list[tuple[int, list[Fact]]]:
    """The histories as the facts that drillr keeps of them, with each card's number."""
    found: list[tuple[int, list[Fact]]] = []
    for number, history in enumerate(batch):
        question = question_id(f"q-{number}")
        known: list[Fact] = [
            _response(question, number * ANSWERS + turn + 1, at, Rating(5 - grade))
            for turn, (at, grade) in enumerate(history)
        ]
        found.append((seed_of(question), known))
    return found


def _response(question: QuestionId, seq: int, at: datetime, rating: Rating) -> Response:
    return Response(
        id=FactId(seq.to_bytes(16, "big")), question_id=question, rating=rating, created_at=at,
        device_id=DeviceId(bytes(16)), device_seq=seq, day=at.date(), is_correct=rating.passed,
        elapsed_ms=9_000,
    )  # fmt: skip


def _installed(python: str) -> list[str]:
    script = str(ROOT / "bench" / "peer_schedulers.py")
    done = subprocess.run([python, script, "installed"], capture_output=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found
