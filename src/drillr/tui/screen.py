"""What every screen has: its area of the registry, its bindings, movement, and a line of keys."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.binding import Binding, BindingsMap
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from drillr.tui.actions import ACTIONS, EVERYWHERE, Action, Phase, actions_of
from drillr.tui.help import Help

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp

T = TypeVar("T")
# What every screen of Textual's has; a key that the configuration gives away does that first.
_USUAL = (
    Binding("tab", "app.focus_next", show=False),
    Binding("shift+tab", "app.focus_previous", show=False),
    Binding("ctrl+c,super+c", "screen.copy_text", show=False),
)
_HELP = "app.help"
# What a widget calls the same movement: the first that the focused one has is taken.
_MOVES = {
    "down": ("cursor_down", "scroll_down"),
    "up": ("cursor_up", "scroll_up"),
    "left": ("cursor_left", "scroll_left"),
    "right": ("cursor_right", "scroll_right"),
    "page_down": ("page_down",),
    "page_up": ("page_up",),
    "top": ("first", "scroll_home", "scroll_top"),
    "bottom": ("last", "scroll_end", "scroll_bottom"),
}


class KeyBar(Static):
    """The footer: the screen's usual keys, as many as fit; each can be clicked."""

    DEFAULT_CSS = "KeyBar { dock: bottom; height: 1; background: $panel; color: $foreground; }"

    def show(self, actions: list[tuple[str, Action]]) -> None:
        """Show the actions with their keys, dropping the least usual ones where it is narrow.

        The key that leads to all the others always stays.
        """
        room = (self.size.width or self.app.size.width) - 1
        kept: list[tuple[str, Action]] = []
        for key, action in sorted(actions, key=lambda one: (one[1].id != _HELP, one[1].rank)):
            needs = len(key) + len(action.label) + 3
            if needs <= room:
                room -= needs
                kept.append((key, action))
        parts: list[Content] = []
        for key, action in sorted(kept, key=lambda one: one[1].rank):
            part = Content.assemble((f" {key}", "bold $footer-key-foreground"), f" {action.label} ")
            parts.append(part.stylize(Style.from_meta({"does": action.name})))
        self.update(Content("").join(parts))

    async def on_click(self, event: Click) -> None:
        """A click on a key does what the key does."""
        name = event.style.meta.get("does")
        if isinstance(name, str):
            await self.screen.run_action(name)


class DrillrScreen(Screen[T], Generic[T]):
    """A screen of drillr; `area` names its actions in the registry."""

    area: ClassVar[str]
    notes: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What help says besides the actions: keys and what they do."""

    def on_mount(self) -> None:
        """Bind the area's actions to the keys that the configuration gives them."""
        self.bind_actions()

    def on_resize(self) -> None:
        """As many keys as fit."""
        self.show_keys()

    @property
    def drillr(self) -> "DrillrApp":
        """The application, by its own type."""
        return cast("DrillrApp", self.app)

    @property
    def is_open(self) -> bool:
        """Whether the screen is there still with all that is on it: neither left nor closing.

        What was waited for may come later than that. Textual's `is_mounted` stays True for ever.
        """
        return self.is_attached and self.display

    @property
    def phase(self) -> Phase:
        """Which actions can be used now."""
        return Phase.ALWAYS

    def bind_actions(self) -> None:
        """Give every action its keys; the first action of two that claim a key comes first."""
        keymap = self.drillr.keymap_of_actions
        bound = [
            Binding(key, action.name, action.label, show=False, id=action.id)
            for action in actions_of(self.area)
            for key in keymap.of(action)
        ]
        self._bindings = BindingsMap([*bound, *_USUAL])
        self.show_keys()

    def usable(self, action: Action) -> bool:
        """Whether an action can be used now."""
        return action.phase.overlaps(self.phase)

    def offered(self, action: Action) -> bool:
        """Whether the footer shows an action: usable, and of use with what the screen holds."""
        return self.usable(action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual asks before it runs an action of a key, a click or the palette."""
        for known in ACTIONS:
            if known.name == action and known.area in (self.area, *EVERYWHERE):
                return self.usable(known)
        return True

    def show_keys(self) -> None:
        """Bring the footer up to date."""
        keymap = self.drillr.keymap_of_actions
        for bar in self.query(KeyBar):
            bar.show(
                [
                    (keymap.first(action), action)
                    for action in actions_of(self.area)
                    if action.rank and keymap.of(action) and self.offered(action)
                ]
            )

    # Actions of every screen ---------------------------------------------------------------------

    def action_help(self) -> None:
        """All keys of this screen."""
        self.app.push_screen(Help(self.area, self.notes))

    def action_palette(self) -> None:
        """Any command by its name."""
        self.app.action_command_palette()

    def action_other_theme(self) -> None:
        """Choose a theme."""
        self.app.action_change_theme()

    def action_picture(self) -> None:
        """Save a picture of the screen, among the downloads, or at home where there are none."""
        from platformdirs import user_downloads_path

        downloads = user_downloads_path()
        self.app.action_screenshot(path=str(downloads if downloads.is_dir() else Path.home()))

    async def action_quit(self) -> None:
        """Leave drillr."""
        await self.app.action_quit()

    def action_down(self) -> None:
        """Down."""
        self._move("down")

    def action_up(self) -> None:
        """Up."""
        self._move("up")

    def action_left(self) -> None:
        """Left."""
        self._move("left")

    def action_right(self) -> None:
        """Right."""
        self._move("right")

    def action_page_down(self) -> None:
        """A page down."""
        self._move("page_down")

    def action_page_up(self) -> None:
        """A page up."""
        self._move("page_up")

    def action_top(self) -> None:
        """To the beginning."""
        self._move("top")

    def action_bottom(self) -> None:
        """To the end."""
        self._move("bottom")

    def moving(self) -> Widget | None:
        """The widget that movement moves: the focused one, unless a screen knows better."""
        return self.focused

    def _move(self, where: str) -> None:
        widget = self.moving()
        if widget is None:
            return
        for name in _MOVES[where]:
            method = getattr(widget, f"action_{name}", None)
            if method is not None:
                method()
                return
