"""A question as an import brings it: checked, normalised, ready to be written."""

from typing import NamedTuple


class DraftOption(NamedTuple):
    """One option of a draft."""

    key: str
    text: str
    is_correct: bool
    explanation: str | None


class Draft(NamedTuple):
    """Named tuples, not dataclasses: an import makes half a million of these, five times as fast.

    `metadata` and `tags` are canonical JSON texts; `content_hash` (16 bytes) covers everything but
    `external_id` and where the question stands. `written` (JSON) is how the file put what the
    columns hold in one form only, None for the usual form: an export writes it as it was.
    """

    external_id: str
    type: str
    text: str
    context: str | None
    answer: str | None
    metadata: str
    difficulty: int
    estimated_seconds: int | None
    tags: str
    options: tuple[DraftOption, ...]
    content_hash: bytes
    written: str | None = None
