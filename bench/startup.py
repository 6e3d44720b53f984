"""Start-up: whole processes, as multiples of a Python that does nothing."""

import sys
from collections.abc import Callable, Iterator

from bench import stores
from bench.lab import Figures, Goal, Lab, Measurement, drillr, process

COMMANDS = {
    ("--version",): Goal(3, "python"),
    ("due",): Goal(3, "python"),
    ("--help",): Goal(8, "python"),
    ("stats", "--json"): None,
}
BATCH = 10
"""Runs that make up one figure: their fastest, since each takes some hundredths of a second."""


def measurements(lab: Lab) -> Iterator[Measurement]:
    """Over a store of which every card is due."""
    size, apy = max(lab.sizes), lab.peer("apy/bin/apy")
    for arguments, goal in COMMANDS.items():

        def ours(arguments: tuple[str, ...] = arguments) -> Figures:
            store = stores.all_due(lab, size)
            return fastest(lambda: drillr(store, *arguments))

        def python() -> Figures:
            return fastest(lambda: process([sys.executable, "-c", "pass"]))

        def other(arguments: tuple[str, ...] = arguments) -> Figures:
            return fastest(lambda: process([apy, *arguments]))

        contestants = {"drillr": ours, "python": python}
        if apy is not None and arguments[0].startswith("--"):
            contestants["apy"] = other
        name = "start, drillr " + " ".join(arguments)
        yield Measurement(name, size, contestants, {} if goal is None else {"s": goal})


def fastest(run: Callable[[], Figures]) -> Figures:
    """The fastest of a batch of runs."""
    return min((run() for _ in range(BATCH)), key=lambda figures: figures["s"])
