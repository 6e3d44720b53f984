"""The settings screen: every setting with its value, its default, its meaning and its scope."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from drillr.domain import settings as rules
from drillr.services import rescheduling, upkeep
from drillr.tui.keymap import PRESETS
from drillr.tui.note import Confirm, Note
from drillr.tui.screen import DrillrScreen, KeyBar

if TYPE_CHECKING:
    from drillr.services.context import Context


@dataclass(frozen=True, slots=True)
class Setting:
    """A row: `learning` settings go with the person, the others are this device's."""

    name: str
    value: str
    default: str
    meaning: str
    scope: str
    learning: bool = True


def learning_settings(context: "Context") -> list[Setting]:
    """Every setting of learning as it holds for the whole library."""
    with context.database.transaction(write=False) as db:
        values = asdict(context.rulebook(db).everywhere)
    defaults = asdict(rules.LearningSettings())
    return [
        Setting(
            name, rules.text_of(values[name]), rules.text_of(defaults[name]),
            rules.MEANINGS[name],
            "the whole library" if name in rules.WHOLE_LIBRARY
            else "the library; `config set --for` sets it for a part",
        )
        for name in rules.names()
    ]  # fmt: skip


class SettingsScreen(DrillrScreen[None]):
    """Changes are facts, so they are kept with the answers; one that moves due dates asks first."""

    area = "settings"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Setting] = []

    def compose(self) -> ComposeResult:
        """The list, and what the selected one means."""
        yield Static("settings", id="header", markup=False)
        yield OptionList(id="settings")
        yield Static(id="meaning", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the settings."""
        super().on_mount()
        self.query_one(OptionList).focus()
        self._read()

    def moving(self) -> Widget | None:
        """Movement moves in the list."""
        return self.query_one(OptionList)

    @work(exclusive=True)
    async def _read(self) -> None:
        found = await self.drillr.bridge.run(
            self.app, partial(learning_settings, self.drillr.drill)
        )
        if found is None:
            return
        keymap = self.drillr.keymap_of_actions
        where = f"this device: {self.drillr.config_path or 'the configuration file'}"
        self._rows = [
            *found,
            Setting("theme", self.app.theme, "drillr-dark", "the colours", where, False),
            Setting(
                "keys", keymap.preset, "default",
                f"a preset of keys: {', '.join(PRESETS)}; single keys in the file", where, False,
            ),
        ]  # fmt: skip
        options = self.query_one(OptionList)
        held = options.highlighted
        options.set_options(Row(_line(row)) for row in self._rows)
        options.highlighted = held or 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the selected setting means."""
        row = self._rows[event.option_index]
        text = Text.assemble(
            (row.name, "bold"), f"  {row.meaning}\n",
            (f"now {row.value}, default {row.default}, for {row.scope}", "dim"),
        )  # fmt: skip
        self.query_one("#meaning", Static).update(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        event.stop()
        self.action_change()

    @work
    async def action_change(self) -> None:
        """Change the selected setting."""
        at = self.query_one(OptionList).highlighted
        if at is None or at >= len(self._rows):
            return
        row = self._rows[at]
        if row.name == "theme":
            self.app.action_change_theme()
            return
        text = await self.app.push_screen_wait(Note(row.name, row.value, row.meaning))
        if text is None or text == row.value:
            return
        if row.learning:
            await self._change(row.name, text)
        else:
            self.drillr.use_keys(text.strip())
        self._read()

    @work
    async def action_reset(self) -> None:
        """Give the selected setting its default."""
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._rows) and self._rows[at].learning:
            await self._change(self._rows[at].name, self._rows[at].default)
            self._read()

    def action_close(self) -> None:
        """Back to the home screen."""
        self.dismiss(None)

    async def _change(self, name: str, text: str) -> None:
        bridge, drill = self.drillr.bridge, self.drillr.drill
        value = await bridge.run(self.app, partial(rules.parse, name, text))
        if value is None:
            return
        if name in rules.SHAPE_CARDS and not await self._agreed(name, value):
            return
        moved = await bridge.run(self.app, partial(upkeep.change_setting, drill, name, value))
        if moved is not None:
            said = f"{name} is {rules.text_of(value)}"
            self.notify(said + (f"; {moved} cards moved" if moved else ""), timeout=3)

    async def _agreed(self, name: str, value: object) -> bool:
        """Show what a change would do to due dates, and ask."""
        drill = self.drillr.drill
        found = await self.drillr.bridge.run(
            self.app, partial(rescheduling.preview_setting, drill, name, value)
        )
        if found is None:
            return False
        if not found.sooner and not found.later:
            return True
        before, after = sum(d.before for d in found.days), sum(d.after for d in found.days)
        question = (
            f"Of {found.cards} cards, {found.sooner} would be due sooner and {found.later} later.\n"
            f"Reviews in the next {len(found.days)} days: {before} now, {after} then."
        )
        agreed: bool = await self.app.push_screen_wait(Confirm(question, "change", "leave it"))
        return agreed


def _line(row: Setting) -> RenderableType:
    """One line: a dot where the value is not the default, and as much of the meaning as fits."""
    changed = row.value != row.default
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=20, no_wrap=True)
    grid.add_column(width=18, no_wrap=True, overflow="ellipsis")
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    value = Text(f"{'●' if changed else ' '} {row.value}", style="bold" if changed else "")
    grid.add_row(row.name, value, Text(row.meaning, style="dim"))
    return grid
