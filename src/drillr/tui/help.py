"""The help screen: every action of the screen below it, with its keys."""

from typing import ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from drillr.tui.actions import Action

_NAMES = {"exclamation_mark": "!", "question_mark": "?"}


class Help(ModalScreen[None]):
    """Closes with any of its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "close", "close")
    ]

    def __init__(self, actions: tuple[Action, ...], notes: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._actions, self._notes = actions, notes

    def compose(self) -> ComposeResult:
        """A table of keys and meanings."""
        table = Table(box=None, show_header=False, padding=(0, 2))
        for action in self._actions:
            keys = " ".join(_NAMES.get(key, key) for key in action.keys.split(","))
            table.add_row(keys, action.meaning)
        for keys, meaning in self._notes:
            table.add_row(keys, meaning)
        with VerticalScroll(id="help"):
            yield Static(table)

    def action_close(self) -> None:
        """Back to the screen below."""
        self.dismiss(None)
