"""The help screen: every action of the screen below it, with its keys."""

from typing import TYPE_CHECKING, ClassVar, cast

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from drillr.tui.actions import EVERYWHERE, Phase, actions_of

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp


class Help(ModalScreen[None]):
    """Closes with any of its keys, or a click beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "close", "close"),
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
    ]

    def __init__(self, area: str, notes: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__()
        self._area, self._notes = area, notes

    def compose(self) -> ComposeResult:
        """A table of keys and meanings, the screen's own before those of every screen."""
        keymap = cast("DrillrApp", self.app).keymap_of_actions
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True, style="bold")
        table.add_column(ratio=1)
        own = True
        for action in actions_of(self._area):
            if own and action.area in EVERYWHERE:
                own = False
                for keys, meaning in self._notes:
                    table.add_row(keys, meaning)
                table.add_row("", "")
            said = Text(action.meaning)
            if action.phase is not Phase.ALWAYS:
                said.append(f"  ({action.phase})", style="dim")
            table.add_row(keymap.shown(action) or keymap_hint(), said)
        with VerticalScroll(id="help") as box:
            box.border_title = f"{self._area}: all keys"
            box.border_subtitle = f"keys: {keymap.preset} preset · esc closes"
            yield Static(table)

    def on_click(self) -> None:
        """A click closes it as a key does."""
        self.dismiss(None)

    def action_close(self) -> None:
        """Back to the screen below."""
        self.dismiss(None)

    def action_scroll_down(self) -> None:
        """Further down."""
        self.query_one("#help").scroll_down(animate=False)

    def action_scroll_up(self) -> None:
        """Further up."""
        self.query_one("#help").scroll_up(animate=False)


def keymap_hint() -> str:
    """What stands where an action has no key."""
    return "palette"
