"""Exporting: what leaves the library comes back as it was, and nothing is overwritten unasked."""

import dataclasses
import json
from pathlib import Path

import pytest

from drillr.bootstrap import open_context
from drillr.errors import NothingToDo, UsageError
from drillr.services.context import Context
from drillr.services.exporting import Order, export
from drillr.services.importing import Options, import_paths
from tests.conftest import Bank, mcq, theory
from tests.services.test_importing import held

STARTERS = Path(__file__).parents[2] / "data" / "questions"


def test_the_very_files_come_back(context: Context, tmp_path: Path) -> None:
    """Import a folder, export it: the same names and bytes; importing them does nothing."""
    import_paths(context, [str(STARTERS)])
    before = held(context)
    out = tmp_path / "out"
    done = export(context, Order(str(out), form="json"))
    originals = {path.name: path.read_bytes() for path in STARTERS.glob("*.json")}
    assert {path.name: path.read_bytes() for path in out.iterdir()} == originals
    assert done.questions == len(before)
    again = import_paths(context, [str(out)], Options(update=True, prune=True))
    assert (again.imported, again.updated, again.deactivated, again.failed) == (0, 0, 0, 0)
    assert held(context) == before


def test_another_store_reads_an_export_as_the_same_library(
    context: Context, bank: Bank, tmp_path: Path
) -> None:
    """Questions, places and their names are equal in the store that imports the export."""
    bank("a__b__c__d_mcq", [mcq(1, difficulty="hard"), mcq(2, correct_answer=["A", "B"])])
    folder = bank("a__b__c__e", {"topic": {"name": "A"}, "questions": [theory(1), theory(2)]})
    import_paths(context, [str(folder)])
    export(context, Order(str(tmp_path / "out"), form="json"))
    other = open_context(str(tmp_path / "other.db"))
    report = import_paths(other, [str(tmp_path / "out")])
    assert (report.imported, report.failed) == (4, 0)
    assert held(other) == held(context)
    other.database.close()


def test_only_what_the_selector_names_and_what_is_active(context: Context, bank: Bank) -> None:
    """A part of the library; questions that were deactivated stay at home."""
    folder = bank("a__b__c__d", [mcq(1), mcq(2)])
    bank("a__b__c__e", [theory(1)])
    import_paths(context, [str(folder)])
    bank("a__b__c__d", [mcq(1)])
    import_paths(context, [str(folder)], Options(prune=True))
    done = export(context, Order(str(folder / "out"), "d", form="json"))
    assert [Path(name).name for name in done.files] == ["a__b__c__d.json"]
    assert [item["id"] for item in json.loads(Path(done.files[0]).read_text())] == ["q-001"]


def test_nothing_is_overwritten_unasked(context: Context, bank: Bank, tmp_path: Path) -> None:
    """A file that differs stops the export; one that is equal does not; --force overwrites."""
    import_paths(context, [str(bank("a__b__c__d", [mcq(1)]))])
    order = Order(str(tmp_path / "out"), form="json")
    export(context, order)
    assert export(context, order).unchanged == 1
    file = tmp_path / "out" / "a__b__c__d.json"
    file.write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        export(context, order)
    assert file.read_text() == "mine"
    export(context, dataclasses.replace(order, force=True))
    assert json.loads(file.read_text())[0]["id"] == "q-001"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a__b__c__d.json"]


def test_an_empty_library_has_nothing_to_export(context: Context, tmp_path: Path) -> None:
    """It says so, and writes nothing."""
    with pytest.raises(NothingToDo):
        export(context, Order(str(tmp_path / "out"), form="json"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("target", "form"), [("out", None), ("deck.xyz", None), ("out", "pdf")])
def test_an_unclear_form_is_a_usage_error(
    context: Context, target: str, form: str | None, tmp_path: Path
) -> None:
    """The error lists the forms there are."""
    with pytest.raises(UsageError, match="json"):
        export(context, Order(str(tmp_path / target), form=form))
