"""Checks one item of a question file by hand and normalises it: pydantic takes 20 times as long.

What is accepted is described once more, for people and editors, by the models of
`question_models`; a property test holds the two against each other.
"""

import functools
import json
import re
from collections.abc import Collection
from hashlib import blake2b
from typing import Any, NoReturn

from drillr.domain import limits
from drillr.domain.draft import Draft, DraftOption
from drillr.domain.question import DEFAULT_DIFFICULTY, DIFFICULTY_WORDS
from drillr.domain.text import forbidden, unify_lines
from drillr.formats.question_form import as_written

TYPES = ("mcq", "theory", "scenario")
# Keys with a column of their own; every other key of an item is kept in its metadata.
_COLUMNS = frozenset(
    "id type question context answer difficulty estimated_time_seconds tags".split()
)
_CHOICE_COLUMNS = _COLUMNS | {"options", "option_explanations", "correct_answer"}
_TEXT_LISTS = ("key_points", "hints", "references", "prerequisites", "reject")
_USUAL_KEYS = frozenset("ABCDEFGH")
_NO_EXPLANATIONS: dict[str, str] = {}
# A character takes at most four bytes: only longer texts need to be encoded to be measured.
_SHORT = limits.TEXT_BYTES // 4
# Half a million options: made as plain tuples are, without a call of Python's.
_new_option = functools.partial(tuple.__new__, DraftOption)
_METADATA_BYTES = 16 * limits.TEXT_BYTES
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_encode_text = json.encoder.encode_basestring
_LITERAL = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ESCAPE = re.compile(r"\\[ubfr]")


class ItemRefused(ValueError):
    """Why an item can't be imported."""


def is_suspicious(text: str) -> bool:
    """Whether a file's raw JSON may hold characters to clean or refuse; most files hold none.

    JSON itself forbids bare control characters, so an escape or a literal C1 or bidirectional
    character is the only way in: two scans of the file spare a check of every string.
    """
    if "\\" in text and _ESCAPE.search(text):
        return True
    return "\x7f" in text if text.isascii() else _LITERAL.search(text) is not None


def check(item: Any, default_type: str | None = None, *, suspicious: bool = True) -> Draft:
    """The draft that an item of a question file gives; ItemRefused says what is wrong with it."""
    if type(item) is not dict:
        _refuse(f"an item must be an object, not {_kind(item)}")
    if suspicious:
        item = cleaned(item)
    external_id = _external_id(item)
    kind = item.get("type", default_type)
    if kind not in TYPES:
        _refuse(
            "type is missing: mcq, theory or scenario" if kind is None
            else f"type must be mcq, theory or scenario, not {_shown(kind)}"
        )  # fmt: skip
    question = _text(item, "question")
    context = _optional_text(item, "context")
    if kind == "mcq":
        options, answer = _options(item)
    else:
        options = ()
        if "options" in item:
            _refuse(f"a {kind} question has no options")
        answer = _text(item, "answer" if item.get("answer") is not None else "sample_answer")
    level = item.get("difficulty")
    difficulty = _difficulty(level)
    seconds = item.get("estimated_time_seconds")
    if seconds is not None and not (
        type(seconds) is int and 1 <= seconds <= limits.ESTIMATED_SECONDS
    ):
        _refuse(f"estimated_time_seconds must be a whole number from 1, not {_shown(seconds)}")
    tags = _tags(item.get("tags"))
    metadata = _metadata(item)
    return Draft(
        external_id, kind, question, context, answer, metadata, difficulty, seconds, tags, options,
        _digest((kind, question, context, answer, metadata, tags), (difficulty, seconds), options),
        None if type(level) is int and (
            type(item.get("correct_answer")) is str if options else item.get("answer") is not None
        ) else as_written(item, level, options),
    )  # fmt: skip


def _refuse(reason: str) -> NoReturn:
    raise ItemRefused(reason)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "an object")


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else _encode(value)
    return repr(text[:40] + "…" if len(text) > 40 else text)


def _external_id(item: dict[str, Any]) -> str:
    value = item.get("id")
    if type(value) is not str or not value.strip():
        _refuse("id is missing" if value is None else f"id must be text, not {_shown(value)}")
    if len(value) > limits.EXTERNAL_ID:
        _refuse(f"id has {len(value)} characters, at most {limits.EXTERNAL_ID} are allowed")
    if "\n" in value or "\t" in value:
        _refuse("id must be one line")
    return value


def _checked(value: Any, key: str) -> str:
    if type(value) is not str:
        _refuse(f"{key} must be text, not {_kind(value)}")
    if len(value) > _SHORT:
        size = len(value.encode())
        if size > limits.TEXT_BYTES:
            _refuse(f"{key} has {size} bytes, at most {limits.TEXT_BYTES} are allowed")
    return value


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if value is None:
        _refuse(f"{'answer' if key == 'sample_answer' else key} is missing")
    text = _checked(value, key)
    if not text.strip():
        _refuse(f"{key} is empty")
    return text


def _optional_text(item: dict[str, Any], key: str) -> str | None:
    value = item.get(key)
    return None if value is None else _checked(value, key)


