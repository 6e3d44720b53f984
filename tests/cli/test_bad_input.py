"""Bad files and bad stores, through the program: each is named, and nothing else is lost."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drillr.domain import limits
from tests.cli.conftest import PROGRAM, Run, read
from tests.conftest import Bank, mcq, theory

linux = pytest.mark.skipif(sys.platform != "linux", reason="drops a power that Linux gives root")


def as_nobody_special() -> None:
    """From here on, modes of files hold for root too: without the powers to override them."""
    for power in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, power)  # PR_CAPBSET_DROP


def plainly(
    environment: dict[str, str], *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    """Run drillr with no more rights than anybody has."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        env=environment, preexec_fn=as_nobody_special, input="A\n1\n", capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


ITEMS: list[tuple[object, str]] = [
    ("just text", "an item must be an object"),
    (mcq(1, id=7), "id must be text"),
    (mcq(1, id=None), "id is missing"),
    (mcq(1, id="x" * 256), "at most 255"),
    (mcq(1, type="essay"), "type must be mcq, theory or scenario"),
    (mcq(1, question=None), "question is missing"),
    (mcq(1, question=["?"]), "question must be text"),
    (mcq(1, question="  "), "question is empty"),
    (mcq(1, options=["a", "b"]), "options must be an object"),
    (mcq(1, options=None), "options is missing"),
    (mcq(1, options={"A": "one"}), "2 to"),
    (mcq(1, correct_answer="E"), "not among the options"),
    (mcq(1, correct_answer=["A", "E"]), "not among the options"),
    (mcq(1, correct_answer=None), "correct_answer is missing"),
    (theory(1, answer=None), "answer is missing"),
    (theory(1, difficulty=9), "difficulty must be"),
    (theory(1, estimated_time_seconds="long"), "estimated_time_seconds"),
    (theory(1, tags="one"), "tags must be a list"),
    (theory(1, answer="x" * (limits.TEXT_BYTES + 1)), "at most 65536"),
    (theory(1, answer="clear \x1b[2J"), "U+001B"),
    (theory(1, question="turn \u202e round"), "U+202E"),
    (mcq(99), "the id is used twice"),
]


def test_a_server_whose_folder_is_a_file_says_so(drillr: Run, tmp_path: Path) -> None:
    """In a line, before anything is served."""
    (tmp_path / "notes").write_text("mine")
    done = drillr("serve", "--data", tmp_path / "notes")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "can't be made: File exists. Name another by --data" in done.stderr


def test_every_bad_item_is_named_and_the_rest_goes_in(drillr: Run, bank: Bank, sql: Any) -> None:
    """File, line, id and reason of each; the good ones between them are imported."""
    found: list[object] = [mcq(99)]
    for number, (item, _) in enumerate(ITEMS, 100):
        found += [item, mcq(number)]
    folder = bank("a__b__c__d", found)
    lines = (folder / "a__b__c__d.json").read_text(encoding="utf-8").split("\n")
    starts = [n for n, line in enumerate(lines, 1) if line in (" {", ' "just text",')]
    done = drillr("import", folder, "--json")
    assert done.returncode == 1
    report = read(done)
    assert (report["imported"], report["failed"]) == (1 + len(ITEMS), len(ITEMS))
    for (item, reason), error, line in zip(ITEMS, report["errors"], starts[1::2], strict=True):
        assert reason in error["reason"]
        assert error["file"].endswith("a__b__c__d.json")
        assert error["line"] == line
        named = item.get("id") if isinstance(item, dict) else None
        assert error["id"] == (named if isinstance(named, str) else None)
    assert sql("select count(*) from questions") == [(1 + len(ITEMS),)]


FILES: list[tuple[str, bytes, str]] = [
    ("a__b__c.json", b"[]", "3 parts"),
    ("a__b__c__d__e.json", b"[]", "5 parts"),
    ("a__b____d.json", b"[]", "one of them empty"),
    ("a__b__c__broken.json", b'[\n {"id": "x",]\n]', "column 13"),
    ("a__b__c__cut.json", json.dumps([mcq(1)]).encode()[:-1], "column"),
    ("a__b__c__empty.json", b"", "the file is empty"),
    ("a__b__c__binary.json", bytes(range(256)), "not UTF-8"),
    ("a__b__c__number.json", b"3", "no list of questions"),
    ("a__b__c__object.json", b'{"items": []}', '"questions" array'),
    ("a__b__c__nan.json", b'[{"id": NaN}]', "NaN"),
    ("a__b__c__deep.json", b"[" * 100_000, "too deeply"),
]


