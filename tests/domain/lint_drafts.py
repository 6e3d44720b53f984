"""Questions to be linted, made with the least that each needs."""

import json
from typing import Any

from drillr.domain.draft import Draft, DraftOption


def draft(
    text: str = "What holds?", *, id: str = "q-1", tags: tuple[str, ...] = (), **more: Any
) -> Draft:
    """An answer in words; `more` is its answer, context and metadata."""
    answer, context = more.pop("answer", "This does"), more.pop("context", None)
    more.setdefault("key_points", ["this"])
    return Draft(
        id, "theory", text, context, answer, json.dumps(more), 3, None, json.dumps(tags), (), b"0"
    )


def choice(*options: str, right: str = "A", text: str = "Which holds?", **more: Any) -> Draft:
    """A multiple choice with the options A, B, C …; `notes` explains options by their letters."""
    notes: dict[str, str] = more.pop("notes", {})
    drafted = tuple(
        DraftOption(key, option, key in right, notes.get(key))
        for key, option in zip("ABCDEFGH", options, strict=False)
    )
    more.setdefault("explanation", "So it is.")
    return draft(text, answer=None, **more)._replace(type="mcq", options=drafted)
