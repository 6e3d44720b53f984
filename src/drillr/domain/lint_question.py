"""Lint of one question by itself: its id, options, explanation and texts."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from drillr.domain.draft import Draft
from drillr.domain.lint_markdown import markdown_findings
from drillr.domain.linting import Finding
from drillr.domain.words import words

LONGER = 1.5
"""How many times the longest wrong option a right one may have before its length tells."""

_LEAST_GAP = 15
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_ALL_OR_NONE = re.compile(
    r"\W*(all|none|any|both|neither|each)\b[\w\s]{0,12}\b(above|below|these|those|the others)\W*",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    r"\b(?:option|answer|choice)s?\s+\(?[A-H]\)?(?![\w'-])|\b(?:both|either|neither|only)\s+"
    r"[A-H]\s+(?:and|or|nor)\s+[A-H]\b",
    re.IGNORECASE,
)
_WORDY = re.compile(r"\b(?:option|answer|choice)s?\s+a\b", re.IGNORECASE)


def findings(draft: Draft, exists: Callable[[str], bool]) -> Iterator[Finding]:
    """What lint finds in one question; `exists` tells whether a relative link leads somewhere."""
    more = json.loads(draft.metadata)
    if not _ID.fullmatch(draft.external_id):
        yield Finding("D104", "ids should be letters, digits, '.', '_', '-' and '+'", "id")
    if draft.type == "mcq":
        yield from _choice(draft, more)
    elif not more.get("key_points"):
        yield Finding("D210", "an answer in words should have key_points", "question")
    yield from _tags(draft)
    for where, text in texts(draft, more):
        yield from markdown_findings(text, where, exists)
        yield from _space(text, where)


def texts(draft: Draft, more: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The Markdown texts of a question with the keys under which they stand."""
    for key, value in (("question", draft.text), ("context", draft.context)):
        if value:
            yield key, value
    if draft.answer:
        yield "answer", draft.answer
    for option in draft.options:
        yield f"options.{option.key}", option.text
        if option.explanation:
            yield f"option_explanations.{option.key}", option.explanation
    if isinstance(more.get("explanation"), str):
        yield "explanation", more["explanation"]
    for key in ("key_points", "hints", "references"):
        listed = more.get(key) or []
        if isinstance(listed, str):
            yield key, listed
        else:
            yield from ((f"{key}.{n}", text) for n, text in enumerate(listed))


def _choice(draft: Draft, more: Mapping[str, Any]) -> Iterator[Finding]:
    if not str(more.get("explanation") or "").strip():
        yield Finding("D203", "an explanation is missing", "question")
    seen: dict[str, str] = {}
    for option in draft.options:
        key = " ".join(option.text.split()).casefold()
        if key in seen:
            message = f"the options {seen[key]} and {option.key} are the same"
            yield Finding("D207", message, f"options.{option.key}")
        seen.setdefault(key, option.key)
        if _ALL_OR_NONE.fullmatch(option.text):
            message = "options are shuffled: there is no above or below"
            yield Finding("D208", message, f"options.{option.key}")
    yield from _length(draft)
    for where, text in texts(draft, more):
        found = _LETTERS.search(text)
        if found and not (_WORDY.fullmatch(found.group()) and found.group()[-1] == "a"):
            yield Finding("D209", f"options are shuffled: {found.group()!r} means nothing", where)


def _length(draft: Draft) -> Iterator[Finding]:
    right = [len(option.text) for option in draft.options if option.is_correct]
    wrong = [len(option.text) for option in draft.options if not option.is_correct]
    if not right or not wrong:
        return
    if min(right) >= LONGER * max(wrong) and min(right) - max(wrong) >= _LEAST_GAP:
        message = f"with {min(right)} characters it stands out: the longest other has {max(wrong)}"
    elif max(right) * LONGER <= min(wrong) and min(wrong) - max(right) >= _LEAST_GAP:
        message = f"with {max(right)} characters it stands out: the shortest other has {min(wrong)}"
    else:
        return
    key = next(option.key for option in draft.options if option.is_correct)
    yield Finding("D204", f"the right option: {message}", f"options.{key}")


def _tags(draft: Draft) -> Iterator[Finding]:
    tags: list[str] = json.loads(draft.tags)
    kept: dict[str, str] = {}
    for tag in tags:
        kept.setdefault(" ".join(words(tag)) or tag, tag.strip())
    mended = list(kept.values())
    if mended != tags:
        yield Finding("D304", "a tag is there twice, or has blanks around it", "tags", mended)


def _space(text: str, where: str) -> Iterator[Finding]:
    mended = _without_space(text)
    if mended != text:
        yield Finding("D303", "blank space that nobody sees", where, mended)


def _without_space(text: str) -> str:
    """The text without what no reader sees; two blanks at a line's end break it in Markdown."""
    lines, fence = [], False
    for line in text.split("\n"):
        fence ^= line.lstrip().startswith(("```", "~~~"))
        bare = line.rstrip(" \t")
        kept = line if fence or (bare and line == bare + "  ") else bare
        lines.append(kept)
    return "\n".join(lines).rstrip().lstrip("\n") or text
