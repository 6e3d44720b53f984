"""What readers and writers of plain text share: ids that texts have without being given any.

A text form shows the usual parts of a question. What it has no place for travels beside it as JSON
(`beyond`), so that what drillr writes, drillr reads without loss; what a person edits in the
visible parts counts.
"""

import json
import os
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from drillr.domain import limits
from drillr.domain.paths import FacetPath
from drillr.domain.placing import place
from drillr.errors import ContentError
from drillr.formats import question_file
from drillr.formats.question_check import ItemRefused, check
from drillr.formats.source import Item, Reading, Refusal

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# A note is written by hand; its lines take several times as much memory as its bytes.
NOTE_BYTES = 16 * 1024 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: str, most: int = limits.FILE_BYTES) -> str:
    """A file's text with lines that end in LF: UTF-8, or UTF-16 where a mark says so.

    ContentError when it has more than `most` bytes.
    """
    data = question_file.read_bytes(path, most)
    if data.startswith(_UTF16):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ContentError(f"byte {error.start} is not UTF-16", "Save it as UTF-8") from None
    else:
        text = question_file.decode(data)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def item_at(line: int, item: Mapping[str, Any]) -> Item:
    """The item on a line as a draft, or why it is refused."""
    given = dict(item)
    try:
        return line, check(given)
    except ItemRefused as refused:
        reason = str(refused)
    except RecursionError:
        reason = "the item nests its values too deeply"
    name = given.get("id")
    return line, Refusal(line, name if isinstance(name, str) else None, reason)


def own_id(kind: str, *texts: str) -> str:
    """The id of a question that was given none: it follows from its texts."""
    digest = blake2b("\x1f".join(texts).encode("utf-8", "replace"), digest_size=8)
    return f"{kind}-{digest.hexdigest()}"


def place_of(path: str, reading: Reading, deck: tuple[str, ...] = ()) -> FacetPath:
    """Where a file's questions go: as its name says, else as a deck's, or the file's, name says."""
    stem = os.path.splitext(os.path.basename(path))[0]
    if not deck and not reading.under:
        try:
            return FacetPath.of_file(stem + ".json")
        except ContentError:
            pass
    return place(deck or (stem,), reading.under)


def letter_options(texts: list[str]) -> dict[str, str]:
    """Options without keys get letters; more than there may be get none, and are refused later."""
    keys = [*LETTERS, *(str(number) for number in range(limits.OPTIONS, len(texts)))]
    return dict(zip(keys, texts, strict=False))


def beyond(item: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What of an item the visible form doesn't give; None for what it gives and the item hasn't."""
    more = {key: value for key, value in item.items() if key not in shown or shown[key] != value}
    return more | {key: None for key in shown if key not in item}


def joined(shown: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The item that a visible form gives with what travels beside it."""
    found = {**shown, **more}
    return {key: value for key, value in found.items() if value is not None or key not in shown}


def parsed(text: str) -> dict[str, Any] | None:
    """A JSON object, or None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
