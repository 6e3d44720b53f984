"""Throws damaged files at every importer: `python -m tests.fuzz.run SECONDS [SEED] [KIND…]`.

Each file goes through a whole dry import into one store, with a limit of memory and of time. An
exception that is not drillr's own, or an import that takes too long, ends the run with 1; the file
that did it is kept in `fuzz-failures/`.
"""

import json
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn

from drillr.bootstrap import open_context
from drillr.errors import DrillrError
from drillr.formats.source import PLAIN, Reading
from drillr.services.context import Context
from drillr.services.importing import Options, import_paths
from tests.conftest import mcq, theory
from tests.formats.test_text_forms import FILES
from tests.fuzz.mutations import Mutate, damaged, replaced_cells

ROOT = Path(__file__).parents[2]
PACKAGES = Path(__file__).parents[1] / "formats" / "anki"
MEMORY = 3 * 1024**3
SECONDS_EACH = 20
NAME = "a__b__c__d"


class Target(NamedTuple):
    """An importer: the ending of its files, what to begin with, and how to damage it."""

    ending: str
    seeds: Sequence[bytes]
    mutate: Mutate = damaged
    reading: Reading = PLAIN


class TooSlow(Exception):
    """An import that took longer than any import of so small a file may."""


def targets() -> dict[str, Target]:
    """Every importer by name."""
    banks = [path.read_bytes()[:6000] for path in sorted((ROOT / "data/questions").glob("*.json"))]
    items = [mcq(1), theory(1), mcq(2, correct_answer=["A"], tags=["t"], metadata={"k": [1]})]
    packages = [path.read_bytes() for path in sorted(PACKAGES.glob("*pkg"))]
    trivia = {"results": [{"q": "a &amp; b", "r": "x", "w": ["y", "z"], "n": 1, "t": ["s"]}] * 2}
    mapping = {
        "items": "/results", "question": "/q", "correct": "/r", "wrong": "/w",
        "tags": ["/t", "2/k"], "difficulty": "/n", "html": True, "place": ["x", "/t"],
    }  # fmt: skip
    texts = {name.rpartition(".")[2]: content.encode() for name, content in FILES.items()}
    return {
        "json": Target("json", [json.dumps(items).encode(), *banks[:4]]),
        "mapped": Target(
            "json", [json.dumps(trivia).encode()], reading=Reading(mapping=mapping)
        ),
        "markdown": Target("md", [texts["md"]]),
        "csv": Target("csv", [texts["csv"]]),
        "tsv": Target("tsv", [texts["tsv"]]),
        "org": Target("org", [texts["org"]]),
        "anki-text": Target("txt", [(PACKAGES / "notes.txt").read_bytes()]),
        "anki": Target("apkg", packages),
        "anki-cells": Target("apkg", packages, replaced_cells),
    }  # fmt: skip


def once(context: Context, folder: Path, target: Target, data: bytes) -> None:
    """One dry import of some bytes: it reports what it refuses, and raises nothing else."""
    path = folder / f"{NAME}.{target.ending}"
    path.write_bytes(data)
    options = Options(dry_run=True, update=True, reading=target.reading)
    try:
        report = import_paths(context, [str(path)], options)
    except DrillrError as error:
        assert str(error)
        return
    assert report.failed == len(report.errors)
    for problem in report.errors:
        assert problem.reason


def campaign(seconds: float, seed: int, kinds: Sequence[str]) -> int:
    """Run for so many seconds; 1 when something went wrong."""
    chosen = {name: target for name, target in targets().items() if not kinds or name in kinds}
    rng = random.Random(seed)
    counts = dict.fromkeys(chosen, 0)
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="drillr-fuzz-") as place:
        folder = Path(place)
        context = open_context(str(folder / "store" / "drillr.db"))
        while time.monotonic() < end:
            for name, target in chosen.items():
                data = target.mutate(rng, rng.choice(target.seeds), target.seeds)
                signal.alarm(SECONDS_EACH)
                try:
                    once(context, folder, target, data)
                except Exception:  # noqa: BLE001 - to find these is what this is for
                    signal.alarm(0)
                    _keep(name, target, data)
                    return 1
                signal.alarm(0)
                counts[name] += 1
        context.database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    total = sum(counts.values())
    print(f"{total} imports without an uncaught exception, {peak} MiB at most: {counts}")
    return 0


def _keep(name: str, target: Target, data: bytes) -> None:
    traceback.print_exc()
    folder = Path("fuzz-failures")
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{len(data)}.{target.ending}"
    path.write_bytes(data)
    print(f"{name}: {len(data)} bytes kept in {path}")


def _too_slow(number: int, frame: FrameType | None) -> NoReturn:
    raise TooSlow(f"more than {SECONDS_EACH} s")


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _too_slow)
    seconds = float(arguments[0]) if arguments else 300.0
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}, {seconds:g} s")
    return campaign(seconds, seed, arguments[2:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
