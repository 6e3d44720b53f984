"""Quizzes in Markdown: a question, a list of boxes of which the right ones are checked."""

import re
from typing import Any

from drillr.formats.markdown.blocks import Block, Fences
from drillr.formats.text_items import letter_options, own_id

_BOX = re.compile(r"([-*+]) \[([ xX])\](?: |$)(.*)")
_QUOTE = re.compile(r"> ?(.*)")


def read(before: list[Block], block: Block) -> tuple[int, dict[str, Any]] | None:
    """The line and item of a quiz whose boxes are in a block; None where it is something else.

    The question is what stands above the boxes, in this block or the ones before it; a quote below
    them explains. A list in which nothing is checked is a list of things to do.
    """
    start = next((n for n, line in enumerate(block.lines) if _BOX.match(line)), None)
    if start is None:
        return None
    options, right, rest = _boxes(block.lines[start:])
    if len(options) < 2 or not right:
        return None
    above = block.lines[:start]
    parts = [_plain(each) for each in before]
    if above:
        parts.append("\n".join(above).strip())
    question = "\n\n".join(part for part in parts if part)
    if not question or rest is None:
        return None
    lettered = letter_options(options)
    keys = [key for key, number in zip(lettered, range(len(options)), strict=True)
            if number in right]  # fmt: skip
    item: dict[str, Any] = {
        "id": own_id("md", question, *options), "type": "mcq", "question": question,
        "options": lettered, "correct_answer": keys[0] if len(keys) == 1 else keys,
    }  # fmt: skip
    if rest:
        item["explanation"] = rest
    return (before[0].line if before else block.line), item


def _boxes(lines: list[str]) -> tuple[list[str], set[int], str | None]:
    """The options, which of them are checked, and the quote behind; None for any other text."""
    options: list[list[str]] = []
    right: set[int] = set()
    fences = Fences()
    for number, line in enumerate(lines):
        inside = fences.inside(line[2:] if line.startswith("  ") else line)
        box = None if inside and options else _BOX.match(line)
        if box:
            if box[2] != " ":
                right.add(len(options))
            options.append([box[3]])
        elif line.startswith("  ") or not line.strip():
            options[-1].append(line[2:])
        elif _QUOTE.match(line):
            quoted = [_QUOTE.match(each) for each in lines[number:]]
            if not all(quoted):
                return [], set(), None
            text = "\n".join(each[1] for each in quoted if each)
            return ["\n".join(part).strip() for part in options], right, text
        else:
            return [], set(), None
    return ["\n".join(part).strip() for part in options], right, ""


def _plain(block: Block) -> str:
    text = block.text.strip()
    return re.sub(r"^#{1,6} ", "", text) if block.kind == "heading" else text
