"""Lint: each rule finds the file that breaks it, nothing else does, and mending changes no more."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.config import starter_folder
from drillr.domain.linting import RULES
from drillr.errors import UsageError
from drillr.formats.question_patch import span_of, with_value
from drillr.services.linting import LintReport, Wishes, lint
from tests.conftest import Bank, mcq, theory

FILES = Path(__file__).parents[1] / "data" / "lint"


def codes(report: LintReport) -> set[str]:
    """The rules that found something."""
    return {one.code for one in report.findings}


@pytest.mark.parametrize("code", RULES)
def test_each_rule_finds_the_file_that_breaks_it(code: str) -> None:
    """The file of that name breaks this rule and no other, and says where."""
    report = lint([str(FILES / code)])
    assert codes(report) == {code}
    for one in report.findings:
        assert one.message
        assert one.severity is RULES[code].severity
        assert Path(one.file).parent.name == code


def test_what_is_well_is_left_alone() -> None:
    """Links in code, letters in prose and a trailing break are no findings."""
    report = lint([str(FILES / "clean")])
    assert report.findings == []
    assert (report.files, report.questions) == (1, 4)


def test_the_starter_banks_are_clean() -> None:
    """What ships with drillr passes its own lint."""
    report = lint([starter_folder()])
    assert report.findings == []
    assert report.questions > 300


def test_findings_name_the_line_of_the_value(bank: Bank) -> None:
    """An editor can jump to the option, hint or tag that is meant."""
    items = [theory(1), mcq(2, options={"A": "one", "B": "two", "C": "None of the above"})]
    folder = bank("a__b__c__d", items)
    (one,) = lint([str(folder)]).findings
    text = (folder / "a__b__c__d.json").read_text()
    assert one.line is not None
    assert "None of the above" in text.splitlines()[one.line - 1]
    assert one.id == "q-002"


def test_an_id_used_in_two_files_names_both(bank: Bank) -> None:
    """Ids are unique in all that is looked at, not only within a file."""
    bank("a__b__c__d", [theory(1)])
    folder = bank("a__b__c__e", [theory(1, question="Another", answer="Other words altogether")])
    (one,) = lint([str(folder)]).findings
    assert (one.code, one.line) == ("D103", 2)
    assert "a__b__c__d.json:2" in one.message


@pytest.mark.parametrize("code", [rule.code for rule in RULES.values() if rule.fixable])
def test_fix_mends_what_is_safe(code: str, tmp_path: Path) -> None:
    """A second look finds nothing, and nothing else in the file has changed."""
    folder = shutil.copytree(FILES / code, tmp_path / code)
    path = next(folder.iterdir())
    before = path.read_text()
    report = lint([str(folder)], Wishes(fix=True))
    assert (report.findings, report.fixed) == ([], 1)
    assert lint([str(folder)]).findings == []
    old, new = before.splitlines(), path.read_text().splitlines()
    same = [line for line in old if line in new]
    assert len(old) - len(same) in (1, 2)
    assert json.loads(before)[0]["id"] == json.loads(path.read_text())[0]["id"]
    assert [file.name for file in folder.iterdir()] == [path.name]


def test_fix_leaves_alone_what_a_person_must_decide(tmp_path: Path) -> None:
    """A file without a safe mend keeps its bytes."""
    for code in set(RULES) - {rule.code for rule in RULES.values() if rule.fixable}:
        folder = shutil.copytree(FILES / code, tmp_path / code)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert lint([str(folder)], Wishes(fix=True)).fixed == 0
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_rules_are_chosen_by_their_codes() -> None:
    """`select` and `ignore` take a code or its beginning; an unknown one is an error."""
    everything = str(FILES)
    assert codes(lint([everything], Wishes(select=("D3",)))) == {"D301", "D302", "D303", "D304"}
    left = codes(lint([everything], Wishes(ignore=("D1", "D2"))))
    assert left == {"D301", "D302", "D303", "D304"}
    with pytest.raises(UsageError, match="D999"):
        lint([everything], Wishes(select=("D999",)))


TEXTS = st.text(st.sampled_from('ab "\\\n\t[]{},:é缓'), max_size=12)


@given(st.lists(st.fixed_dictionaries({"id": TEXTS, "o": st.dictionaries(TEXTS, TEXTS),
                                       "l": st.lists(TEXTS)}), min_size=1),
       st.data())  # fmt: skip
def test_a_patch_changes_one_value_only(items: list[dict[str, Any]], data: st.DataObject) -> None:
    """Whatever stands around it, the value is found, and all others stay as they are."""
    text = json.dumps(items, indent=data.draw(st.sampled_from([None, 1, 2])), ensure_ascii=False)
    index = data.draw(st.integers(0, len(items) - 1))
    start, decoder = text.index("[") + 1, json.JSONDecoder()
    for _ in range(index + 1):
        start = text.index("{", start)
        end = decoder.raw_decode(text, start)[1]
        start, begin = end, start
    span = span_of(text, begin, "l")
    assert span is not None
    changed = json.loads(with_value(text, span, ["new", "list"]))
    expected = [dict(item) for item in items]
    expected[index]["l"] = ["new", "list"]
    assert changed == expected
    assert span_of(text, begin, "missing") is None
    if items[index]["l"]:
        last = len(items[index]["l"]) - 1
        found = span_of(text, begin, f"l.{last}")
        assert found is not None
        assert json.loads(text[found[0] : found[1]]) == items[index]["l"][last]
    assert span_of(text, begin, f"l.{len(items[index]['l'])}") is None
