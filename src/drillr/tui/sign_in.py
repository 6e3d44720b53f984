"""The dialog that asks for a server's address and an account on it."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from drillr.tui.box import Box

if TYPE_CHECKING:
    from drillr.sync.session import Account

    Asked = ModalScreen[Account | None]
else:
    # The account's module speaks HTTP, which takes long to import.
    Asked = ModalScreen

_FIELDS = (
    ("url", "address", "https://host[:port]"),
    ("username", "user name", ""),
    ("password", "password", ""),
    ("again", "once more", "the same password"),
    ("email", "email", "where the server asks for one"),
    ("invitation", "invitation", "where the server asks for one"),
    ("name", "call it", "a short word for this server"),
)
_NEW = ("again", "email", "invitation")


class SignIn(Asked):
    """Gives an account, or None; the password is shown as dots and leaves with the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+s", "take", "sign in"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, held: dict[str, str], *, register: bool = False) -> None:
        super().__init__()
        self._held, self._register = held, register

    def compose(self) -> ComposeResult:
        """A line for each field."""
        title = "a new account" if self._register else "sign in"
        with VerticalScroll(classes="dialog", can_focus=False) as box:
            box.border_title = title
            box.border_subtitle = "enter goes on · esc leaves it"
            for name, label, hint in _FIELDS:
                if name in _NEW and not self._register:
                    continue
                with Horizontal(classes="field"):
                    yield Label(label)
                    yield Input(
                        self._held.get(name, ""), placeholder=hint, id=name, compact=True,
                        password=name in ("password", "again"), max_length=500,
                    )  # fmt: skip
            with Vertical(classes="field-more"):
                yield Box("unencrypted http is fine there", id="plain", compact=True)
                yield Static(id="wrong", markup=False)
                yield Button(title, id="take", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin in the first field that is empty."""
        first = next((field for field in self.query(Input) if not field.value), None)
        if first is not None:
            first.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: on to the next field that has to be filled, else take it."""
        event.stop()
        for field in self.query(Input):
            if not field.value and field.id not in ("email", "invitation"):
                if field is event.input:
                    self._say(f"{_label(field.id)}: write something here")
                field.focus()
                return
        self.action_take()

    def on_button_pressed(self) -> None:
        """The button."""
        self.action_take()

    def action_take(self) -> None:
        """Give the account, if every field that has to be is filled."""
        from drillr.sync import session

        values = {str(field.id): field.value for field in self.query(Input)}
        for name in ("url", "username", "password", "name"):
            if not values[name].strip():
                self._say(f"{_label(name)}: write something here")
                self.query_one(f"#{name}", Input).focus()
                return
        if self._register and values["again"] != values["password"]:
            self._say("the two passwords differ")
            self.query_one("#again", Input).focus()
            return
        self.dismiss(
            session.Account(
                values["url"].strip(), values["username"].strip(), values["password"],
                email=values.get("email", "").strip() or None,
                invitation=values.get("invitation", "").strip() or None,
                name=values["name"].strip(), allow_plain=self.query_one("#plain", Box).value,
                tokens=self._held.get("tokens", "file"),
            )
        )  # fmt: skip

    def action_cancel(self) -> None:
        """Give nothing."""
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#wrong", Static).update(text)


def _label(name: str | None) -> str:
    return next(label for field, label, _ in _FIELDS if field == name)
