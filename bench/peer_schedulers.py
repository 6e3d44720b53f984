"""Runs scheduler packages over the histories that drillr replays: arguments NAME CARDS.

Imports nothing of drillr, so that it runs in an environment of its own as well. The histories are
made a batch at a time, outside of the clock, and every contestant gets the same.
"""

import gc
import importlib.util
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

ANSWERS = 10
"""For each card."""
BATCH = 10_000
START = datetime(2020, 1, 1, 12, tzinfo=UTC)
PACKAGES = {
    "supermemo2": "supermemo2",
    "sm-2": "sm_2",
    "fsrs": "fsrs",
    "fsrs-rs": "fsrs_rs_python",
    "fsrs-rs in batch": "fsrs_rs_python",
}
# What SM-2 calls the quality of "again", "hard", "good" and "easy".
QUALITY = (0, 1, 3, 4, 5)

History = list[tuple[datetime, int]]
"""Answers to one card: when, and 1 (again) to 4 (easy)."""


def batches(cards: int) -> Iterator[list[History]]:
    """The histories of `cards` cards: gaps that grow by 2.5 about, and shrink to days on a miss."""
    rng = random.Random(20)
    for first in range(0, cards, BATCH):
        batch = []
        for _ in range(first, min(cards, first + BATCH)):
            at, gap, history = START, 2.0, []
            for grade in rng.choices((1, 2, 3, 4), (10, 10, 70, 10), k=ANSWERS):
                history.append((at, grade))
                gap = 1.0 if grade == 1 else min(gap * rng.uniform(1.5, 3.0), 1000.0)
                at += timedelta(days=gap * rng.uniform(0.9, 1.4))
            batch.append(history)
        yield batch


def timed(
    cards: int, run: Callable[[list], object], prepare: Callable[[list[History]], list] = list
) -> dict[str, float]:
    """Processor seconds that `run` needs for all batches as prepared, and answers a second."""
    run(prepare(next(batches(10))))
    spent = 0.0
    for batch in map(prepare, batches(cards)):
        gc.collect()
        gc.freeze()  # the histories are not the contestant's to look through
        started = time.process_time()
        run(batch)
        spent += time.process_time() - started
        gc.unfreeze()
    return {"cpu_s": spent, "per_second": cards * ANSWERS / spent}


def supermemo2(batch: list[History]) -> None:
    from supermemo2 import review

    for history in batch:
        ease, days, repetitions = 2.5, 0, 0
        for at, grade in history:
            state = review(QUALITY[grade], ease, days, repetitions, at)
            ease, days = state["easiness"], min(state["interval"], 36_500)
            repetitions = state["repetitions"]


def sm_2(batch: list[History]) -> None:
    from sm_2 import Card, Scheduler

    for number, history in enumerate(batch):
        card = Card(card_id=number, due=START)
        for _, grade in history:
            # It refuses an answer that comes early, so each comes on its date.
            card, _ = Scheduler.review_card(card, QUALITY[grade], card.due)
            if card.I > 3650:
                card.I, card.due = 3650, START


def fsrs(batch: list[History]) -> None:
    from fsrs import Card, Rating, Scheduler

    scheduler = Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
    ratings = (None, Rating.Again, Rating.Hard, Rating.Good, Rating.Easy)
    for number, history in enumerate(batch):
        card = Card(card_id=number, due=START)
        for at, grade in history:
            card, _ = scheduler.review_card(card, ratings[grade], at)


def _gaps(history: History) -> list[tuple[int, int]]:
    last, gaps = None, []
    for at, grade in history:
        gaps.append((grade, 0 if last is None else (at - last).days))
        last = at
    return gaps


def fsrs_rs(batch: list[History]) -> None:
    from fsrs_rs_python import DEFAULT_PARAMETERS, FSRS

    model, names = FSRS(DEFAULT_PARAMETERS), (None, "again", "hard", "good", "easy")
    for history in batch:
        memory = None
        for grade, days in _gaps(history):
            memory = getattr(model.next_states(memory, 0.9, days), names[grade]).memory


def fsrs_rs_batch(batch: list[History]) -> None:
    from fsrs_rs_python import DEFAULT_PARAMETERS, FSRS, FSRSItem, FSRSReview

    items = [FSRSItem([FSRSReview(*gap) for gap in _gaps(history)]) for history in batch]
    FSRS(DEFAULT_PARAMETERS).memory_state_batch(items)


RUNS = {
    "supermemo2": supermemo2,
    "sm-2": sm_2,
    "fsrs": fsrs,
    "fsrs-rs": fsrs_rs,
    "fsrs-rs in batch": fsrs_rs_batch,
}


if __name__ == "__main__":
    if sys.argv[1] == "installed":
        found = [name for name, package in PACKAGES.items() if importlib.util.find_spec(package)]
        print(json.dumps(found))
    else:
        print(json.dumps(timed(int(sys.argv[2]), RUNS[sys.argv[1]])))
