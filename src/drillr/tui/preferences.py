"""The settings screen: every setting with its value, default, meaning and scope, for any part."""

from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from drillr.domain import settings as rules
from drillr.domain.paths import SEPARATOR
from drillr.domain.phrases import counted
from drillr.services import browsing, configuring, rescheduling, upkeep
from drillr.services.configuring import Change
from drillr.services.rescheduling import Preview
from drillr.tui import asking, outlook
from drillr.tui.judging import Judging
from drillr.tui.note import Confirm, Pick
from drillr.tui.rows import Rows
from drillr.tui.screen import KeyBar
from drillr.tui.setting_rows import Setting, about, device_rows, learning_row, line
from drillr.tui.working import LongCall, tell, worked

if TYPE_CHECKING:
    pass


class SettingsScreen(Judging):
    """Changes are facts, so they are kept with the answers; one that moves due dates asks first."""

    area = "settings"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Setting] = []

    def compose(self) -> ComposeResult:
        """The list, and what the selected one means."""
        yield Static("settings", id="header", markup=False)
        yield Rows(id="settings")
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
            self.app, partial(configuring.held_at, self.drillr.drill, self.scope)
        )
        if found is None or not self.is_open:
            return
        self.say_place()
        self._rows = [learning_row(held, self.scope) for held in found]
        if not self.scope:
            preset = self.drillr.keymap_of_actions.preset
            where = self.drillr.config_path or "the configuration file"
            self._rows += device_rows(self.app.theme, preset, f"this device: {where}")
        options = self.query_one(OptionList)
        held_at = options.highlighted
        options.set_options(Row(line(row)) for row in self._rows)
        options.highlighted = min(held_at or 0, len(self._rows) - 1)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the selected setting means."""
        self.query_one("#meaning", Static).update(about(self._rows[event.option_index]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        event.stop()
        self.action_change()

    @work
    async def action_change(self) -> None:
        """Change the selected setting."""
        row = self._selected()
        if row is None:
            return
        if row.name == "theme":
            self.app.action_change_theme()
            return
        if row.choices:
            text = await self.app.push_screen_wait(
                Pick(row.name, row.choices, row.value, row.meaning)
            )
        else:
            text = await self.app.push_screen_wait(
                asking.setting(row.name, row.value, f"{row.meaning}. Now {row.value}.")
            )
        if text is None or text == row.value:
            return
        if row.learning:
            await self._ask_for(row.name, text)
        else:
            self.drillr.use_keys(text)
            self._read()

    @work
    async def action_reset(self) -> None:
        """Take the selected setting back here: what is set above, or the default, holds again."""
        row = self._selected()
        if row is not None and row.learning and row.here:
            await self._ask_for(row.name, None)

    @work
    async def action_part(self) -> None:
        """Choose the part of the library that is set."""
        database = self.drillr.drill.database
        parts = await self.drillr.bridge.run(self.app, partial(browsing.parts, database))
        if parts is None:
            return
        form = asking.part("Settings for which part?", self.scope.replace(SEPARATOR, "/"), parts)
        chosen = await self.app.push_screen_wait(form)
        if chosen is not None:
            self.scope = chosen
            self._read()

    def action_close(self) -> None:
        """Back to the home screen."""
        self.workers.cancel_group(self, "work")
        self.dismiss(None)

    # A change: what it would do, whether it is wanted, doing it ----------------------------------

    async def _ask_for(self, name: str, text: str | None) -> None:
        change = await self.drillr.bridge.run(
            self.app, partial(configuring.wanted, self.drillr.drill, name, text, self.scope)
        )
        if change is not None and change.shapes_cards:
            self._foresee(change)
        elif change is not None:
            await self._do(change)

    @work(thread=True, exclusive=True, group="work")
    def _foresee(self, change: Change) -> None:
        app = self.drillr
        preview = partial(
            rescheduling.preview_setting, app.drill, change.name, change.value, scope=change.scope
        )
        found = worked(app, self.say_how_far, lambda heard: preview(on_progress=heard))
        if found is not None:
            tell(self, self._offer, change, found)

    @work
    async def _offer(self, change: Change, found: Preview) -> None:
        """Show what a change would do to due dates, and ask; where nothing moves, just do it."""
        if not self.is_open:
            return
        self.say_place()
        if found.sooner or found.later:
            dialog = Confirm(
                outlook.change_text(found), "change it", "leave it", partial(outlook.change, found)
            )
            if not await self.app.push_screen_wait(dialog):
                return
        await self._do(change)

    async def _do(self, change: Change) -> None:
        drill, bridge = self.drillr.drill, self.drillr.bridge
        change_it = partial(
            upkeep.change_setting, drill, change.name, change.value, scope=change.scope
        )
        moved = await LongCall[float](self, self._say_replayed).run(
            lambda heard: change_it(on_progress=lambda share: heard(round(share, 2)))
        )
        if moved is not None:
            self.notify(
                _said(change) + (f"; {counted(moved, 'card')} rescheduled" if moved else ""),
                timeout=3,
            )
            lower = await bridge.run(self.app, partial(configuring.lower_limit, drill, change))
            if lower is not None:
                self.notify(f"a limit above it, {lower} a day, still holds", timeout=5)
        self._read()

    def on_judging_agreed(self, message: Judging.Agreed) -> None:
        """New parameters are wanted: say what they would do to due dates."""
        self._foresee(Change("fsrs_parameters", list(message.parameters), message.scope))

    def _say_replayed(self, share: float) -> None:
        self.query_one("#header", Static).update(f"replaying your answers … {share:.0%}")

    # What is shown -------------------------------------------------------------------------------

    def _selected(self) -> Setting | None:
        at = self.query_one(OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None


def _said(change: Change) -> str:
    if change.value is None:
        return f"{change.name} is taken back"
    value = tuple(change.value) if isinstance(change.value, list) else change.value
    return f"{change.name} is {rules.text_of(value)}"[:200]
