"""Runs the installed `drillr` as a process of its own, over a store of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Bank, mcq, theory

PROGRAM = str(Path(sys.executable).with_name("drillr"))
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty home; UTC, so that no clock change of the machine's zone gets in the way."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "HOME": str(home), "TZ": "UTC", "DRILLR_STORE": str(tmp_path / "drillr.db"),
        "PYTHONWARNINGS": "error", "PYTHONUTF8": "1",
    }  # fmt: skip


@pytest.fixture
def drillr(environment: dict[str, str], tmp_path: Path) -> Run:
    """Runs drillr to its end: `drillr("due", "--json", input="…")`."""

    def run(
        *arguments: str | Path, input: str | bytes = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        data = input.encode() if isinstance(input, str) else input
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)],
            input=data, capture_output=True, env=environment | variables, cwd=tmp_path,
            timeout=120, check=False,
        )  # fmt: skip
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


@pytest.fixture
def library(drillr: Run, bank: Bank) -> Path:
    """A bank of two facets, imported: five choices, four theory questions."""
    bank("a__b__c__d", [mcq(number) for number in range(1, 6)])
    folder = bank("a__b__c__e", [theory(number) for number in range(1, 5)])
    assert drillr("import", folder).returncode == 0
    return folder


@pytest.fixture
def sql(environment: dict[str, str]) -> Callable[[str], list[tuple[Any, ...]]]:
    """Queries the store behind drillr's back."""

    def query(statement: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(environment["DRILLR_STORE"])
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    return query


def read(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON that a command printed; it printed nothing else."""
    assert not done.stderr, done.stderr
    return json.loads(done.stdout)
