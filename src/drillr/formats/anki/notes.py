"""drillr's own note type in Anki: what its cards show, and the question itself beside it.

A note carries its question as JSON in a field that no card shows, so that nothing is lost on the
way there and back. What was changed in Anki since is taken from the fields that are shown.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from hashlib import blake2b
from html import escape
from typing import Any

from drillr.formats.html_markdown import markdown
from drillr.formats.markdown_html import html

FIELDS = (
    "Question", "Context", "Options", "Answer", "Explanation", "Id", "drillr", "Shown",
)  # fmt: skip
_ITEM, _SHOWN = "drillr", "Shown"
# A field that may be edited in Anki, and the key of the item that it shows.
_EDITABLE = {
    "Question": "question", "Context": "context", "Answer": "answer", "Explanation": "explanation"
}  # fmt: skip
FRONT = (
    "{{#Context}}<div class=context>{{Context}}</div>{{/Context}}"
    "<div class=question>{{Question}}</div>{{Options}}"
)
BACK = (
    "{{FrontSide}}<hr id=answer>{{Answer}}"
    "{{#Explanation}}<div class=explanation>{{Explanation}}</div>{{/Explanation}}"
)
CSS = (
    ".card { font-family: sans-serif; font-size: 18px; line-height: 1.5; text-align: left; }\n"
    ".context, .explanation { color: #666; } pre { white-space: pre-wrap; }\n"
)


def fields(item: Mapping[str, Any], used: Callable[[str], None]) -> list[str]:
    """The note's fields for an item of a question file; `used` hears the names of its media."""

    def rendered(key: str) -> str:
        value = item.get(key)
        return html(value, used) if isinstance(value, str) else ""

    shown = {name: rendered(key) for name, key in _EDITABLE.items()}
    options = ""
    if item.get("type") == "mcq":
        options, right = _choices(item, used)
        shown["Answer"] = right + shown["Answer"]
    marks = json.dumps({name: fingerprint(value) for name, value in shown.items()})
    values = shown | {
        "Options": options, "Id": escape(str(item["id"])), _ITEM: _ascii(item), _SHOWN: marks,
    }  # fmt: skip
    return [values[name].replace("\x1f", "") for name in FIELDS]


def read(found: Mapping[str, str], medium: Callable[[str], str]) -> dict[str, Any] | None:
    """The item that a note of drillr's own holds, with what was edited in Anki; None for others."""
    try:
        item, marks = json.loads(found.get(_ITEM, "")), json.loads(found.get(_SHOWN, ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(item, dict) or not isinstance(marks, dict) or "id" not in item:
        return None
    for name, key in _EDITABLE.items():
        value = found.get(name, "")
        if fingerprint(value) == marks.get(name) or (name, item.get("type")) == ("Answer", "mcq"):
            continue
        item[key] = markdown(value, medium)
    return item


def fingerprint(value: str) -> str:
    """What stays the same when Anki stores a field: composed characters, blanks in runs of one."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _choices(item: Mapping[str, Any], used: Callable[[str], None]) -> tuple[str, str]:
    """The options as a list, and those of them that are right."""
    right = item.get("correct_answer", item.get("answer"))
    keys = {right} if isinstance(right, str) else set(right or ())
    lines = {
        key: f"<b>{escape(key)}</b> {html(text, used)}" for key, text in item["options"].items()
    }
    shown = "".join(f"<div class=option>{line}</div>" for line in lines.values())
    return shown, "".join(f"<div>{line}</div>" for key, line in lines.items() if key in keys)


def _ascii(item: Mapping[str, Any]) -> str:
    """JSON that neither HTML nor a change of Unicode's form touches."""
    text = json.dumps(item, ensure_ascii=True)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
