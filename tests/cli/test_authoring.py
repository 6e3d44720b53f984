"""Writing questions from the command line: lint, new, edit, mv, watch, as installed."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PROGRAM, Run, read
from tests.conftest import Bank, mcq, theory

Editor = Callable[[str], str]
LINT = Path(__file__).parents[1] / "data" / "lint"


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    """Makes an editor out of Python code that gets the item and changes it."""

    def make(code: str) -> str:
        script = tmp_path / "my editor.py"
        script.write_text(
            "import json, pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n"
            f"item = json.loads(path.read_text())\n{code}\npath.write_text(json.dumps(item))\n"
        )
        return f"python3 '{script}' --wait"

    return make


def test_lint_in_three_forms(drillr: Run) -> None:
    """Lines for people, JSON for programs, annotations for GitHub; 1 when anything is found."""
    done = drillr("lint", LINT / "D207")
    assert done.returncode == 1
    first, summary = done.stdout.splitlines()
    assert first.endswith("a__b__c__d.json:9: D207 q-001: the options B and C are the same")
    assert summary == "1 error; 1 question in 1 file"
    found = json.loads(drillr("lint", LINT / "D207", "--format", "json").stdout)
    assert found["findings"][0]["code"] == "D207"
    assert found["findings"][0]["severity"] == "error"
    annotation = drillr("lint", LINT / "D207", "--format", "github").stdout
    assert annotation.startswith("::error file=")
    assert ",line=9,title=D207::q-001: the options B and C are the same" in annotation
    assert drillr("lint", LINT / "clean").returncode == 0
    assert drillr("lint", LINT / "D207", "--ignore", "D207").returncode == 0


def test_lint_that_makes_no_sense(drillr: Run, tmp_path: Path) -> None:
    """Nothing to look at, an unknown form or rule: 2; what isn't there is a finding."""
    assert drillr("lint").returncode == 2
    assert drillr("lint", ".", "--format", "xml").returncode == 2
    assert drillr("lint", ".", "--select", "X").returncode == 2
    done = drillr("lint", "nowhere")
    assert (done.returncode, done.stdout.split()[1]) == (1, "D101")
    assert "D304" in drillr("lint", "--rules").stdout


def test_editing_a_question(drillr: Run, library: Path, editor: Editor) -> None:
    """The editor gets the file's item, its result is taken, and a changed answer is told."""
    change = editor("item['question'] = 'Really?'")
    done = drillr("edit", "q-001", EDITOR=change)
    assert (done.returncode, done.stdout, done.stderr) == (0, "q-001 is changed\n", "")
    assert read(drillr("show", "q-001", "--json"))["question"] == "Really?"
    assert drillr("edit", "q-001", EDITOR=change).stdout == "nothing changed\n"
    done = drillr("edit", "q-001", VISUAL=editor("item['correct_answer'] = 'A'"))
    assert "--relearn-changed" in done.stderr
    assert drillr("edit", "q-404", EDITOR=change).returncode == 2


def test_a_bad_edit_changes_nothing_and_is_kept(drillr: Run, library: Path, editor: Editor) -> None:
    """What can't be taken stays in a file whose name is told; a failing editor ends the same."""
    done = drillr("edit", "q-001", EDITOR=editor("item['correct_answer'] = 'Z'"))
    assert done.returncode == 1
    assert "not among the options" in done.stderr
    kept = done.stderr.rsplit("What you wrote is in ", 1)[1].strip()
    assert json.loads(Path(kept).read_text())["correct_answer"] == "Z"
    os.unlink(kept)
    assert read(drillr("show", "q-001", "--json"))["correct_answer"] == ["B"]
    done = drillr("edit", "q-001", EDITOR="false")
    assert done.returncode == 1
    os.unlink(done.stderr.rsplit("The text is in ", 1)[1].strip())
    assert drillr("edit", "q-001", EDITOR="no-such-editor-here").returncode == 2


def test_writing_a_new_question(drillr: Run, library: Path, editor: Editor) -> None:
    """In the editor, or from a file; into a place that need not be there yet."""
    change = editor("item |= {'question': 'Why?', 'answer': 'So.', 'key_points': ['so']}")
    done = drillr("new", "a/b/c/fresh", "--type", "theory", EDITOR=change)
    assert done.stdout == "fresh-001 is in a__b__c__fresh\n"
    item = json.dumps(mcq(77))
    assert drillr("new", "a/b/c/d", "--from", "-", input=item).returncode == 0
    assert drillr("new", "a/b/c/d", "--from", "-", input=item).returncode == 1
    del (nameless := mcq(78))["id"]
    named = [
        drillr("new", "a/b/c/fresh", *given, "--from", "-", input=json.dumps(nameless)).stdout
        for given in ((), ("--id", "mine"), ())
    ]
    assert [line.split()[0] for line in named] == ["fresh-002", "mine", "fresh-003"]
    assert drillr("new", "a/b/c/d", "--type", "essay").returncode == 2
    assert drillr("search", "id:q-077", "--ids").stdout == "q-077\n"


def test_moving_questions(drillr: Run, library: Path) -> None:
    """Several at once; the store stays sound."""
    assert drillr("mv", "q-001", "t-001", "x/y/z/w").stdout == "2 moved to x/y/z/w\n"
    assert drillr("search", "facet:w", "--ids").stdout.split() == ["q-001", "t-001"]
    assert drillr("mv", "q-001", "x/y/z/w").stdout == "all of them are there already\n"
    assert drillr("mv", "q-001", "x/y").returncode == 1
    assert drillr("doctor").returncode == 0


def test_an_import_tells_changed_answers(drillr: Run, library: Path, bank: Bank) -> None:
    """With --update it names them; with --relearn-changed those answered before are asked anew."""
    drillr("review", "--plain", "d", "--limit", "1", input="B\n1\n")
    items: list[dict[str, Any]] = [mcq(number) for number in range(1, 6)]
    items[0]["correct_answer"] = items[1]["correct_answer"] = "C"
    bank("a__b__c__d", items)
    found = json.loads(drillr("import", library, "--update", "--dry-run", "--json").stdout)
    assert found["answers_changed"] == ["q-001", "q-002"]
    done = drillr("import", library, "--update", "--relearn-changed")
    assert "q-001, q-002; 1 are asked anew" in done.stderr
    assert read(drillr("due", "--json"))["overdue"] == 1
    assert "asked anew" in drillr("why", "q-001").stdout
    assert drillr("doctor").returncode == 0


def test_watching_a_folder(
    library: Path, bank: Bank, environment: dict[str, str], sql: Callable[[str], list[Any]]
) -> None:
    """A file that is saved is imported, a broken one is named, and an interrupt ends it."""
    process = subprocess.Popen(
        [PROGRAM, "watch", str(library), "--interval", "0.05"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("0 imported")
        assert process.stderr.readline().startswith("watching")
        bank("a__b__c__e", [theory(1, question="Saved"), theory(12)])
        assert process.stdout.readline().startswith("1 imported, 1 updated")
        (library / "a__b__c__f.json").write_text("[")
        assert "f.json:1: column" in process.stderr.readline()
        assert "1 refused" in process.stdout.readline()
        assert sql("select question from questions where external_id = 't-001'") == [("Saved",)]
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130
    finally:
        process.kill()
        process.communicate()
