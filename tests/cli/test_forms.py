"""Forms in and out on the command line: what is printed, and how it ends."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, read

DECK = Path(__file__).parents[1] / "formats" / "anki" / "deck-old.apkg"


def test_a_deck_of_anki_comes_in_with_its_history(drillr: Run, tmp_path: Path) -> None:
    """The report counts questions, answers and media; the store is whole and what is due is due."""
    report = read(drillr("import", DECK, "--under", "languages", "--json"))
    assert (report["imported"], report["reviews"], report["media"]) == (14, 48, 2)
    assert report["remarks"] == [f"{DECK}: 10 notes with 14 cards"]
    assert read(drillr("stats", "languages", "--json"))["responses"] == 48
    assert drillr("doctor").returncode == 0
    assert (tmp_path / "drillr.media").is_dir()
    done = drillr("import", DECK)
    assert "14 refused" not in done.stdout
    assert "10 notes with 14 cards" in done.stderr


@pytest.mark.parametrize("target", ["out.apkg", "out.md", "out.csv", "out.tsv", "out.org"])
def test_an_export_says_what_it_wrote(
    drillr: Run, library: Path, tmp_path: Path, target: str
) -> None:
    """In a line, or in JSON; a second one needs --force where it would overwrite."""
    assert library
    done = drillr("export", target, "a/b/c/d")
    assert done.stdout == f"5 questions: {target}\n"
    assert (tmp_path / target).stat().st_size > 100
    report = read(drillr("export", "all-" + target, "--json"))
    assert (report["questions"], report["files"]) == (9, ["all-" + target])
    (tmp_path / target).write_text("something else")
    refused = drillr("export", target, "a/b/c/d")
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    assert (tmp_path / target).read_text() == "something else"
    assert drillr("export", target, "a/b/c/d", "--force").returncode == 0


def test_an_export_is_the_very_folder(drillr: Run, library: Path, tmp_path: Path) -> None:
    """What was imported is exported, and importing that does nothing."""
    assert drillr("export", "--format", "json", tmp_path / "out").returncode == 0
    for path in library.iterdir():
        again = json.loads((tmp_path / "out" / path.name).read_text())
        assert again == json.loads(path.read_text())
    report = read(drillr("import", "--update", tmp_path / "out", "--json"))
    assert (report["imported"], report["updated"], report["skipped"]) == (0, 0, 9)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["import", DECK, "--under", "a__b__c__d__e"], "is no place"),
        (["import", DECK, "--format", "pdf"], "there is no format 'pdf'"),
        (["import", DECK, "--map", "nowhere.json"], "mapping"),
        (["export", "out.xyz"], "--format"),
        (["export", "out", "--format", "pdf"], "there is no format 'pdf'"),
        (["export", "out.md", "nothing-called-so"], "nothing here is called"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    drillr: Run, library: Path, arguments: list[str | Path], reason: str
) -> None:
    """With exit code 2, in one line, and nothing done."""
    assert library
    done = drillr(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_damaged_is_refused(drillr: Run, tmp_path: Path) -> None:
    """Exit code 1, the file's name and the reason."""
    (tmp_path / "cut.apkg").write_bytes(DECK.read_bytes()[:5000])
    (tmp_path / "bad.csv").write_bytes(b"question,answer\n\xff,a\n")
    done = drillr("import", "cut.apkg", "bad.csv")
    assert done.returncode == 1
    assert "cut.apkg: no archive that can be read" in done.stderr
    assert "bad.csv:2: byte 16 is not UTF-8" in done.stderr


def test_a_mapping_and_columns_are_read(drillr: Run, tmp_path: Path) -> None:
    """JSON of another shape, and a table without a header."""
    (tmp_path / "map.json").write_text('{"items": "/x", "question": "/q", "answer": "/a"}')
    (tmp_path / "x.json").write_text('{"x": [{"q": "one", "a": "1"}, {"q": "two"}]}')
    report = read(drillr("import", "x.json", "--map", "map.json", "--json"))
    assert (report["imported"], report["failed"]) == (1, 1)
    assert report["errors"][0]["reason"] == "question 2: answer is missing"
    (tmp_path / "t.tsv").write_text("one\t1\ntwo\t2\n")
    assert read(drillr("import", "t.tsv", "--columns", "front,back", "--json"))["imported"] == 2
