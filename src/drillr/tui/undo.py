"""A dialog that lists the last answers: choose how far back to take them."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option as Row

from drillr.domain.text import one_line
from drillr.services.undoing import Standing
from drillr.tui.rows import Rows

MOST = 100
"""So many answers are listed."""


class TakeBack(ModalScreen[int | None]):
    """Gives how many of the last answers to take back, None for none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "cancel"),
        Binding("s", "session", "to the session's first"),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, answers: Sequence[Standing]) -> None:
        super().__init__()
        self._answers = answers

    def compose(self) -> ComposeResult:
        """The answers, newest on top, and what would be taken back."""
        with Vertical(classes="dialog form") as box:
            box.border_title = "take back the last answers"
            box.border_subtitle = "↑ ↓ choose how far · s the session · enter does it · esc leaves"
            yield Rows(*(Row(_line(one)) for one in self._answers), id="answers")
            yield Static(id="how-many", markup=False)
            with Horizontal(classes="answers"):
                yield Button("take back", id="take", variant="primary")
                yield Button("whole session (s)", id="session")
                yield Button("leave it", id="leave")

    def on_mount(self) -> None:
        """The newest alone."""
        self.query_one(OptionList).focus()
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say how many it would be."""
        count = event.option_index + 1
        said = "the last answer is" if count == 1 else f"the last {count} answers are"
        self.query_one("#how-many", Static).update(
            Content.assemble((f"{said} taken back", "bold $warning"), ", and asked again")
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click: back to this one."""
        self.dismiss(event.option_index + 1)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button."""
        if event.button.id == "take":
            self.dismiss((self.query_one(OptionList).highlighted or 0) + 1)
        elif event.button.id == "session":
            self.action_session()
        else:
            self.dismiss(None)

    def action_session(self) -> None:
        """Down to the first answer of the sitting that the last one belongs to."""
        last = max(n for n, one in enumerate(self._answers) if one.in_last_session)
        self.query_one(OptionList).highlighted = last
        self.query_one(OptionList).focus()

    def action_move(self, by: int) -> None:
        """Down or up."""
        answers = self.query_one(OptionList)
        if by > 0:
            answers.action_cursor_down()
        else:
            answers.action_cursor_up()

    def action_cancel(self) -> None:
        """Nothing."""
        self.dismiss(None)


def _line(one: Standing) -> Content:
    """When, how it was rated, which question; a bar marks the last session."""
    return Content.assemble(
        ("▌ " if one.in_last_session else "  ", "$accent"), (f"{one.at:%d %b %H:%M}  ", "dim"),
        f"{one.rating.label:<19} ", (one_line(one.external_id, 40), "bold"),
    )  # fmt: skip
