"""Writes drill topics for Emacs, each of which holds its question without loss."""

import json
import re
from collections.abc import Mapping
from typing import Any

from drillr.domain.shelf import Shelf
from drillr.formats.org import base_of
from drillr.formats.org_topics import OWN, topics
from drillr.formats.question_writer import item_of
from drillr.formats.text_items import beyond

# The words that a heading shows; a longer question stands below it as a whole.
_TITLE = 70


def text(shelf: Shelf) -> str:
    """A facet as a file of drill topics, each of which holds its question without loss."""
    parts = [topic_of(item_of(kept.question, kept.written), shelf.path) for kept in shelf.kept]
    return "\n".join(parts)


def topic_of(item: Mapping[str, Any], path: str) -> str:
    """A question as a drill topic, which reads as that question again."""
    words = " ".join(str(item["question"]).split())
    title = words if len(words) <= _TITLE else words[: _TITLE - 1].rstrip() + "…"
    title = re.sub(r"[\[\]:*]", " ", title).strip() or "…"
    answer = item.get("answer") or item.get("sample_answer") or ""
    if item["type"] == "mcq":
        right = item.get("correct_answer", item.get("answer"))
        answer = "\n".join(
            f"- [{'X' if key in right else ' '}] {value}" for key, value in item["options"].items()
        )
    lines = [_guarded(line) for line in str(answer).split("\n")]

    def shown(more: str) -> str:
        return "\n".join([
            f"* {title} :drill:", ":PROPERTIES:", *([f":{OWN}: {more}"] if more else []), ":END:",
            *([""] if str(item["question"]) == title else ["", _guarded(words), ""]),
            "** Answer", *lines, "",
        ])  # fmt: skip

    (topic, *_), _ = topics(shown("").split("\n"))
    more = beyond({**item, "_place": path}, base_of(topic))
    return shown(json.dumps(more, ensure_ascii=True))


def _guarded(line: str) -> str:
    """A line that begins nothing in this form: a comma before it says so."""
    return re.sub(r"^([ \t]*)(?=\*|#\+|:|,|SCHEDULED:|DEADLINE:|CLOSED:)", r"\1,", line)
