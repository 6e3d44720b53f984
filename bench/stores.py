"""The stores that measurements start from, made through drillr's own doors, each made once."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from bench.dataset import write_bank, write_csv
from bench.lab import Figures, Lab, child, drillr
from drillr.bootstrap import new_id, now, open_context
from drillr.domain.facts import Response
from drillr.domain.ids import FactId, QuestionId, question_id
from drillr.domain.rating import Rating
from drillr.services.context import Context
from drillr.services.upkeep import examine
from drillr.store import facts


def bank(lab: Lab, count: int, edited: bool = False) -> Path:
    """A folder of question files."""
    name = f"bank-{count}{'-edited' if edited else ''}"
    return lab.made(name, lambda folder: write_bank(folder, count, edited))


def csv_file(lab: Lab, count: int, edited: bool = False) -> Path:
    """The same questions as CSV."""
    name = f"q{count}{'-edited' if edited else ''}.csv"
    return lab.made(name, lambda path: write_csv(path, count, edited))


def imported(lab: Lab, count: int) -> Path:
    """A store that holds the bank, and no answer."""
    return lab.made(f"imported-{count}.db", lambda path: drillr(path, "import", bank(lab, count)))


def all_due(lab: Lab, count: int) -> Path:
    """A store in which every question was answered once, two to ten days ago, and is due."""

    def build(path: Path) -> None:
        lab.copy(imported(lab, count), "building.db").rename(path)
        child(answer_each, path, count, 1)

    return lab.made(f"due-{count}.db", build)


def with_history(lab: Lab, count: int, responses: int) -> Path:
    """A store whose questions were answered `responses` times in all, over five years."""

    def build(path: Path) -> None:
        lab.copy(imported(lab, count), "building.db").rename(path)
        child(answer_each, path, count, responses // count)

    return lab.made(f"history-{count}-{responses}.db", build)


def answer_each(store: str, count: str, times: str) -> Figures:
    """Append answers to every question, then derive the rest from them as `doctor` does."""
    context = open_context(store)
    with context.database.transaction() as db:
        for response in _answers(context, int(count), int(times)):
            facts.append_response(db, context.user, response)
    health = examine(context, rebuild=True)
    context.database.close()
    return {"responses": health.responses, "cards": health.cards}


def _answers(context: Context, count: int, times: int) -> Iterable[Response]:
    rng, latest, seq = random.Random(7), now(), 0
    for number in range(count):
        key = question_id(f"q-{number:07d}")
        for turn in range(times):
            seq += 1
            if times == 1:
                at, rating = latest - timedelta(days=2 + number % 9, hours=1), Rating.MEDIUM
            else:
                back = timedelta(days=1825 * (times - turn) / times - rng.random() * 100)
                at, rating = latest - back, Rating(rng.choice((1, 2, 2, 2, 2, 3, 4)))
            yield _response(context, seq, key, at, rating, rng.randrange(1_000, 60_000))


def _response(
    context: Context, seq: int, key: QuestionId, at: datetime, rating: Rating, elapsed_ms: int
) -> Response:
    return Response(
        id=FactId(new_id()), question_id=key, rating=rating, created_at=at,
        device_id=context.device, device_seq=seq, day=at.date(), is_correct=rating.passed,
        elapsed_ms=elapsed_ms,
    )  # fmt: skip
