"""Writes question files in one canonical order, so that equal libraries give equal bytes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from drillr.domain.paths import LEVELS, FacetPath
from drillr.domain.question import DIFFICULTY_WORDS, Question, QuestionType
from drillr.domain.shelf import Described, Kept, Shelf
from drillr.errors import ContentError

_ORDER = (
    "id", "type", "question", "context", "options", "option_explanations", "correct_answer",
    "answer", "sample_answer", "key_points", "explanation", "hints", "difficulty",
    "estimated_time_seconds", "tags", "references",
)  # fmt: skip
_RANK = {key: rank for rank, key in enumerate(_ORDER)}


def item_of(question: Question, written: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The item of a question file that an import reads as this very question."""
    written = written or {}
    item: dict[str, Any] = dict(question.metadata)
    item |= {"id": question.external_id, "type": str(question.type), "question": question.text}
    if question.context is not None:
        item["context"] = question.context
    if question.type is QuestionType.MCQ:
        item |= _choices(question, written)
    else:
        item["sample_answer" if written.get("sample_answer") else "answer"] = question.answer
    level = _level(question.difficulty, written)
    if level is not None:
        item["difficulty"] = level
    if question.estimated_seconds is not None:
        item["estimated_time_seconds"] = question.estimated_seconds
    if question.tags:
        item["tags"] = list(question.tags)
    last = len(_ORDER)
    return dict(sorted(item.items(), key=lambda pair: (_RANK.get(pair[0], last), pair[0])))


def _choices(question: Question, written: Mapping[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {"options": {option.key: option.text for option in question.options}}
    reasons = {o.key: o.explanation for o in question.options if o.explanation is not None}
    if reasons:
        item["option_explanations"] = reasons
    keys = sorted(question.correct_keys)
    for name in ("answer", "correct_answer"):
        given = written.get(name)
        if given is not None and question.correct_keys == {*([given] if given in keys else given)}:
            return item | {name: given} | _spoken(question, name)
    return item | {"correct_answer": keys[0] if len(keys) == 1 else keys} | _spoken(question, "")


def _spoken(question: Question, taken: str) -> dict[str, str]:
    """An mcq's answer in words, unless `answer` already names the right option."""
    return {} if question.answer is None or taken == "answer" else {"answer": question.answer}


def _level(difficulty: int, written: Mapping[str, Any]) -> Any:
    """The difficulty as its file put it, as long as it means the same."""
    if "difficulty" not in written:
        return difficulty
    level = written["difficulty"]
    word = "medium" if level is None else str(level).strip().lower()
    meant = DIFFICULTY_WORDS.get(word.replace(" ", "_").replace("-", "_"))
    return level if meant == difficulty else difficulty


def file_text(items: Iterable[Mapping[str, Any]], header: Mapping[str, Any]) -> str:
    """The text of a question file: a list, or an object where there is a header."""
    listed = list(items)
    content = {**header, "questions": listed} if header else listed
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def header_of(path: FacetPath, described: Described) -> dict[str, Any]:
    """What a file says of its place: only levels that have a name of their own, or a description.

    `described` gives name and description by path.
    """
    header: dict[str, Any] = {}
    for level, code, prefix in zip(LEVELS, path.parts, path.prefixes(), strict=True):
        name, description = described.get(prefix, (code, None))
        if name == code and description is None:
            continue
        header[level] = {"name": name}
        if description is not None:
            header[level]["description"] = description
    return header


def files(shelf: Shelf) -> dict[str, str]:
    """A facet's question files, by name: those that its questions came from, if they may be.

    A file's name is its place, so a question that was moved, or came from a file of another kind,
    goes into the one that is named after its facet.
    """
    path = FacetPath.parse(shelf.path)
    sorted_out: dict[str, list[dict[str, Any]]] = {}
    for kept in shelf.kept:
        item = item_of(kept.question, kept.written)
        sorted_out.setdefault(_file_name(path, kept), []).append(item)
    header = header_of(path, shelf.described)
    return {name: file_text(items, header) for name, items in sorted_out.items()}


def _file_name(path: FacetPath, kept: Kept) -> str:
    try:
        fits = kept.source is not None and FacetPath.of_file(kept.source) == path
    except ContentError:
        fits = False
    return kept.source if fits and kept.source else f"{path}.json"
