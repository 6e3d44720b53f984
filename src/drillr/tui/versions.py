"""One version of a field beside another: its text, with what differs marked."""

import json
from typing import Any

from rich.text import Text

from drillr.domain.text import visible

_MOST = 20_000


def compared(value: Any, other: Any) -> Text:
    """The value as a person reads it; what differs from the other is bold and underlined."""
    text, beside = readable(value), readable(other)
    if text is None:
        return Text("not there", style="italic")
    shown = Text(text[:_MOST])
    if beside is not None and beside != text:
        start = _alike(text, beside)
        end = len(text) - _alike(text[start:][::-1], beside[start:][::-1])
        shown.stylize("bold underline", start, end)
    if len(text) > _MOST:
        shown.append(f"\n… and {len(text) - _MOST} characters more", style="italic")
    return shown


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def readable(value: Any) -> str | None:
    """A field's value without JSON's quotes, harmless for a terminal; None where there is none."""
    if value is None:
        return None
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return "\n".join(_entries(value))
    if isinstance(value, list):
        return "\n".join(f"- {_flat(one)}" for one in value)
    return _flat(value)


def _entries(value: dict[str, Any]) -> list[str]:
    lines = []
    for name, one in value.items():
        if isinstance(one, dict):
            lines += [visible(f"{name}:"), *(f"  {visible(str(key))}  {_flat(text)}"
                                              for key, text in one.items())]  # fmt: skip
        else:
            lines.append(f"{visible(name)}: {_flat(one)}")
    return lines


def _flat(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text)
