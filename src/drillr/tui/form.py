"""A dialog of a few fields, read as a whole: what can't be understood is said and stays open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Button, Checkbox, Input, Label, Static

from drillr.domain.text import visible
from drillr.errors import UsageError
from drillr.tui.box import Box

T = TypeVar("T")
# With more fields than this, no line is left free between them: 24 lines must do.
_ROOMY = 5


@dataclass(frozen=True, slots=True)
class Field:
    """A line to fill in: `hint` stands where nothing is written, `known` completes what is.

    A `switch` is ticked or not, and gives `on` or an empty text.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    known: Sequence[str] = ()
    switch: bool = False


class Form(ModalScreen[T | None], Generic[T]):
    """Gives what `read` makes of the fields, or None when the person thought better of it.

    `read` raises a UsageError about what it can't take; it is shown, and nothing is lost.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+s", "submit", "take", priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        read: Callable[[Mapping[str, str]], T],
        *,
        does: str = "take it",
        about: str = "",
    ) -> None:
        super().__init__()
        self._title, self._fields, self._read = title, fields, read
        self._does, self._about = does, about
        self._refused: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """What it is about, the fields, what is wrong with them, and two buttons."""
        close = " -close" if len(self._fields) > _ROOMY else ""
        with VerticalScroll(classes="dialog form" + close, can_focus=False) as box:
            box.border_title = self._title
            box.border_subtitle = "tab and arrows move · enter takes it · esc leaves it"
            if self._about:
                yield Static(self._about, markup=False, classes="about")
            for field in self._fields:
                with Horizontal(classes="field"):
                    yield Label("" if field.switch else field.label, markup=False)
                    yield self._widget(field)
            yield Static(id="wrong", markup=False)
            with Horizontal(classes="answers"):
                yield Button(self._does, id="take", variant="primary")
                yield Button("leave it", id="leave")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#wrong").display = False

    def on_input_changed(self) -> None:
        """What was wrong may be mended; a late word of what was refused changes nothing."""
        if self._values() != self._refused:
            self.query_one("#wrong").display = False

    def on_input_submitted(self) -> None:
        """Enter in any field."""
        self.action_submit()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button."""
        if event.button.id == "take":
            self.action_submit()
        else:
            self.action_cancel()

    def action_submit(self) -> None:
        """Give what the fields say, if they can be understood."""
        values = self._values()
        try:
            found = self._read(values)
        except UsageError as error:
            self._refused = values
            wrong = self.query_one("#wrong", Static)
            wrong.display = True
            wrong.update(visible(f"✗ {error.message}\n  {error.remedy}".rstrip()))
            return
        self.dismiss(found)

    def action_cancel(self) -> None:
        """Give nothing."""
        self.dismiss(None)

    @staticmethod
    def _widget(field: Field) -> Input | Checkbox:
        if field.switch:
            return Box(field.label, value=bool(field.value), id=f"field-{field.name}", compact=True)
        suggester = SuggestFromList(field.known, case_sensitive=False) if field.known else None
        return Input(
            field.value, placeholder=field.hint, suggester=suggester, id=f"field-{field.name}",
            compact=True, max_length=2_000,
        )  # fmt: skip

    def _values(self) -> dict[str, str]:
        values: dict[str, str] = {}
        for field in self._fields:
            widget = self.query_one(f"#field-{field.name}")
            if isinstance(widget, Checkbox):
                values[field.name] = "on" if widget.value else ""
            elif isinstance(widget, Input):
                values[field.name] = widget.value
        return values
