"""The measurements run, find every module that has some, and print their tables."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def bench(*arguments: str | Path) -> str:
    """What the suite prints, without peers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", *map(str, arguments)],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", "TZ": "UTC"}, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_kind_of_work_is_listed() -> None:
    """Modules register by being there."""
    listed = bench("--list", "--sizes", "10000")
    for work in ("import, new (10,000)", "answer (10,000)", "tree", "statistics", "start, drillr"):
        assert work in listed


def test_a_work_is_measured_and_shown(tmp_path: Path) -> None:
    """Each figure has its line, each size its growth, and each run is kept when asked for."""
    log = tmp_path / "runs.jsonl"
    shown = bench("--runs", "2", "--sizes", "60", "120", "--only", "import, new", "--log", log)
    assert shown.count("| import, new |") == 6
    assert "not measured" in shown
    runs = [json.loads(line) for line in log.read_text().splitlines()]
    assert [run["size"] for run in runs] == [60, 120, 60, 120]
    assert all(0 < run["s"] < 300 and 5 < run["peak_mb"] < 500 for run in runs)
