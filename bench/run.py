"""Runs the suite: `python -m bench.run [--runs 7] [--sizes 1000 …] [--only WORD …]`.

Every module of this folder that has `measurements(lab)` is part of it. In each round the
contestants take turns, so that whatever else the machine does hits all of them alike.
"""

import argparse
import importlib
import json
import os
import pkgutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import bench
from bench.lab import Figures, Lab, Measurement
from bench.report import Runs, growth, table

SIZES = (1_000, 10_000, 100_000)


def found(lab: Lab) -> Iterator[Measurement]:
    """All measurements of all modules."""
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name.startswith("peer_"):
            continue  # for another program's Python
        measurements = getattr(
            importlib.import_module(f"bench.{module.name}"), "measurements", None
        )
        if measurements is not None:
            yield from measurements(lab)


def chosen(lab: Lab, words: list[str]) -> list[Measurement]:
    """The measurements whose work holds one of the words; all without any."""
    return [one for one in found(lab) if not words or any(word in one.work for word in words)]


def take(
    measurements: list[Measurement], rounds: int, log: Path | None, minutes: float
) -> list[Runs]:
    """Run every contestant of every measurement, in turns; after so many minutes no more again."""
    results: list[Runs] = [defaultdict(list) for _ in measurements]
    end = time.monotonic() + 60 * minutes
    for round_ in range(rounds):
        for one, runs in zip(measurements, results, strict=True):
            if round_ and time.monotonic() > end:
                return results
            names = list(one.contestants)
            turn = round_ % len(names)
            for name in names[turn:] + names[:turn]:
                figures = one.contestants[name]()
                runs[name].append(figures)
                _note(log, one, name, figures)
            print(f"{round_ + 1}/{rounds} {one.work} ({one.size:,})", file=sys.stderr)
    return results


def _note(log: Path | None, one: Measurement, name: str, figures: Figures) -> None:
    if log is not None:
        row = {"work": one.work, "size": one.size, "who": name} | figures
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="rounds; medians are shown")
    parser.add_argument(
        "--minutes", type=float, default=30, help="begin no further round after so many"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="questions in a store")
    parser.add_argument("--only", nargs="+", default=[], help="words of the work to measure")
    parser.add_argument("--log", type=Path, help="a file that every run is added to, as JSON lines")
    parser.add_argument("--list", action="store_true", help="only say what would be measured")
    given = parser.parse_args()
    peers = os.environ.get("DRILLR_PEERS")
    with tempfile.TemporaryDirectory(prefix="drillr-bench-") as folder:
        lab = Lab(Path(folder), tuple(given.sizes), Path(peers).resolve() if peers else None)
        measurements = chosen(lab, given.only)
        if given.list:
            for one in measurements:
                print(f"{one.work} ({one.size:,}): {', '.join(one.contestants)}")
            return
        results = take(measurements, given.runs, given.log, given.minutes)
    print(table(measurements, results))
    print(growth(measurements, results))


if __name__ == "__main__":
    main()
