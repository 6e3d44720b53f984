"""Walks the registry: no action is unreachable, undocumented, or without effect."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from drillr.services.context import Context
from drillr.tui.actions import ACTIONS, EVERYWHERE, Phase, actions_of, areas
from drillr.tui.app import DrillrApp
from drillr.tui.help import Help
from drillr.tui.keymap import shown
from drillr.tui.reference import replaced
from drillr.tui.screen import DrillrScreen
from tests.tui.conftest import Open, press, screen_text, until

# The keys by which each screen is reached from the home screen over the library of the fixtures.
WAYS: dict[str, tuple[str, ...]] = {
    "home": (),
    "review": ("enter",),
    "summary": ("enter", "q"),
    "stats": ("s",),
    "browser": ("slash", "enter"),
    "import": ("i",),
    "settings": ("comma",),
    "plan": ("p",),
    "sync": ("y",),
    "conflicts": ("y", "c"),
}
# A focused widget of the screen may answer these itself, to the same effect.
_WIDGETS_OWN = {"enter", "space", "down", "up", "left", "right", "pagedown", "pageup", "home",
                "end", "escape"}  # fmt: skip


async def reach(pilot: Pilot[int], area: str) -> DrillrScreen[object]:
    """Go to a screen by its keys."""
    await press(pilot, *WAYS[area])
    screen = pilot.app.screen
    assert isinstance(screen, DrillrScreen)
    assert screen.area == area
    return screen


def test_every_area_can_be_reached() -> None:
    """A new screen is walked too, or this fails."""
    assert set(areas()) == {*WAYS, *EVERYWHERE}


@pytest.mark.parametrize("area", WAYS)
async def test_every_action_is_bound_and_has_its_method(
    area: str, library: Context, home: Open
) -> None:
    """Each key runs its own action in the phase in which it can be used, and no other."""
    async with home() as pilot:
        screen = await reach(pilot, area)
        seen: set[str] = set()
        phases = [screen.phase]
        if area == "review":
            phases = [Phase.BEFORE, Phase.AFTER]
        for phase in phases:
            if phase is Phase.AFTER:
                await press(pilot, "space")
            assert screen.phase is phase
            active = screen.active_bindings
            for action in actions_of(area):
                assert hasattr(screen, f"action_{action.name}"), action
                for key in pilot.app.keymap_of_actions.of(action):  # type: ignore[attr-defined]
                    binding = active.get(key)
                    if not screen.usable(action):
                        assert binding is None or binding.binding.action != action.name, action
                    elif key not in _WIDGETS_OWN:
                        assert binding is not None, (action, key)
                        assert binding.binding.action in (action.name, "command_palette")
                        assert binding.enabled
                seen.add(action.id) if screen.usable(action) else None
        assert seen == {action.id for action in actions_of(area)}


@pytest.mark.parametrize("area", WAYS)
async def test_help_names_every_action_with_its_keys(
    area: str, library: Context, home: Open
) -> None:
    """Help is opened by its key over the screen that it describes."""
    async with home(size=(120, 60)) as pilot:
        await reach(pilot, area)
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, Help)
        # Long meanings are wrapped.
        text = " ".join(screen_text(pilot).replace("│", " ").split())
        for action in actions_of(area):
            assert action.meaning in text, action
            for key in action.keys.split(",") if action.keys else ():
                assert shown(key) in text
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, Help)


@pytest.mark.parametrize("area", WAYS)
async def test_the_palette_offers_every_action(area: str, library: Context, home: Open) -> None:
    """Whatever a key can do can be found by its name; movement alone is left to the keys."""
    async with home() as pilot:
        screen = await reach(pilot, area)
        offered = {command.title for command in pilot.app.get_system_commands(screen)}
        for action in actions_of(area):
            if action.area != "move" and action.name != "palette" and screen.usable(action):
                assert action.label.capitalize() in offered, action


@pytest.mark.parametrize("area", WAYS)
async def test_the_palette_opens_on_every_screen(area: str, library: Context, home: Open) -> None:
    """Whatever key an action has, a bracket or a slash: its help is text, not markup."""
    async with home(size=(100, 60)) as pilot:
        await reach(pilot, area)
        app = cast(DrillrApp, pilot.app)
        keymap = app.keymap_of_actions
        keys = {**keymap.keys, "app.help": ("question_mark", "[")}
        app.keymap_of_actions = replace(keymap, keys=keys)
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: "(? [)" in screen_text(pilot))
        await press(pilot, "escape")


async def test_the_palette_runs_what_it_names(library: Context, home: Open) -> None:
    """Typing a command's name and enter does what the command's key does."""
    async with home() as pilot:
        await press(pilot, "enter", "ctrl+p")
        await pilot.press(*"skip")
        await until(pilot, lambda: "Ask this question later" in screen_text(pilot))
        await press(pilot, "enter")
        await until(pilot, lambda: "later in this session" in screen_text(pilot))


async def test_tab_goes_from_part_to_part(library: Context, home: Open) -> None:
    """Where a screen has several, and back; unless the configuration gives the key away."""
    async with home() as pilot:
        await press(pilot, "i")
        first = pilot.app.focused
        await press(pilot, "tab", "x")
        assert isinstance(pilot.app.focused, Input)
        assert pilot.app.focused.value == "x"
        await press(pilot, "shift+tab")
        assert pilot.app.focused is first


def test_the_documentation_lists_every_key_as_it_is() -> None:
    """`python -m drillr.tui.reference` brings docs/tui.md up to date."""
    page = Path(__file__).parents[2] / "docs" / "tui.md"
    if not page.exists():
        pytest.skip("the documentation is not installed with the package")
    text = page.read_text(encoding="utf-8")
    assert text == replaced(text)
    assert all(f"`{action.id}`" in text for action in ACTIONS)
