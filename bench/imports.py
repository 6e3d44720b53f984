"""Importing: new questions, the same again, and a bank of which one in a hundred changed."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import stores
from bench.lab import Figures, Goal, Lab, Measurement, drillr, process

NEW = {1_000: Goal(0.5, "anki"), 10_000: Goal(0.75, "anki")}


def measurements(lab: Lab) -> Iterator[Measurement]:
    """Whole processes, from start to exit, over files that are in the page cache."""
    for size in lab.sizes:
        yield from _of_size(lab, size)


def _of_size(lab: Lab, size: int) -> Iterator[Measurement]:
    python = lab.peer("anki/bin/python")

    def new() -> Figures:
        source = stores.bank(lab, size)
        return drillr(lab.empty("new.db"), "-q", "import", source)

    def unchanged() -> Figures:
        source, store = stores.bank(lab, size), stores.imported(lab, size)
        return drillr(lab.copy(store, "again.db"), "-q", "import", source)

    def edited() -> Figures:
        source, store = stores.bank(lab, size, edited=True), stores.imported(lab, size)
        return drillr(lab.copy(store, "edited.db"), "-q", "import", "--update", source)

    def anki(work: str) -> Figures:
        assert python is not None
        source = stores.csv_file(lab, size, edited=work == "edited")
        script = ["bench/peer_anki.py", "import_csv", lab.empty("anki.anki2"), source]
        if work != "new":
            lab.copy(anki_imported(lab, python, size), "anki.anki2")
        return process([python, *script])

    peers = {
        work: {"anki": partial(anki, work)} if python else {}
        for work in ("new", "unchanged", "edited")
    }
    goals = {"s": NEW.get(size, Goal(1.0, "anki", 0.75)), "peak_mb": Goal(1.0, "anki", 0.75)}
    yield Measurement("import, new", size, {"drillr": new} | peers["new"], goals)
    goals = {"s": Goal(0.5, "anki", 0.2)}
    yield Measurement("import, unchanged", size, {"drillr": unchanged} | peers["unchanged"], goals)
    goals = {"s": Goal(1.0, "anki")}
    yield Measurement("import, 1 % edited", size, {"drillr": edited} | peers["edited"], goals)


def anki_imported(lab: Lab, python: str, size: int) -> Path:
    """Anki's collection with the bank in it."""
    source = stores.csv_file(lab, size)
    return lab.made(
        f"anki-{size}.anki2",
        lambda path: process([python, "bench/peer_anki.py", "import_csv", path, source]),
    )
