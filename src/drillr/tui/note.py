"""Small dialogs: one line of text, or yes and no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label


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

    def __init__(self, question: str, yes: str = "yes", no: str = "no") -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question, and two buttons."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False)
            with Horizontal(classes="answers"):
                yield Button(f"{self._yes} (y)", id="yes", variant="primary")
                yield Button(f"{self._no} (esc)", id="no")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Give what was pressed."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Give the key's answer."""
        self.dismiss(yes)
