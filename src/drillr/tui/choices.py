"""The options of a multiple-choice question: a letter, a text, and marks."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual.widgets import OptionList
from textual.widgets.option_list import Option as Row

from drillr.domain.question import Option
from drillr.services.reviewing import Showing
from drillr.tui.prose import drawn
from drillr.tui.rows import Rows


class Choices(Rows):
    """Shows the options in this showing's order; rows are marked before and after the reveal.

    The cursor is a sign too, because without colours a highlight is not seen.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[tuple[Text, RenderableType]] = []
        self._cursor: int | None = None

    def show(self, showing: Showing, chosen: set[str], *, revealed: bool) -> None:
        """Draw the rows; a right option gets a check, a wrong choice a cross: not colour alone."""
        held = self.highlighted
        several = len(showing.question.correct_keys) > 1
        self._rows = []
        for letter, option in zip(showing.letters, showing.options, strict=True):
            mark, style = " ", f"bold {self._colour('primary')}"
            if revealed:
                if option.is_correct:
                    mark, style = "✓", f"bold {self._colour('success')}"
                elif option.key in chosen:
                    mark, style = "✗", f"bold {self._colour('error')}"
            elif several:
                mark = "■" if option.key in chosen else "□"
            text = self._text(option, revealed, chosen)
            self._rows.append((Text(f"{mark} {letter}", style=style), text))
        self._cursor = (held if held is not None and not revealed else 0) if self._rows else None
        # One change of the list, so that it is laid out once.
        self.set_options(Row(self._row(at)) for at in range(len(self._rows)))
        self.highlighted = self._cursor

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Move the cursor's sign."""
        before, self._cursor = self._cursor, event.option_index
        if before == event.option_index:
            return
        for at in (before, event.option_index):
            if at is not None and at < self.option_count:
                self.replace_option_prompt_at_index(at, self._row(at))

    def _row(self, at: int) -> RenderableType:
        label, text = self._rows[at]
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        grid.add_column(width=4, no_wrap=True)
        grid.add_column(ratio=1)
        grid.add_row(Text.assemble("▸" if at == self._cursor else " ", label), text)
        return grid

    def _text(self, option: Option, revealed: bool, chosen: set[str]) -> RenderableType:
        text = drawn(option.text, self.app)
        if revealed and option.explanation and (option.is_correct or option.key in chosen):
            why = drawn(option.explanation, self.app)
            return Group(text, Padding(why, (0, 0, 0, 2)))
        return text

    def _colour(self, name: str) -> str:
        return str(self.app.theme_variables.get(name, "")).removeprefix("ansi_")