def _options(item: dict[str, Any]) -> tuple[tuple[DraftOption, ...], str | None]:
    options = item.get("options")
    if type(options) is not dict:
        _refuse(
            "options is missing" if options is None
            else f"options must be an object of key and text, not {_kind(options)}"
        )  # fmt: skip
    if not 2 <= len(options) <= limits.OPTIONS:
        _refuse(f"options has {len(options)} entries, 2 to {limits.OPTIONS} are allowed")
    named = "correct_answer" if item.get("correct_answer") is not None else "answer"
    right = item.get(named)
    if type(right) is str:
        right = (right,)
    elif type(right) is not list or not right or not all(type(key) is str for key in right):
        _refuse(
            "correct_answer is missing" if right is None
            else f"{named} must be an option's key or a list of keys, not {_shown(right)}"
        )  # fmt: skip
    for key in right:
        if key not in options:
            _refuse(f"{named} {_shown(key)} is not among the options {', '.join(options)}")
    explanations = item.get("option_explanations")
    if explanations is None:
        explanations = _NO_EXPLANATIONS
    elif type(explanations) is not dict or not explanations.keys() <= options.keys():
        _refuse("option_explanations must be an object whose keys are keys of options")
    answer = _optional_text(item, "answer") if named == "correct_answer" else None
    if not explanations and options.keys() <= _USUAL_KEYS:
        usual = [
            _new_option((key, text, key in right, None))
            for key, text in options.items()
            if type(text) is str and 0 < len(text) <= _SHORT
        ]
        if len(usual) == len(options):
            return tuple(usual), answer
    return _unusual_options(options, right, explanations), answer


def _unusual_options(
    options: dict[str, Any], right: Collection[str], explanations: dict[str, Any]
) -> tuple[DraftOption, ...]:
    found = []
    together = len(",".join(options))
    if together > limits.CHOSEN:
        _refuse(f"the option keys have {together} characters, at most {limits.CHOSEN} are allowed")
    for key, text in options.items():
        if not key.strip() or len(key) > limits.OPTION_KEY or "\n" in key or "," in key:
            _refuse(
                f"option key {_shown(key)} must be 1 to {limits.OPTION_KEY} characters, no comma"
            )
        _checked(text, f"option {key}")
        if not text:
            _refuse(f"option {key} is empty")
        why = explanations.get(key)
        if why is not None:
            _checked(why, f"option_explanations {key}")
        found.append(_new_option((key, text, key in right, why)))
    return tuple(found)


def _difficulty(value: Any) -> int:
    if value is None:
        return DEFAULT_DIFFICULTY
    if type(value) is int and 1 <= value <= 5:
        return value
    if type(value) is str:
        word = value.strip().lower().replace(" ", "_").replace("-", "_")
        if word in DIFFICULTY_WORDS:
            return DIFFICULTY_WORDS[word]
    _refuse(f"difficulty must be 1 to 5 or very_easy … very_hard, not {_shown(value)}")


def _tags(value: Any) -> str:
    if not value and (value is None or type(value) is list):
        return "[]"
    try:
        found = _encoded_tags(tuple(value)) if type(value) is list else None
    except TypeError:
        # What can't be hashed is no text either.
        found = None
    if found is None:
        _refuse(f"tags must be a list of texts, not {_shown(value)}")
    return found


@functools.lru_cache(maxsize=1024)
def _encoded_tags(tags: tuple[Any, ...]) -> str | None:
    """The tags as JSON; None when they are not all texts."""
    if not all(type(tag) is str and tag.strip() for tag in tags):
        return None
    if len(tags) > limits.TAGS:
        _refuse(f"tags has {len(tags)} entries, at most {limits.TAGS} are allowed")
    for tag in tags:
        if len(tag) > limits.TAG:
            _refuse(
                f"tag {_shown(tag)} has {len(tag)} characters, at most {limits.TAG} are allowed"
            )
    return _encode(list(tags))


def _metadata(item: dict[str, Any]) -> str:
    """The canonical JSON of all that has no column; an answer's other name counts as `answer`."""
    columns = _CHOICE_COLUMNS if "options" in item else _COLUMNS
    names = item.keys() - columns
    if "explanation" in names:
        explanation = _optional_text(item, "explanation")
        if len(names) == 1 and explanation is not None:
            return f'{{"explanation":{_encode_text(explanation)}}}'
    rest = {name: item[name] for name in names}
    if "options" not in item and item.get("answer") is None:
        rest.pop("sample_answer", None)
    for key in _TEXT_LISTS:
        value = rest.get(key)
        if value is None:
            continue
        for text in value if type(value) is list else (value,):
            _checked(text, key)
    if type(rest.get("metadata", {})) is not dict:
        _refuse(f"metadata must be an object, not {_kind(rest['metadata'])}")
    encoded = _encode(rest)
    if len(encoded) > _METADATA_BYTES // 4 and len(encoded.encode()) > _METADATA_BYTES:
        _refuse(f"the item's other keys take more than {_METADATA_BYTES} bytes")
    return encoded


def cleaned(value: Any, where: str = "") -> Any:
    """The value with unified line ends; refused when any text in it holds a control character."""
    if type(value) is str:
        text = unify_lines(value)
        found = forbidden(text)
        if found:
            _refuse(f"{where or 'the item'} holds the control character {found}")
        return text
    if type(value) is list:
        return [cleaned(entry, where) for entry in value]
    if type(value) is dict:
        return {
            cleaned(key, where or "a key"): cleaned(entry, where or key)
            for key, entry in value.items()
        }
    return value


def _digest(
    texts: tuple[str | None, ...], numbers: tuple[int | None, ...], options: tuple[DraftOption, ...]
) -> bytes:
    """16 bytes that change whenever anything that a learner sees changes.

    Parts are joined by control characters, which no text may hold, so no two questions join alike.
    """
    parts = [text if text is not None else "\x00" for text in texts]
    parts.append(f"{numbers[0]}\x1e{numbers[1]}")
    for key, text, right, why in options:
        parts += (key, text, "+" if right else "-", why or "")
    return blake2b("\x1f".join(parts).encode("utf-8"), digest_size=16).digest()
