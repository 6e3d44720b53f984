"""Conflicts of edits: each field that both sides changed, three versions of it, and whose stays."""

from functools import partial
from typing import Any, ClassVar

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from drillr.domain.text import one_line
from drillr.services import merging
from drillr.tui.note import Confirm
from drillr.tui.rows import Rows
from drillr.tui.screen import DrillrScreen, KeyBar
from drillr.tui.versions import compared, readable

_SIDES = (("base", "it was"), ("mine", "mine"), ("theirs", "theirs"))
_NONE = (
    "No conflicts.\n\nWhere you and the server both changed the same field of a question, your text"
    " stays and\nthe field is listed here, until you say whose it is to be."
)


class ConflictsScreen(DrillrScreen[None]):
    """A row a field; what is settled goes from the list at once."""

    area = "conflicts"
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual has it
        (0, "-narrow"),
        (100, "-wide"),
    ]
    notes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", "From conflict to conflict"),
        ("tab", "Into the three versions, which scroll"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: list[dict[str, Any]] = []

    def compose(self) -> ComposeResult:
        """The list, and the three versions of what is selected."""
        yield Static(id="header", markup=False)
        yield Rows(id="clashes", markup=False)
        with Horizontal(id="versions"):
            for side, title in _SIDES:
                with VerticalScroll(id=f"{side}-box", can_focus=True) as box:
                    box.border_title = title
                    yield Static(id=side, markup=False)
        yield Static(_NONE, id="no-clashes", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Read what clashes."""
        super().on_mount()
        self.query_one("#no-clashes").display = False
        self._read()

    def moving(self) -> Widget | None:
        """Movement moves in the list, or in the version that has the focus."""
        focused = self.focused
        return focused if isinstance(focused, VerticalScroll) else self.query_one(OptionList)

    @work(exclusive=True)
    async def _read(self) -> None:
        drill = self.drillr.drill
        found = await self.drillr.bridge.run(self.app, partial(merging.conflicts, drill))
        if found is None or not self.is_open:
            return
        self._found = found
        options = self.query_one(OptionList)
        held = options.highlighted or 0
        options.set_options(Row(_line(clash)) for clash in found)
        some = bool(found)
        options.display = self.query_one("#versions").display = some
        self.query_one("#no-clashes").display = not some
        many = "1 conflict" if len(found) == 1 else f"{len(found)} conflicts"
        self.query_one("#header", Static).update(f"edits that both sides made: {many}")
        if some:
            options.highlighted = min(held, len(found) - 1)
            options.focus()
            self._show()

    def on_option_list_option_highlighted(self) -> None:
        """Show the three versions."""
        self._show()

    def _show(self) -> None:
        clash = self._selected()
        if clash is None:
            return
        self.query_one("#theirs-box").border_title = f"theirs: {one_line(clash['remote'], 40)}"
        for side, _ in _SIDES:
            other = "base" if side != "base" else "mine"
            self.query_one(f"#{side}", Static).update(compared(clash[side], clash[other]))
            self.query_one(f"#{side}-box").scroll_home(animate=False)

    def _selected(self) -> dict[str, Any] | None:
        at = self.query_one(OptionList).highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def action_mine(self) -> None:
        """Keep my text of the selected field."""
        self._settle(theirs=False)

    def action_theirs(self) -> None:
        """Take the server's text of the selected field."""
        self._settle(theirs=True)

    def action_all_mine(self) -> None:
        """Keep my text everywhere."""
        self._settle_all(theirs=False)

    def action_all_theirs(self) -> None:
        """Take the server's text everywhere."""
        self._settle_all(theirs=True)

    def action_close(self) -> None:
        """Back to the screen below."""
        self.dismiss(None)

    @work
    async def _settle(self, *, theirs: bool) -> None:
        clash, bridge = self._selected(), self.drillr.bridge
        if clash is None or bridge.busy:
            return
        call = partial(
            merging.resolve, self.drillr.drill, clash["id"], theirs=theirs, field=clash["field"]
        )
        if await bridge.succeeds(self.app, call):
            self._read()

    @work
    async def _settle_all(self, *, theirs: bool) -> None:
        if not self._found:
            return
        whose = "the server's text" if theirs else "your text"
        question = f"Settle all {len(self._found)} conflicts for {whose}?"
        if not await self.app.push_screen_wait(Confirm(question, "settle", "leave them")):
            return
        call = partial(merging.resolve, self.drillr.drill, None, theirs=theirs)
        if await self.drillr.bridge.succeeds(self.app, call):
            self._read()


def _line(clash: dict[str, Any]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=24, no_wrap=True, overflow="ellipsis")
    grid.add_column(width=14, no_wrap=True, overflow="ellipsis")
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis", style="dim")
    grid.add_row(
        one_line(clash["id"], 60), Text(one_line(clash["field"], 40), style="bold"),
        Text(one_line(readable(clash["mine"]) or "", 160)),
    )  # fmt: skip
    return grid
