"""What sources that are read line by line have in common."""

from collections.abc import Sequence

from drillr.domain.history import Past
from drillr.formats.source import Medium


class TextSource:
    """A source whose positions are lines, and which brings questions only unless it says so."""

    def line_of(self, position: int) -> int:
        """Positions are lines."""
        return position

    def history(self) -> Sequence[Past]:
        """No answers from elsewhere."""
        return ()

    def media(self) -> Sequence[Medium]:
        """No files: links stay as they are."""
        return ()
