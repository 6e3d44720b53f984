"""A text from strangers: Markdown when laying it out is affordable, else as it is written."""

from typing import TYPE_CHECKING, cast

from rich.console import RenderableType
from rich.text import Text
from textual.app import App
from textual.widgets import Static

from drillr.domain.text import visible
from drillr.tui.markdown import Colours, Drawn

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp

# Laying out Markdown takes time by its length; beyond this a text is shown as it is written.
_MARKDOWN_CHARACTERS = 20_000
_LONGEST_LINE = 2_000
_CHARACTERS = 120_000


def drawn(text: str, app: "App[int]") -> RenderableType:
    """The text as it is drawn in the application's colours; never markup, never a control code."""
    text = visible(text)
    if len(text) <= _MARKDOWN_CHARACTERS and all(
        len(line) <= _LONGEST_LINE for line in text.splitlines()
    ):
        return Drawn(text, cast("DrillrApp", app).colours)
    return Text(text[:_CHARACTERS] + ("\n…" if len(text) > _CHARACTERS else ""))


class Prose(Static):
    """Shows one text; an empty one takes no room."""

    DEFAULT_CSS = "Prose { height: auto; padding: 0 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._text = ""

    def show(self, text: str) -> None:
        """Show a text."""
        self._text = text
        self.display = bool(text.strip())
        self.update(drawn(text, self.app) if self.display else "")

    def recolour(self) -> None:
        """Draw the same text again: the colours have changed."""
        self.show(self._text)


__all__ = ["Colours", "Prose", "drawn"]
