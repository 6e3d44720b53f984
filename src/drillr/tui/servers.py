"""The list of servers and how the selected one stands: what the screen of sync shows."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from drillr.domain.text import visible
from drillr.services.context import Today
from drillr.tui.exchange import Exchange
from drillr.tui.rows import Rows
from drillr.tui.screen import DrillrScreen, KeyBar
from drillr.tui.server_state import state
from drillr.tui.sync_line import ago

if TYPE_CHECKING:
    from drillr.sync.session import Client
    from drillr.sync.standing import Place, Standing

T = TypeVar("T")
_WELCOME = (
    ("No server yet\n\n", "bold $primary"),
    "drillr needs none: everything is here, for ever. A server keeps several"
    " devices of yours alike, and brings the questions that a team shares."
    " No answer is lost on the way.\n\n",
    (" i ", "bold $accent"),
    " sign in to a server\n",
    (" r ", "bold $accent"),
    " make an account on one\n\n",
    ("`drillr serve` runs a server of your own.", "dim"),
)
_BAR = 24


class Servers(DrillrScreen[None]):
    """A row a server; what is told below is of the selected one."""

    def __init__(self) -> None:
        super().__init__()
        self.standing: Standing | None = None
        self._today: Today | None = None
        self._shown = ""

    def compose(self) -> ComposeResult:
        """Servers above, the selected one's state below."""
        yield Static("sync", id="header", markup=False)
        yield Static(Content.assemble(*_WELCOME), id="no-server", markup=False)
        yield Rows(id="servers", markup=False)
        with VerticalScroll(id="server", can_focus=False):
            yield Static(id="state", markup=False)
        yield Static(id="doing", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Read how things stand."""
        super().on_mount()
        for name in ("#no-server", "#servers", "#server"):
            self.query_one(name).display = False
        self.query_one("#servers").border_title = "servers"
        self.set_interval(0.2, self.tick)
        self.read()

    def moving(self) -> Widget | None:
        """Movement moves among the servers; where there is one, in its state."""
        alone = self.standing is None or len(self.standing.places) < 2
        return self.query_one("#server") if alone else self.query_one(OptionList)

    # What is shown ----------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def read(self) -> None:
        """Read how things stand, and show it."""
        found = await self.drillr.bridge.run(self.app, self._look)
        if found is None or not self.is_open:
            return
        self.standing, self._today = found
        places = self.standing.places
        self.query_one("#no-server").display = not places
        self.query_one("#server").display = bool(places)
        options = self.query_one(OptionList)
        options.display = bool(places)
        held = options.highlighted or 0
        now = self._today.now
        options.set_options(Row(_line(place, now)) for place in places)
        if places:
            options.highlighted = min(held, len(places) - 1)
            options.focus()
        self._show()
        self.show_keys()

    def _look(self) -> "tuple[Standing, Today]":
        from drillr.sync.standing import standing

        drill = self.drillr.drill
        with drill.database.transaction(write=False) as db:
            today = drill.today(drill.settings(db))
        return standing(self.drillr.exchange.client()), today

    def _show(self) -> None:
        place = self.selected()
        if place is None or self.standing is None or self._today is None:
            return
        self.query_one("#server").border_title = visible(place.remote.name)
        heed = str(self.app.theme_variables.get("warning", "")).removeprefix("ansi_")
        told = state(self.standing, place, self._today.now, self._today.zone, heed)
        self.query_one("#state", Static).update(told)

    def selected(self) -> "Place | None":
        """The server that the arrows chose; None where there is none."""
        at = self.query_one(OptionList).highlighted
        places = () if self.standing is None else self.standing.places
        return places[at] if at is not None and at < len(places) else None

    def on_option_list_option_highlighted(self) -> None:
        """Another server is selected."""
        self._show()

    def tick(self) -> None:
        """Show how far the exchange that runs is."""
        exchange = self.drillr.exchange
        self.query_one("#doing", Static).update(_doing(exchange))
        if exchange.what != self._shown:
            self._shown = exchange.what
            self.show_keys()

    def ask(self, what: str, call: "Callable[[Client], T]", told: Callable[[T], str]) -> None:
        """Have a server asked by the application itself, so that leaving this screen is free."""

        app = self.drillr

        async def asked() -> None:
            found = await app.exchange.run(app, what, call)
            if found is not None:
                app.notify(visible(told(found)), timeout=5, markup=False)
            if self.is_attached:
                self.read()

        app.run_worker(asked(), name="_asked")
        self.tick()


def _line(place: "Place", now: datetime) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=12, no_wrap=True, overflow="ellipsis")
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column(width=12, no_wrap=True, justify="right", style="dim")
    grid.add_column(width=12, no_wrap=True)
    signed = "● signed in" if place.signed_in else "○ signed out"
    grid.add_row(
        Text(visible(place.remote.name), style="bold"), visible(place.remote.url),
        "never" if place.met is None else ago(now - place.met), signed,
    )  # fmt: skip
    return grid


def _doing(exchange: Exchange) -> Content:
    if not exchange.what:
        return Content("")
    if exchange.stopping:
        return Content("stopping; what was exchanged so far stays")
    filled = round(_BAR * exchange.done / exchange.total) if exchange.total else 0
    count = f"  {exchange.doing} {exchange.done} of {exchange.total}" if exchange.doing else ""
    return Content.assemble(
        (visible(exchange.what), "bold"), "  ", ("█" * filled, "$primary"),
        ("░" * (_BAR - filled), "dim"), f"{count}  esc stops",
    )  # fmt: skip
