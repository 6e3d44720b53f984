"""Knows every form in which questions can leave the library."""

import os
from collections.abc import Sequence

from drillr.domain.shelf import Shelf
from drillr.errors import UsageError

ANKI = "anki"
_QUESTIONS = "json"
_ENDINGS = {
    ".json": _QUESTIONS, ".apkg": ANKI, ".md": "markdown", ".markdown": "markdown", ".csv": "csv",
    ".tsv": "tsv", ".org": "org",
}  # fmt: skip
_ENDING = {"markdown": ".md", "csv": ".csv", "tsv": ".tsv", "org": ".org"}
FORMATS = tuple(sorted({*_ENDINGS.values()}))


def form_of(target: str, given: str | None) -> str:
    """The form of an export: the one that was asked for, else what the target's ending says."""
    form = given or _ENDINGS.get(os.path.splitext(target)[1].lower())
    if given is not None and given not in FORMATS:
        raise UsageError(f"there is no format {given!r}", "Known: " + ", ".join(FORMATS))
    if form is None:
        raise UsageError(
            f"the form of {target!r} isn't clear", "Say --format " + ", ".join(FORMATS)
        )
    return form


def is_one_file(form: str, target: str) -> bool:
    """Whether a target names one file for all facets, rather than a folder."""
    return form != _QUESTIONS and _ENDINGS.get(os.path.splitext(target)[1].lower()) == form


def one_file(form: str, shelves: Sequence[Shelf]) -> str:
    """All facets in the text of one file."""
    if form in ("csv", "tsv"):
        from drillr.formats import table

        return table.text(shelves, "," if form == "csv" else "\t")
    return "\n".join(_text(form, shelf) for shelf in shelves)


def files(form: str, shelf: Shelf) -> dict[str, str]:
    """A facet as files of one form: their texts by name."""
    if form == _QUESTIONS:
        from drillr.formats import question_writer

        return question_writer.files(shelf)
    return {shelf.path + _ENDING[form]: one_file(form, [shelf])}


def _text(form: str, shelf: Shelf) -> str:
    if form == "markdown":
        from drillr.formats.markdown import writer

        return writer.text(shelf)
    from drillr.formats import org_writer

    return org_writer.text(shelf)
