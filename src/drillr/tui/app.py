"""The application: opens on the home screen, or straight on a session."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import Console
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.markup import escape
from textual.screen import Screen
from textual.theme import Theme

from drillr import config
from drillr.domain.session import Plan
from drillr.errors import UsageError
from drillr.services.reviewing import ReviewSession, start
from drillr.tui import keymap, pixels, themes
from drillr.tui.actions import actions_of
from drillr.tui.bridge import Bridge
from drillr.tui.exchange import Connect, Exchange, GoOn
from drillr.tui.home import HomeScreen
from drillr.tui.markdown import Colours
from drillr.tui.review import ReviewScreen
from drillr.tui.screen import DrillrScreen

if TYPE_CHECKING:
    from drillr.services.context import Context
    from drillr.sync.session import Client


@dataclass(frozen=True, slots=True)
class Interface:
    """What the configuration and the terminal decide about the looks and the keys.

    `ticks` gives seconds that only go up; `config_path` is where choices are kept, if anywhere;
    `pictures` says whether they can be drawn.
    """

    keymap: keymap.Keymap
    theme: str
    ticks: Callable[[], float] = time.monotonic
    config_path: str | None = None
    pictures: bool = False

    @classmethod
    def of(
        cls,
        configured: Mapping[str, Any],
        config_path: str | None = None,
        color_system: str | None = None,
    ) -> "Interface":
        """The interface that a configuration file asks for, on this terminal."""
        colors = color_system or Console().color_system
        theme = themes.chosen(configured.get("theme"), os.environ, colors)
        drawn = pixels.possible(os.environ, colors)
        keys = keymap.resolve(configured.get("keys"))
        return cls(keys, theme, config_path=config_path, pictures=drawn)


# These answer whatever has the focus.
_PRIORITY = ("app.quit", "app.palette")


class DrillrApp(App[int]):
    """Holds the bridge to the store and the keys of all actions; screens do the rest."""

    CSS_PATH = "drillr.tcss"
    TITLE = "drillr"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "help_quit", show=False, system=True),
        Binding("ctrl+q", "quit", show=False, priority=True, id="app.quit"),
        Binding("ctrl+p", "command_palette", show=False, priority=True, id="app.palette"),
    ]

    def __init__(
        self,
        context: "Context",
        bridge: Bridge,
        session: ReviewSession | None = None,
        interface: Interface | None = None,
        connect: Connect | None = None,
    ) -> None:
        # Before the application starts: it takes NO_COLOR out of the environment.
        interface = interface or Interface.of({})
        # Else Textual would write greys under NO_COLOR, not no colour at all.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.drill, self.bridge, self._session = context, bridge, session
        self.exchange = Exchange(connect or _no_store)
        self.ticks = interface.ticks
        self.media = (context.media,) if context.media else ()
        self.config_path, self.draws_pictures = interface.config_path, interface.pictures
        self.keymap_of_actions = interface.keymap
        self._colours: tuple[str, Colours] | None = None
        for own in themes.OWN:
            self.register_theme(own)
        self.theme = interface.theme
        self._bind_priority_keys()

    def _bind_priority_keys(self) -> None:
        self.set_keymap({id: ",".join(self.keymap_of_actions.keys[id]) for id in _PRIORITY})

    def use_keys(self, preset: str) -> None:
        """Change the preset of keys, here and in the configuration file."""
        if preset not in keymap.PRESETS:
            known = ", ".join(keymap.PRESETS)
            self.notify(f"Use {known}", title=f"there is no preset {preset!r}", severity="error",
                        markup=False)  # fmt: skip
            return
        if self._remember("preset", preset, table="keys"):
            configured = config.read_config(self.config_path).get("keys")
            self.keymap_of_actions = keymap.resolve(configured)
            self._bind_priority_keys()
            for screen in self.screen_stack:
                if isinstance(screen, DrillrScreen):
                    screen.bind_actions()

    def _theme_chosen(self, theme: Theme) -> None:
        self._remember("theme", theme.name)

    def _remember(self, name: str, value: str, table: str | None = None) -> bool:
        """Write a value into the configuration file; whether that went well."""
        if self.config_path is None:
            return False
        try:
            config.write_value(self.config_path, name, value, table)
        except OSError as error:
            self.notify(str(error), title="The choice can't be kept", severity="warning",
                        markup=False)  # fmt: skip
            return False
        return True

    @property
    def colours(self) -> Colours:
        """How Markdown looks under the present theme."""
        if self._colours is None or self._colours[0] != self.theme:
            theme = self.current_theme
            made = Colours(self.theme_variables, dark=theme.dark, ansi=theme.ansi)
            self._colours = (self.theme, made)
        return self._colours[1]

    def on_mount(self) -> None:
        """Open the first screen; a session opened directly ends the application with it."""
        for problem in self.keymap_of_actions.problems:
            self.notify(problem, title="Keys", severity="warning", timeout=15, markup=False)
        self.theme_changed_signal.subscribe(self, self._theme_chosen)
        if self._session is None:
            self.push_screen(HomeScreen())
        else:
            self.push_screen(ReviewScreen(self._session), lambda _: self.exit(0))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every action that the screen can do now, by its meaning."""
        if not isinstance(screen, DrillrScreen):
            return
        for action in actions_of(screen.area):
            if action.area == "move" or action.name == "palette" or not screen.usable(action):
                continue
            keys = self.keymap_of_actions.shown(action)
            # The palette reads it as markup, and a key may be a bracket.
            help_text = escape(f"{action.meaning}  ({keys})" if keys else action.meaning)

            def run(name: str = action.name) -> None:
                self.call_later(screen.run_action, name)

            yield SystemCommand(action.label.capitalize(), help_text, run)


def run_review(context: "Context", plan: Plan, store: str) -> int:
    """Open the review screen; NothingToDo is raised before the screen is touched."""
    bridge, interface = Bridge(), _interface()
    try:
        session = bridge.do(lambda: start(context, plan))
        connect = connecting(context, store)
        return DrillrApp(context, bridge, session, interface, connect).run() or 0
    finally:
        bridge.close()


def run_home(context: "Context", store: str) -> int:
    """Open the home screen over the store at this path."""
    bridge, interface = Bridge(), _interface()
    try:
        connect = connecting(context, store)
        return DrillrApp(context, bridge, None, interface, connect).run() or 0
    finally:
        bridge.close()


def connecting(context: "Context", store: str) -> Connect:
    """How the application reaches the servers of the store at this path."""

    def connect(go_on: GoOn) -> "Client":
        # Only who speaks to servers waits for the import of HTTP.
        from drillr.sync.session import Client

        return Client(context, store, go_on=go_on)

    return connect


def _no_store(go_on: GoOn) -> "Client":
    del go_on
    raise UsageError("this window has no store of its own to sync", "`drillr sync` does it")


def _interface() -> Interface:
    return Interface.of(config.read_config(), config.config_path())
