"""What every measurement needs: fresh processes, scratch files made once, peers if installed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Figures = dict[str, float]
"""What one run found, by name: `s` and names that end in `_s` are seconds, `_mb` megabytes,
`_second` items a second, what begins with `bytes` bytes; all else is counted."""

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Goal:
    """At most this multiple of what another contestant needs; without one, at most this much."""

    most: float
    of: str = ""
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One kind of work, done by drillr and by others; each call is one run in a fresh process.

    Measurements with the same `work` and different `size` (in items) also show how it grows.
    """

    work: str
    size: int
    contestants: Mapping[str, Callable[[], Figures]]
    goals: Mapping[str, Goal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lab:
    """A scratch folder, the sizes asked for, and the folder with the peers' environments."""

    folder: Path
    sizes: tuple[int, ...]
    peers: Path | None = None

    def made(self, name: str, build: Callable[[Path], object]) -> Path:
        """The file or folder of this name, built at its first use only."""
        path = self.folder / "made" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            build(path)
        return path

    def copy(self, source: Path, name: str) -> Path:
        """A fresh copy of a store, in the place of the last one of this name."""
        target = self.empty(name)
        # A plain file copy of a closed store; SQLite leaves nothing beside one.
        target.write_bytes(source.read_bytes())
        return target

    def empty(self, name: str) -> Path:
        """A path at which there is no store."""
        for suffix in ("", "-wal", "-shm"):
            (self.folder / (name + suffix)).unlink(missing_ok=True)
        return self.folder / name

    def peer(self, program: str) -> str | None:
        """The program of a peer, such as `anki/bin/python`; None where it is not installed."""
        path = None if self.peers is None else self.peers / program
        return str(path) if path is not None and path.exists() else None


def drillr(store: Path, *arguments: object) -> Figures:
    """Run the installed drillr over a store, from start to exit."""
    program = Path(sys.executable).with_name("drillr")
    return process([program, *arguments], DRILLR_STORE=str(store))


def process(command: Sequence[object], **variables: str) -> Figures:
    """Run a command to its end: seconds of wall time, and its peak resident set."""
    spawn = [sys.executable, "-I", "-S", str(ROOT / "bench" / "spawn.py")]
    return _figures([*spawn, *map(str, command)], variables)


def child(function: Callable[..., Figures], *arguments: object) -> Figures:
    """Call a function of a bench module in a fresh process of drillr's own Python."""
    command = [sys.executable, "-m", "bench.child", function.__module__, function.__name__]
    return _figures([*command, *map(str, arguments)])


def peer_call(python: str, script: str, *arguments: object) -> Figures:
    """Call a function of a script in this folder with a peer's Python."""
    return _figures([python, str(ROOT / "bench" / script), *map(str, arguments)])


def _figures(command: list[str], variables: Mapping[str, str] | None = None) -> Figures:
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | (variables or {}), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    # The last line: what a measured command prints comes before its figures.
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
