"""Writes decks in Markdown that people read, with what they don't see in a comment above."""

import json
from collections.abc import Mapping
from typing import Any

from drillr.domain.shelf import Shelf
from drillr.formats.markdown import reader
from drillr.formats.question_writer import item_of
from drillr.formats.text_items import beyond


def text(shelf: Shelf) -> str:
    """A facet as a deck."""
    cards = [card(item_of(kept.question, kept.written)) for kept in shelf.kept]
    return "\n\n".join([f"<!-- place: {shelf.path} -->", *cards]) + "\n"


def card(item: Mapping[str, Any]) -> str:
    """One question as a card of a deck, which reads as that question again."""
    shown = _shown(item)
    seen = reader.one(shown)
    if seen is None:
        # A text that would be taken for marks is shown in part, and travels as a whole.
        shown = _safe(item)
        seen = reader.one(shown) or {}
    more = json.dumps(beyond(item, seen), ensure_ascii=False)
    more = more.replace("--", "-\\u002d").replace("\u2028", "\\u2028").replace("\x85", "\\u0085")
    return f"<!-- drillr: {more} -->\n{shown}"


def _shown(item: Mapping[str, Any]) -> str:
    if item["type"] == "mcq":
        return _quiz(item)
    return f"Q: {item['question']}\nA: {item.get('answer') or item.get('sample_answer') or ''}"


def _quiz(item: Mapping[str, Any]) -> str:
    right = item.get("correct_answer", item.get("answer"))
    lines = [str(item["question"]), ""]
    for key, option in item["options"].items():
        checked = key == right or (isinstance(right, list) and key in right)
        lines.append(f"- [{'x' if checked else ' '}] " + option.replace("\n", "\n  "))
    explanation = item.get("explanation")
    if isinstance(explanation, str) and explanation:
        lines += [f"> {line}".rstrip() for line in explanation.split("\n")]
    return "\n".join(lines)


def _safe(item: Mapping[str, Any]) -> str:
    """Words alone can't be mistaken."""
    words = "".join(char if char.isalnum() else " " for char in str(item["question"]))
    return f"Q: {' '.join(words.split())[:200] or '…'}\nA: …"
