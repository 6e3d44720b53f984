"""Knows every form in which questions can leave the library."""

import os

from drillr.domain.shelf import Shelf
from drillr.errors import UsageError

ANKI = "anki"
_ENDINGS = {".json": "json", ".apkg": ANKI}


def form_of(target: str, given: str | None) -> str:
    """The form of an export: the one that was asked for, else what the target's ending says."""
    known = sorted({*_ENDINGS.values()})
    if given is not None:
        if given not in known:
            raise UsageError(f"there is no format {given!r}", "Known: " + ", ".join(known))
        return given
    form = _ENDINGS.get(os.path.splitext(target)[1].lower())
    if form is None:
        raise UsageError(f"the form of {target!r} isn't clear", "Say --format " + ", ".join(known))
    return form


def files(form: str, shelf: Shelf) -> dict[str, str]:
    """A facet as files of one form: their texts by name."""
    del form
    from drillr.formats import question_writer

    return question_writer.files(shelf)
