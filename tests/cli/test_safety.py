"""Backups, archives and several stores from the command line, as installed."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Run, read
from tests.conftest import Bank, theory


def test_backing_up_and_restoring(drillr: Run, library: Path, tmp_path: Path) -> None:
    """What was answered before the store was lost is there again, and a flipped byte is found."""
    drillr("review", "--plain", "d", "--limit", "2", input="B\n1\nB\n2\n")
    assert "2 answers" in drillr("backup", "create").stdout
    before = read(drillr("stats", "--json"))
    (tmp_path / "drillr.db").unlink()
    assert drillr("backup", "verify").stdout.endswith(": sound\n")
    assert drillr("backup", "restore").returncode == 0
    assert read(drillr("stats", "--json")) == before
    assert drillr("doctor").returncode == 0
    name = read(drillr("backup", "list", "--json"))[0]["name"]
    copy = tmp_path / "drillr.backups" / name
    data = bytearray(copy.read_bytes())
    data[-100] ^= 4
    copy.write_bytes(data)
    done = drillr("backup", "verify", name)
    assert (done.returncode, done.stderr) == (1, "")
    assert "not those that were written" in done.stdout
    assert drillr("backup", "restore", name).returncode == 4
    assert drillr("backup", "verify", "nothing").returncode == 3


def test_backups_elsewhere(drillr: Run, library: Path, tmp_path: Path) -> None:
    """`--at` and the configuration name the place; one that refuses is an error with a remedy."""
    assert drillr("backup", "create", "--at", tmp_path / "far").returncode == 0
    assert len(read(drillr("backup", "list", "--at", tmp_path / "far", "--json"))) == 1
    assert drillr("backup", "list").returncode == 3
    config = tmp_path / "config.toml"
    config.write_text(f'backups = "{tmp_path / "far"}"\n')
    assert drillr("backup", "list", DRILLR_CONFIG=str(config)).returncode == 0
    config.write_text(f'backups = "{library / "a__b__c__d.json"}"\n')
    done = drillr("backup", "create", DRILLR_CONFIG=str(config))
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


def test_backups_that_nobody_asks_for(
    drillr: Run, library: Path, bank: Bank, tmp_path: Path
) -> None:
    """One after a day's first session, one before a large import; or none, if so configured."""
    config = tmp_path / "config.toml"
    config.write_text("automatic_backups = false\n")
    drillr("review", "--plain", "d", "--limit", "1", input="B\n1\n", DRILLR_CONFIG=str(config))
    assert drillr("backup", "list").returncode == 3
    for _ in range(2):
        drillr("review", "--plain", "d", "--limit", "1", input="B\n1\n")
    bank("a__b__c__large", [theory(n) for n in range(100, 1200)])
    done = drillr("import", library)
    assert (done.returncode, done.stderr) == (0, "")
    found = read(drillr("backup", "list", "--json"))
    assert [one["reason"] for one in found] == ["import", "daily"]
    assert [one["questions"] for one in found] == [9, 9]


def test_everything_in_one_file(drillr: Run, library: Path, tmp_path: Path) -> None:
    """Another drillr that imports the archive shows the same numbers."""
    drillr("review", "--plain", "d", "--limit", "2", input="B\n1\nB\n4\n")
    assert drillr("export", "--all", "all.zip").returncode == 0
    assert drillr("export", "--all", "all.zip").returncode == 2
    assert drillr("export", "--all", "all.json").returncode == 2
    assert drillr("export", "--all", "all2.zip", "d").returncode == 2
    other = str(tmp_path / "other.db")
    found = json.loads(drillr("--store", other, "import", "all.zip", "--json").stdout)
    assert (found["imported"], found["failed"]) == (9, 0)
    assert read(drillr("--store", other, "stats", "--json")) == read(drillr("stats", "--json"))
    (tmp_path / "no.zip").write_bytes(b"PK nonsense")
    done = drillr("import", "no.zip")
    assert done.returncode == 1
    assert "no archive" in done.stderr


def test_several_stores(drillr: Run, environment: dict[str, str], tmp_path: Path) -> None:
    """A store goes by a name; `use` makes it the usual one and keeps the rest of the file."""
    del environment["DRILLR_STORE"]
    config = Path(environment["HOME"]) / ".config" / "drillr" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("# mine\nbackups = '/x'\n[keys]\nstore = 'x'\n")
    assert drillr("store", "new", "languages").returncode == 0
    assert drillr("store", "new", "languages").returncode == 2
    assert drillr("store", "new", "../x").returncode == 2
    assert drillr("store", "use", "nothing").returncode == 2
    assert drillr("store", "use", "languages").returncode == 0
    assert config.read_text().splitlines()[1:] == [
        "# mine", "backups = '/x'", "[keys]", "store = 'x'",
    ]  # fmt: skip
    assert drillr("store", "use", "languages").returncode == 0
    assert config.read_text().count("store =") == 2
    (one,) = read(drillr("store", "list", "--json"))
    assert (one["name"], one["in_use"]) == ("languages", True)
    assert drillr("tree").returncode == 0
    other = tmp_path / "other.db"
    drillr("--store", other, "tree")
    assert drillr("store", "use", other).returncode == 0
    rows = read(drillr("store", "list", "--json"))
    assert [row["path"] for row in rows if row["in_use"]] == [str(other)]
    assert drillr("--store", "languages", "doctor").returncode == 0
    assert os.path.exists(other)
    with closing(sqlite3.connect(other)) as made:
        assert made.execute("select count(*) from users").fetchone() == (1,)
