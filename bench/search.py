"""Searching: every question that words find, the first page of them, and indexing once."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench import stores
from bench.imports import anki_imported
from bench.lab import Figures, Goal, Lab, Measurement, child, peer_call
from drillr.bootstrap import open_context
from drillr.services import searching

QUERIES = {
    "common_word": "marble",
    "two_words": "marble piston",
    "number": "0077777",
    "absent": "zyzzyva",
    "phrase": '"marble piston"',
    "tag": "tag:topic-07",
    "due": "is:due",
    "word_due_tag": "marble is:due tag:topic-07",
}
"""Understood alike by drillr and by Anki, which looks for words inside of others as well."""
TYPED = ("m", "ma", "marb", "marble", "marble pi")


def measurements(lab: Lab) -> Iterator[Measurement]:
    """The store is open and warm; each figure is the best of four calls."""
    size, python = max(lab.sizes), lab.peer("anki/bin/python")

    def ours(work: str) -> Figures:
        function = {"all": every_hit, "page": first_page}[work]
        return child(function, _indexed(lab, size))

    def anki() -> Figures:
        assert python is not None
        return peer_call(
            python, "peer_anki.py", "find", _anki_due(lab, python, size), *QUERIES.values()
        )

    def first() -> Figures:
        return child(index, lab.copy(stores.imported(lab, size), "unindexed.db"))

    who = {"drillr": partial(ours, "all"), "drillr, first 50": partial(ours, "page")}
    # Where every card is due, `is:due` is no search: it gives the whole library.
    goals = {f"{name}_s": Goal(0.25, "anki") for name in QUERIES if name != "due"}
    yield Measurement("search", size, who | ({"anki": anki} if python else {}), goals)
    yield Measurement(
        "search as one types", size, {"drillr": lambda: child(typed, _indexed(lab, size))}
    )
    yield Measurement("search, indexing once", size, {"drillr": first})


def every_hit(store: str) -> Figures:
    """The ids of all that is found, as Anki's search gives them."""
    context = open_context(store)
    return {f"{n}_s": _best(partial(searching.ids, context, q)) for n, q in QUERIES.items()}


def first_page(store: str) -> Figures:
    """The fifty best, with all that a list shows of them."""
    context = open_context(store)
    return {f"{n}_s": _best(partial(searching.search, context, q)) for n, q in QUERIES.items()}


def typed(store: str) -> Figures:
    """The first page after each key."""
    context = open_context(store)
    return {
        f"{text.replace(' ', '_')}_s": _best(
            partial(searching.search, context, text, as_you_type=True)
        )
        for text in TYPED
    }


def index(store: str) -> Figures:
    """What the first search after an import waits for."""
    context = open_context(store)
    started = time.perf_counter()
    searching.prepare(context)
    return {"s": time.perf_counter() - started}


def prepare(store: str) -> Figures:
    """Index the store for the other measurements."""
    context = open_context(store)
    searching.prepare(context)
    context.database.close()
    return {}


def _best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(4):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return min(times)


def _indexed(lab: Lab, size: int) -> Path:
    def build(path: Path) -> None:
        lab.copy(stores.all_due(lab, size), "building.db").rename(path)
        child(prepare, path)

    return lab.made(f"indexed-{size}.db", build)


def _anki_due(lab: Lab, python: str, size: int) -> Path:
    def build(path: Path) -> None:
        lab.copy(anki_imported(lab, python, size), "building.anki2").rename(path)
        peer_call(python, "peer_anki.py", "make_due", path)

    return lab.made(f"anki-due-{size}.anki2", build)