def test_every_bad_file_is_named_and_the_others_go_in(
    drillr: Run, bank: Bank, sql: Any, environment: dict[str, str]
) -> None:
    """What is no question file is refused whole, also one that is larger than is read."""
    folder = bank("a__b__c__good", [mcq(1), mcq(2)])
    for name, data, _ in FILES:
        (folder / name).write_bytes(data)
    with (folder / "a__b__c__huge.json").open("wb") as huge:
        huge.truncate(limits.FILE_BYTES + 1)
    done = drillr("import", folder, "--json")
    assert done.returncode == 1
    report = read(done)
    assert (report["imported"], report["failed"]) == (2, len(FILES) + 1)
    reasons = {Path(error["file"]).name: error["reason"] for error in report["errors"]}
    for name, _, reason in FILES:
        assert reason in reasons[name], name
    lines = {Path(error["file"]).name: error["line"] for error in report["errors"]}
    assert (lines["a__b__c__broken.json"], lines["a__b__c__deep.json"]) == (2, None)
    assert "split it" in reasons["a__b__c__huge.json"]
    assert sql("select external_id from questions order by 1") == [("q-001",), ("q-002",)]
    # For people each is one line, and the good file is known by now.
    shown = drillr("import", folder)
    assert shown.returncode == 1
    assert shown.stderr.count("\n") == len(FILES) + 1
    assert "2 skipped" in shown.stdout


def test_a_file_of_the_largest_size_is_read(drillr: Run, bank: Bank, sql: Any) -> None:
    """64 MiB, most of it blanks, go in."""
    folder = bank("a__b__c__d", [mcq(1)])
    path = folder / "a__b__c__d.json"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b" " * (limits.FILE_BYTES - len(data)) + data[-1:])
    assert path.stat().st_size == limits.FILE_BYTES
    assert read(drillr("import", folder, "--json"))["imported"] == 1


@linux
def test_what_may_not_be_read_is_named(bank: Bank, environment: dict[str, str]) -> None:
    """A folder and a file without permission; what may be read goes in."""
    folder = bank("a__b__c__d", [mcq(1)])
    bank("a__b__c__e", [mcq(2)])
    (folder / "a__b__c__e.json").chmod(0)
    closed = folder / "closed"
    closed.mkdir()
    (closed / "a__b__c__f.json").write_text("[]", encoding="utf-8")
    closed.chmod(0)
    try:
        done = plainly(environment, "import", folder, "--json")
    finally:
        closed.chmod(0o700)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["imported"] == 1
    assert {Path(error["file"]).name: error["reason"] for error in report["errors"]} == {
        "closed": "can't be read: Permission denied",
        "a__b__c__e.json": "can't be read: Permission denied",
    }


@linux
def test_a_store_that_may_not_be_written_is_read_and_keeps_what_it_holds(
    drillr: Run, library: Path, environment: dict[str, str]
) -> None:
    """A read-only file, in a folder that may be written or not: exit 4 in a line, or an answer."""
    store = Path(environment["DRILLR_STORE"])
    assert drillr("review", "--plain", "d", "--limit", "1", input="B\n1\n").returncode == 0
    held = store.read_bytes()
    store.chmod(0o400)
    try:
        for mode in (0o700, 0o500):
            store.parent.chmod(mode)
            for command in (["review", "--plain"], ["undo"], ["doctor"]):
                done = plainly(environment, *command)
                assert done.returncode == 4, (command, done.stderr)
                assert "opened for writing" in done.stderr
                assert done.stderr.count("\n") == 1
            for command in (["stats", "--json"], ["due", "--json"], ["tree", "--json"]):
                assert json.loads(plainly(environment, *command).stdout)
    finally:
        store.parent.chmod(0o700)
        store.chmod(0o600)
    assert store.read_bytes() == held


@linux
def test_a_folder_in_which_no_store_can_be_made_says_so(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The first start has nowhere to write."""
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    done = plainly(environment | {"DRILLR_STORE": str(closed / "drillr.db")}, "stats")
    closed.chmod(0o700)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert os.listdir(closed) == []


def test_a_damaged_page_is_found_and_said(drillr: Run, library: Path, environment: Any) -> None:
    """Doctor or the command itself ends with 4 and one line; there is no traceback."""
    store = Path(environment["DRILLR_STORE"])
    data = bytearray(store.read_bytes())
    data[4096 : len(data)] = b"\xa5" * (len(data) - 4096)
    store.write_bytes(data)
    for command in (["doctor"], ["stats"], ["review", "--plain"]):
        done = drillr(*command)
        assert done.returncode == 4, (command, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
