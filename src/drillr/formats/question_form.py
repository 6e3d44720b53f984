"""How an item put what the store holds in one form only, so that an export can put it so again."""

import json
from typing import Any

from drillr.domain.draft import DraftOption

_NO_DIFFICULTY = '{"difficulty":null}'


def as_written(item: dict[str, Any], level: Any, options: tuple[DraftOption, ...]) -> str | None:
    """How an item put its difficulty and its right answer, where that is not the usual way."""
    found: dict[str, Any] = {}
    if type(level) is not int:
        if not options and item.get("answer") is not None and level is None:
            return _NO_DIFFICULTY
        found["difficulty"] = level
    if options:
        right = item.get("correct_answer")
        if right is None:
            found["answer"] = item["answer"]
        elif type(right) is not str:
            found["correct_answer"] = right
    elif item.get("answer") is None:
        found["sample_answer"] = True
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None
