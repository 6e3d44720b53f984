"""Files of other forms in the store: found in folders, once, with their schedules."""

import json
import re
from pathlib import Path

import pytest

from drillr.bootstrap import open_context
from drillr.formats import mapped_json
from drillr.formats.writers import FORMATS
from drillr.services.context import Context
from drillr.services.exporting import Order, export
from drillr.services.importing import Options, import_paths
from drillr.services.upkeep import examine
from drillr.store import cards
from tests.conftest import Bank, mcq, theory
from tests.services.test_importing import held


def test_a_folder_may_mix_every_form(context: Context, bank: Bank) -> None:
    """What holds questions comes in; notes without any and other tables don't count."""
    folder = bank("a__b__c__d", [mcq(1)])
    (folder / "deck.md").write_text("Q: one\nA: 1\n")
    (folder / "README.md").write_text("# About\n\nNothing to learn.\n")
    (folder / "table.csv").write_text("question,answer\nq,a\n")
    (folder / "prices.csv").write_text("item,price\nx,1\n")
    (folder / "notes.org").write_text("* Plain heading\n")
    (folder / "drill.org").write_text("* What? :drill:\nThis.\n")
    (folder / "other.txt").write_text("Q: no\nA: no\n")
    report = import_paths(context, [str(folder)])
    assert (report.files, report.imported, report.failed, report.remarks) == (4, 4, 0, [])
    again = import_paths(context, [str(folder)])
    assert (again.files, again.imported, again.skipped) == (4, 0, 4)
    assert not examine(context).problems


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("README.md", "# About\n", "holds no question"),
        ("prices.csv", "item,price\nx,1\n", "--columns"),
        ("notes.org", "* Plain\n", ":drill:"),
    ],
)
def test_a_file_that_was_named_must_hold_questions(
    context: Context, tmp_path: Path, name: str, text: str, reason: str
) -> None:
    """Whoever names a file wants its questions, and hears why there are none."""
    (tmp_path / name).write_text(text)
    report = import_paths(context, [str(tmp_path / name)])
    assert report.failed == 1
    assert reason in report.errors[0].reason


def test_schedules_of_notes_stand_where_they_stood(context: Context, tmp_path: Path) -> None:
    """Due date, interval and ease; once, until the note has a newer one."""
    note = tmp_path / "note.md"
    note.write_text("a::b <!--SR:!2026-03-10,12,230-->\n")
    report = import_paths(context, [str(note)])
    assert (report.imported, report.schedules, report.reviews) == (1, 1, 0)
    assert import_paths(context, [str(note)]).schedules == 0
    with context.database.transaction(write=False) as db:
        (card,) = cards.all_cards(db, context.user).values()
    assert (card.interval_days, card.ease, str(card.next_review_at)[:10]) == (12, 230, "2026-03-10")
    note.write_text("a::b <!--SR:!2026-04-20,41,230-->\n")
    assert import_paths(context, [str(note)]).schedules == 1
    with context.database.transaction(write=False) as db:
        (card,) = cards.all_cards(db, context.user).values()
    assert (card.interval_days, str(card.next_review_at)[:10]) == (41, "2026-04-20")
    assert not examine(context).problems


def test_the_same_text_in_two_files_is_refused_with_both(context: Context, tmp_path: Path) -> None:
    """The second one names file and line of the first."""
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("\n\nQ: same\nA: yes\n")
    report = import_paths(context, [str(tmp_path)])
    assert (report.imported, report.failed) == (1, 1)
    assert "a.md, line 3" in report.errors[0].reason
    assert report.errors[0].line == 3


@pytest.mark.parametrize(
    ("form", "one"),
    # Question files hold one facet each, and a package of Anki's holds all.
    [
        (f, one)
        for f in FORMATS
        for one in (True, False)
        if f != "anki" and (f, one) != ("json", True)
    ],
)
def test_every_form_gives_another_store_the_same_library(
    context: Context, bank: Bank, tmp_path: Path, form: str, one: bool
) -> None:
    """As one file for all, or as a folder; importing it where it came from changes nothing."""
    bank("a__b__c__d", [mcq(1, difficulty="hard"), mcq(2, correct_answer=["A", "C"])])
    folder = bank("a__b__c__e", [theory(1, tags=["a b"]), theory(2, context="See `x`\n\nQ: y")])
    import_paths(context, [str(folder)])
    ending = {"markdown": "md"}.get(form, form)
    target = tmp_path / (f"out.{ending}" if one else "out")
    done = export(context, Order(str(target), form=form))
    assert (done.questions, len(done.files)) == (4, 1 if one else 2)
    other = open_context(str(tmp_path / "other.db"))
    report = import_paths(other, [str(target)])
    assert (report.imported, report.errors) == (4, [])
    assert held(other) == held(context)
    other.database.close()
    before = held(context)
    again = import_paths(context, [str(target)], Options(update=True))
    assert (again.imported, again.updated, again.failed) == (0, 0, 0)
    assert held(context) == before


def test_links_that_lead_out_of_a_folder_are_refused(context: Context, tmp_path: Path) -> None:
    """A bank that was cloned must not bring what lies elsewhere on the disk."""
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps([mcq(1)]))
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "a__b__c__d.json").symlink_to(outside)
    (folder / "a__b__c__e.json").write_text(json.dumps([mcq(2)]))
    (folder / "a__b__c__f.json").symlink_to(folder / "a__b__c__e.json")
    (folder / "loop.json").symlink_to(folder / "loop.json")
    report = import_paths(context, [str(folder)])
    assert (report.imported, report.failed) == (1, 2)
    assert all("link" in problem.reason for problem in report.errors)


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null"])
def test_what_is_no_file_is_refused(context: Context, name: str) -> None:
    """A device never ends, a pipe never begins."""
    report = import_paths(context, [name])
    assert (report.imported, report.failed) == (0, 1)
    assert "no regular file" in report.errors[0].reason


def test_the_examples_of_the_documents_can_be_imported(context: Context, tmp_path: Path) -> None:
    """Each form's example gives the questions that its page speaks of, each mapping is one."""
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    found = {}
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        if language == "json":
            (tmp_path / "map.json").write_text(block)
            assert mapped_json.load(str(tmp_path / "map.json"))
            continue
        ending = {"markdown": "md"}.get(language, language)
        path = tmp_path / f"example.{ending}"
        path.write_text(block)
        report = import_paths(context, [str(path)])
        assert report.errors == []
        found[language] = report.imported
    assert found == {"markdown": 10, "csv": 1, "org": 1}
