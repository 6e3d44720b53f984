"""What tests of readers share: reading a file, and looking at what it gave."""

from collections.abc import Callable
from pathlib import Path

from drillr.domain.draft import Draft
from drillr.domain.history import PastAnswer
from drillr.formats import sources
from drillr.formats.source import PLAIN, Reading, Refusal

Found = list[tuple[str, int, Draft | Refusal]]
Read = Callable[..., Found]


def read(path: Path, reading: Reading = PLAIN) -> tuple[Found, list[PastAnswer]]:
    """What a file gives: places, positions and items; and its history."""
    with sources.opened(sources.kind_of(str(path), reading), str(path), reading) as source:
        found = [
            (str(section.path), position, item)
            for section in source.sections()
            for position, item in section
        ]
        return found, [past for past in source.history() if isinstance(past, PastAnswer)]


def drafts(found: Found) -> list[Draft]:
    """The drafts; a refusal is none."""
    assert all(isinstance(item, Draft) for _, _, item in found), found
    return [item for _, _, item in found if isinstance(item, Draft)]


def asked(found: Found) -> list[tuple[str, str | None]]:
    """Questions and answers."""
    return [(draft.text, draft.answer) for draft in drafts(found)]
