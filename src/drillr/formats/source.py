"""The one shape in which every reader hands over a file: places, questions, history, media.

A file is a *source* of sections. A section is one facet with its questions; a question file has
one, a package of Anki as many as it has decks. What else a file may bring (answers given
elsewhere, pictures and sounds) comes after the questions, and most files bring none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from drillr.domain.draft import Draft
from drillr.domain.paths import FacetPath

if TYPE_CHECKING:
    from drillr.domain.history import Past

Names = dict[str, tuple[str | None, str | None]]
Item = tuple[int, "Draft | Refusal"]


class Refusal(Exception):
    """Never raised: carries where and why an item was refused; `line` is None where none is."""

    def __init__(self, line: int | None, external_id: str | None, reason: str) -> None:
        super().__init__(reason)
        self.line, self.external_id, self.reason = line, external_id, reason


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read files that don't say it themselves; the names are those of the command's flags.

    `under` are one to four codes below which places go, `columns` the names of a table's columns,
    `mapping` says where a foreign JSON file keeps what, `format` overrules the file name's ending.
    """

    under: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    mapping: Mapping[str, Any] | None = None
    format: str | None = None


PLAIN = Reading()


class Section(Protocol):
    """One facet's questions."""

    @property
    def path(self) -> FacetPath:
        """Where they go."""

    def __iter__(self) -> Iterator[Item]:
        """Pairs of an item's position and its draft, or why it was refused."""

    def names(self) -> Names:
        """Name and description of the four levels, as far as given; after iteration."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A section whose items are at hand."""

    path: FacetPath
    items: Sequence[Item]
    level_names: Names = field(default_factory=dict)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def names(self) -> Names:
        """The names that the source gives the four levels."""
        return self.level_names


class Medium(NamedTuple):
    """A picture or sound: the name by which questions link to it, and where its bytes are now."""

    name: str
    path: str


class Source(Protocol):
    """An opened file: iterate `sections` once, then ask for the rest."""

    def sections(self) -> Iterable[Section]:
        """The facets with their questions, in the file's order."""

    def line_of(self, position: int) -> int | None:
        """The line on which the item at a position begins; None where a file has no lines."""

    def history(self) -> "Iterable[Past]":
        """Answers and marks from elsewhere about the questions, in no particular order."""

    def media(self) -> Iterable[Medium]:
        """Files that questions link to."""

    def remarks(self) -> Sequence[str]:
        """Sentences for the report: what the file held, and what of it has no place here."""


class Opened(Protocol):
    """What opening a file gives: a source for as long as the block runs."""

    def __call__(self, path: str, reading: Reading) -> AbstractContextManager[Source]:
        """Open the file; ContentError says why it can't be read."""
