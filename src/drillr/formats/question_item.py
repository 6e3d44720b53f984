"""One question as text to edit: the very item that a question file would hold."""

import json
from collections.abc import Mapping
from typing import Any

from drillr.domain.draft import Draft
from drillr.domain.question import Question, QuestionType
from drillr.errors import ContentError
from drillr.formats.question_check import ItemRefused, check
from drillr.formats.question_writer import item_of

_NEW: dict[QuestionType, dict[str, Any]] = {
    QuestionType.MCQ: {
        "question": "",
        "options": {"A": "", "B": "", "C": "", "D": ""},
        "correct_answer": "A",
        "explanation": "",
    },
    QuestionType.THEORY: {"question": "", "answer": "", "key_points": [""]},
    QuestionType.SCENARIO: {"context": "", "question": "", "answer": "", "key_points": [""]},
}


def item_text(question: Question, written: str | None = None) -> str:
    """The question's item as indented JSON; `written` is the JSON of how its file put it."""
    return _text(item_of(question, json.loads(written) if written else None))


def blank(external_id: str, kind: QuestionType) -> str:
    """The text of a question still to be written."""
    rest = {"difficulty": 3, "tags": []}
    return _text({"id": external_id, "type": str(kind)} | _NEW[kind] | rest)


def draft_of(text: str, *, named: str | None = None, otherwise: str | None = None) -> Draft:
    """The draft that an item's text gives; ContentError says where and why it gives none.

    `named` is its id whatever the text says, `otherwise` where the text says none.
    """
    try:
        item = json.loads(text)
    except json.JSONDecodeError as error:
        raise ContentError(
            f"line {error.lineno}, column {error.colno}: {error.msg}", "The text is no JSON"
        ) from None
    except (RecursionError, ValueError) as error:
        raise ContentError(f"the text is no JSON: {error}") from None
    if isinstance(item, list) and len(item) == 1:
        item = item[0]
    if isinstance(item, dict) and (named or (otherwise and item.get("id") is None)):
        item = {**item, "id": named or otherwise}
    try:
        return check(_without_blanks(item) if isinstance(item, dict) else item)
    except ItemRefused as refused:
        raise ContentError(str(refused), "Mend the question, or leave it as it was") from None
    except RecursionError:
        raise ContentError("the question nests its values too deeply") from None


def _without_blanks(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item without the optional keys of a blank that were left blank."""
    empty = {"explanation": "", "key_points": [""], "context": "", "tags": []}
    return {key: value for key, value in item.items() if key not in empty or value != empty[key]}


def _text(item: Mapping[str, Any]) -> str:
    return json.dumps(item, indent=2, ensure_ascii=False) + "\n"
