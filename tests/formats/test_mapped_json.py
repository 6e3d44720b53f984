"""JSON of other shapes, by a mapping."""

import json
from pathlib import Path
from typing import Any

import pytest

from drillr.domain.draft import Draft
from drillr.errors import UsageError
from drillr.formats import mapped_json
from drillr.formats.source import Reading, Refusal
from tests.formats.reading import Found, Read, drafts


def mapped(text: Read, mapping: dict[str, Any], document: Any) -> Found:
    """Reads a document by a mapping."""
    return text("f.json", json.dumps(document), Reading(mapping=mapping))


def test_open_trivia(text: Read) -> None:
    """Right and wrong answers apart, HTML entities, difficulty in words."""
    mapping = {
        "items": "/results", "question": "/question", "correct": "/correct_answer",
        "wrong": "/incorrect_answers", "difficulty": "/difficulty", "tags": ["/category"],
        "html": True, "place": ["trivia", "/category"],
    }  # fmt: skip
    document = {"results": [{
        "category": "Science &amp; Nature", "type": "multiple", "difficulty": "hard",
        "question": "What&#039;s H2O?", "correct_answer": "Water",
        "incorrect_answers": ["Air", "Zinc &gt; Iron", "Fire"],
    }]}  # fmt: skip
    ((place, _, draft),) = mapped(text, mapping, document)
    assert isinstance(draft, Draft)
    assert place == "trivia__Science_Nature__general__general"
    assert (draft.text, draft.difficulty) == ("What's H2O?", 4)
    assert [(o.text, o.is_correct) for o in draft.options] == [
        ("Air", False), ("Fire", False), ("Water", True), ("Zinc > Iron", False)
    ]  # fmt: skip
    assert json.loads(draft.tags) == ["Science & Nature"]


def test_numbered_right_answers(text: Read) -> None:
    """By number from 0, from 1, by text, by key, several."""
    mapping = {"items": "", "question": "/q", "options": "/choices", "correct": "/correct"}
    document = [
        {"q": "a", "choices": ["x", "y"], "correct": 1},
        {"q": "b", "choices": ["x", "y"], "correct": "x"},
        {"q": "c", "choices": {"a": "x", "b": "y"}, "correct": "b"},
        {"q": "d", "choices": [{"text": "x"}, {"text": "y"}], "correct": [0, 1]},
        {"q": "e", "choices": ["x", "y"], "correct": 7},
    ]
    *good, bad = (item for _, _, item in mapped(text, mapping, document))
    right = [[o.text for o in d.options if o.is_correct] for d in good if isinstance(d, Draft)]
    assert right == [["y"], ["x"], ["y"], ["x", "y"]]
    assert isinstance(bad, Refusal)
    assert bad.reason.startswith("question 5: correct_answer '7'")
    first = mapped(text, mapping | {"first": 1}, document[:1])[0][2]
    assert isinstance(first, Draft)
    assert [o.text for o in first.options if o.is_correct] == ["x"]


def test_nested_scenarios(text: Read) -> None:
    """Questions inside of what they are about: relative pointers go up."""
    mapping = {
        "items": "/scenarios/*/questions", "question": "/text", "answer": "/solution",
        "context": "2/description", "id": "/id", "tags": ["2/title", "/topics"],
    }  # fmt: skip
    document = {"scenarios": [
        {"title": "Outage", "description": "It is down.", "questions": [
            {"id": 1, "text": "Why?", "solution": "DNS", "topics": ["dns", "net"]},
            {"id": 2, "text": "Since when?", "solution": "Noon"}]},
        {"title": "Empty", "questions": []},
    ]}  # fmt: skip
    found = drafts(mapped(text, mapping, document))
    assert [(d.external_id, d.type, d.context, d.text, d.answer) for d in found] == [
        ("1", "scenario", "It is down.", "Why?", "DNS"),
        ("2", "scenario", "It is down.", "Since when?", "Noon"),
    ]
    assert json.loads(found[0].tags) == ["Outage", "dns", "net"]


@pytest.mark.parametrize(
    "content", ["{}", "[]", '{"items": "/x"}', '{"items": "", "question": "/q", "odd": 1}', "{"]
)
def test_a_mapping_that_is_none_is_a_usage_error(content: str, tmp_path: Path) -> None:
    """It says what is missing, or unknown."""
    path = tmp_path / "map.json"
    path.write_text(content)
    with pytest.raises(UsageError, match="mapping"):
        mapped_json.load(str(path))
    toml = tmp_path / "map.toml"
    toml.write_text('items = "/x"\nquestion = "/q"\n')
    assert mapped_json.load(str(toml)) == {"items": "/x", "question": "/q"}
