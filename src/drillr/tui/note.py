"""Small dialogs: one line of text, one of a few values, or yes and no."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, OptionList

from drillr.tui.plot import Plot
from drillr.tui.rows import Rows

# A dialog with a plot: characters in a line, lines besides question and plot, bounds of the plot.
_WIDTH, _AROUND, _LOWEST, _HIGHEST = 68, 9, 6, 18


class Note(ModalScreen[str | None]):
    """Gives the line that was typed, or None when the person thought better of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]

    def __init__(self, title: str, value: str = "", hint: str = "") -> None:
        super().__init__()
        self._title, self._value, self._hint = title, value, hint

    def compose(self) -> ComposeResult:
        """A title, a field, and what may be written into it."""
        with Vertical(classes="dialog"):
            yield Label(self._title, markup=False)
            yield Input(self._value, max_length=500)
            if self._hint:
                yield Label(self._hint, markup=False, classes="hint")
            yield Label("enter takes it, esc leaves it", markup=False, classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the line."""
        self.dismiss(event.value)

    def action_cancel(self) -> None:
        """Give nothing."""
        self.dismiss(None)


class Confirm(ModalScreen[bool]):
    """Gives True for yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q", "answer(False)", "no"),
        Binding("y", "answer(True)", "yes"),
    ]

    def __init__(
        self,
        question: str,
        yes: str = "yes",
        no: str = "no",
        draw: "partial[Content] | None" = None,
    ) -> None:
        super().__init__()
        self._question, self._yes, self._no, self._draw = question, yes, no, draw

    def compose(self) -> ComposeResult:
        """The question, a plot where one says more, and two buttons."""
        with Vertical(classes="dialog" if self._draw is None else "dialog form"):
            yield Label(self._question, markup=False)
            if self._draw is not None:
                yield Plot(id="drawn")
            with Horizontal(classes="answers"):
                yield Button(f"{self._yes} (y)", id="yes", variant="primary")
                yield Button(f"{self._no} (esc)", id="no")

    def on_mount(self) -> None:
        """Draw the plot, in the room that the question and the buttons leave."""
        if self._draw is not None:
            plot = self.query_one(Plot)
            lines = sum(1 + len(line) // _WIDTH for line in self._question.split("\n"))
            room = self.app.size.height * 9 // 10 - lines - _AROUND
            plot.styles.height = max(_LOWEST, min(_HIGHEST, room))
            plot.show(self._draw)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Give what was pressed."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Give the key's answer."""
        self.dismiss(yes)


class Pick(ModalScreen[str | None]):
    """Gives one of a few values, or None when the person thought better of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "cancel", "cancel")]

    def __init__(self, title: str, values: Sequence[str], value: str, hint: str = "") -> None:
        super().__init__()
        self._title, self._values, self._value, self._hint = title, values, value, hint

    def compose(self) -> ComposeResult:
        """The values, the present one under the cursor."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            if self._hint:
                yield Label(self._hint, markup=False, classes="about")
            yield Rows(*self._values, id="values", markup=False)
            yield Label("enter takes it, esc leaves it", markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin at the present value."""
        values = self.query_one(OptionList)
        values.highlighted = self._values.index(self._value) if self._value in self._values else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give the value."""
        self.dismiss(self._values[event.option_index])

    def action_cancel(self) -> None:
        """Give nothing."""
        self.dismiss(None)
