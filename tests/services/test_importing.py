"""Importing: nothing is lost, nothing is invented, and what is refused is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillr.bootstrap import open_context
from drillr.services.context import Context
from drillr.services.importing import Options, Report, import_paths
from drillr.services.upkeep import examine
from drillr.store import content
from tests.conftest import Bank, mcq, theory


def held(context: Context) -> list[tuple[Any, ...]]:
    """Every question row of the store, without its instants."""
    with context.database.transaction(write=False) as db:
        return db.rows(
            "select external_id, facet_id, type, question, content_hash, is_active from questions"
            " order by external_id"
        )


def run(context: Context, folder: Path, **options: Any) -> Report:
    """Import a folder."""
    return import_paths(context, [str(folder)], Options(**options))


def test_questions_go_in_once(context: Context, bank: Bank) -> None:
    """A second import of the same file skips everything and changes no row."""
    folder = bank("a__b__c__d", [mcq(1), theory(1)])
    first = run(context, folder)
    rows = held(context)
    again = run(context, folder)
    assert (first.imported, first.skipped, first.failed) == (2, 0, 0)
    assert (again.imported, again.skipped, again.failed) == (0, 2, 0)
    assert held(context) == rows


def test_a_bad_item_is_named_with_its_line_and_the_rest_goes_in(
    context: Context, bank: Bank
) -> None:
    """File, line, id and reason of each refused item; the others are imported."""
    bad = mcq(2, correct_answer="E")
    folder = bank("a__b__c__d", [mcq(1), bad, mcq(3), mcq(3)])
    text = (folder / "a__b__c__d.json").read_text(encoding="utf-8")
    report = run(context, folder)
    assert (report.imported, report.failed) == (2, 2)
    problem, twin = report.errors
    assert (problem.id, problem.line) == ("q-002", text[: text.index('"q-002"')].count("\n"))
    assert "'E' is not among the options A, B, C, D" in problem.reason
    assert twin.id == "q-003"
    assert "used twice" in twin.reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a__b__c.json", b"[]", "3 parts"),
        ("a__b__c__d.json", b'[{"id": "x",]', "column 13"),
        ("a__b__c__d.json", b"", "the file is empty"),
        ("a__b__c__d.json", b"\x89PNG\x00\xff", "not UTF-8"),
        ("a__b__c__d.json", b'{"questions": 3}', '"questions" array'),
        ("a__b__c__d.json", b"[" * 100_000, "nests"),
        ("a__b__c__d.json", b'[{"id": NaN}]', "NaN"),
    ],
)
def test_a_bad_file_leaves_nothing_in(
    context: Context, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    """A file that is no question file is refused whole, with the reason."""
    (tmp_path / name).write_bytes(data)
    report = import_paths(context, [str(tmp_path / name)])
    assert (report.imported, report.failed) == (0, 1)
    assert reason in report.errors[0].reason
    assert held(context) == []


def test_an_error_at_the_end_takes_the_whole_file_back(context: Context, tmp_path: Path) -> None:
    """Questions before the broken end of a file are not half an import."""
    good = tmp_path / "a__b__c__good.json"
    good.write_text(json.dumps([mcq(1)]))
    broken = tmp_path / "a__b__c__z.json"
    broken.write_text(json.dumps([mcq(n) for n in range(2, 3000)])[:-1])
    report = import_paths(context, [str(good), str(broken)])
    assert (report.imported, report.failed) == (1, 1)
    assert [row[0] for row in held(context)] == ["q-001"]


def test_control_characters_are_refused(context: Context, bank: Bank) -> None:
    """An escape sequence in any text is named; line ends are unified, not refused."""
    items = [
        mcq(1, question="clear \x1b[2J"), mcq(2, tags=["a\u202eb"]), mcq(3, question="a\r\nb")
    ]  # fmt: skip
    report = run(context, bank("a__b__c__d", items))
    assert [(p.id, "U+" in p.reason) for p in report.errors] == [("q-001", True), ("q-002", True)]
    assert [row[3] for row in held(context)] == ["a\nb"]


def test_the_same_id_in_two_facets_names_both(context: Context, bank: Bank) -> None:
    """The second place is refused, whether the first was read in this import or an earlier one."""
    bank("a__b__c__d", [mcq(1)])
    folder = bank("a__b__c__e", [mcq(1), mcq(2)])
    for _ in range(2):
        report = run(context, folder)
        assert report.failed == 1
        assert "a__b__c__d.json" in report.errors[0].reason
        assert report.errors[0].file.endswith("a__b__c__e.json")
    assert run(context, folder, qualify_ids=True).failed == 0


def test_update_changes_and_moves_and_keeps_cards(context: Context, bank: Bank) -> None:
    """Without --update a changed question is skipped and counted; with it, it is changed."""
    folder = bank("a__b__c__d", [mcq(1), mcq(2)])
    run(context, folder)
    bank("a__b__c__d", [mcq(2)])
    bank("a__b__c__e", [mcq(1, question="Moved and changed?")])
    plain = run(context, folder)
    assert (plain.skipped, plain.differing, plain.updated) == (2, 1, 0)
    assert run(context, folder, update=True).updated == 1
    with context.database.transaction(write=False) as db:
        question = content.question_named(db, "q-001")
    assert question is not None
    assert (question.path, question.text) == ("a__b__c__e", "Moved and changed?")
    assert not examine(context).problems


def test_prune_deactivates_what_vanished(context: Context, bank: Bank) -> None:
    """Only with --prune, and never by deleting; --update brings a question back."""
    folder = bank("a__b__c__d", [mcq(1), mcq(2)])
    run(context, folder)
    bank("a__b__c__d", [mcq(1)])
    assert run(context, folder).deactivated == 0
    assert run(context, folder, prune=True).deactivated == 1
    assert [row[5] for row in held(context)] == [1, 0]
    bank("a__b__c__d", [mcq(1), mcq(2)])
    assert run(context, folder, update=True).updated == 1
    assert [row[5] for row in held(context)] == [1, 1]


def test_a_dry_run_writes_nothing(context: Context, bank: Bank) -> None:
    """--dry-run counts what would be done, and does none of it."""
    folder = bank("a__b__c__d", [mcq(1), mcq(2)])
    assert run(context, folder, dry_run=True).imported == 2
    assert held(context) == []


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_long_file_can_be_stopped_half_way(
    context: Context, bank: Bank, tmp_path: Path, form: str
) -> None:
    """It says again and again how far it is, and what that raises leaves nothing of the file."""
    path = bank("a__b__c__d", [mcq(n) for n in range(2500)])
    if form == "csv":
        path = tmp_path / "cards.csv"
        rows = "".join(f"front {n},back {n}\n" for n in range(2500))
        path.write_text("Front,Back\n" + rows, encoding="utf-8")
    heard: list[str] = []

    def stop(done: int, total: int, name: str) -> None:
        del done, total
        heard.append(name)
        if len(heard) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        import_paths(context, [str(path)], on_progress=stop)
    assert set(heard) == {"a__b__c__d.json" if form == "json" else "cards.csv"}
    assert held(context) == []
    assert import_paths(context, [str(path)]).imported == 2500


def test_both_dialects_are_read(context: Context, bank: Bank) -> None:
    """`answer` may name the right option, `sample_answer` the answer, a suffix the type."""
    old = mcq(1, answer="C")
    del old["correct_answer"], old["type"]
    sample = theory(2, sample_answer="So.", difficulty="very_hard")
    del sample["answer"]
    bank("a__b__c__d_mcq", [old])
    folder = bank("a__b__c__d_theory", {"facet": {"name": "Dee"}, "questions": [sample]})
    assert run(context, folder).errors == []
    with context.database.transaction(write=False) as db:
        first, second = content.question_named(db, "q-001"), content.question_named(db, "t-002")
        assert [facet.name for facet in content.facets(db)] == ["Dee"]
    assert first is not None
    assert second is not None
    assert (first.correct_keys, first.path) == (frozenset("C"), "a__b__c__d")
    assert (second.answer, second.difficulty) == ("So.", 5)


ITEMS = st.lists(
    st.one_of(
        st.integers(0, 9).map(mcq),
        st.integers(0, 9).map(theory),
        st.integers(0, 9).map(lambda n: mcq(n, correct_answer="Z")),
        st.integers(0, 9).map(lambda n: theory(n, answer=None)),
        st.sampled_from([None, 3, "text", [], {}, {"id": 1}]),
    ),
    max_size=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(ITEMS, min_size=1, max_size=3), flags=st.booleans())
def test_every_item_is_imported_skipped_or_named(
    files: list[list[Any]], flags: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For any files: items in equals imported plus updated plus skipped plus refused."""
    folder = tmp_path_factory.mktemp("bank")
    for number, items in enumerate(files):
        (folder / f"a__b__c__f{number}.json").write_text(json.dumps(items))
    context = open_context(str(folder / "store.db"))
    for _ in range(2):
        report = import_paths(context, [str(folder)], Options(update=flags))
        assert report.files == len(files)
        counted = report.imported + report.updated + report.skipped + report.failed
        assert counted == sum(map(len, files))
        assert report.failed == len(report.errors)
    assert report.imported == 0
    assert len(held(context)) == len({row[0] for row in held(context)})
    context.database.close()
