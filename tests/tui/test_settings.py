"""The settings screen under keys: values, parts, what a change would do, fitting."""

from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, Static

from drillr.domain import settings as rules
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services.context import Context
from drillr.services.evaluating import evaluate, own_reviews
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, start
from drillr.services.upkeep import change_setting, examine
from drillr.tui.app import DrillrApp, Interface
from drillr.tui.bridge import Bridge
from tests.conftest import Bank, Clock, mcq
from tests.services.test_evaluating import TRUTH, learn
from tests.tui.conftest import Open, press, screen_text, settled, until


def setting(context: Context, name: str, place: str = "") -> object:
    """What a setting is at a place."""
    with context.database.transaction(write=False) as db:
        return getattr(context.rulebook(db).settings(place), name)


async def select(pilot: Pilot[int], name: str) -> None:
    """Go to a setting's row by the arrow key."""
    await press(pilot, "home", *["down"] * rules.names().index(name))
    assert name in str(pilot.app.screen.query_one("#meaning", Static).content)


async def write(pilot: Pilot[int], value: str) -> None:
    """Write the value that the form asks for, and take it."""
    pilot.app.screen.query_one("#field-value", Input).value = value
    await press(pilot, "enter")


async def test_a_setting_is_changed_and_given_back(library: Context, home: Open) -> None:
    """A value that makes no sense is refused where it is written; the default is one key away."""
    async with home() as pilot:
        await press(pilot, "comma")
        await select(pilot, "new_per_day")
        await press(pilot, "enter")
        await write(pilot, "many")
        assert "Use a whole number 0 to 9999" in screen_text(pilot)
        await write(pilot, "7")
        await until(pilot, lambda: setting(library, "new_per_day") == 7)
        await until(pilot, lambda: "new_per_day is 7" in screen_text(pilot))
        await press(pilot, "d")
        await until(pilot, lambda: setting(library, "new_per_day") == 20)
    assert not examine(library).problems


async def test_one_of_a_few_values_is_chosen(library: Context, home: Open) -> None:
    """A list instead of a field; escape changes nothing."""
    async with home() as pilot:
        await press(pilot, "comma")
        await select(pilot, "new_mix")
        await press(pilot, "enter", "up", "escape")
        assert setting(library, "new_mix") == "after"
        await press(pilot, "enter", "up", "enter")
        await until(pilot, lambda: setting(library, "new_mix") == "mixed")


async def test_a_part_has_settings_of_its_own(library: Context, home: Open) -> None:
    """What is set there, above it or nowhere is told apart; taken back, what is above holds."""
    change_setting(library, "new_per_day", 9)
    async with home(size=(120, 40)) as pilot:
        await press(pilot, "comma", "slash")
        pilot.app.screen.query_one("#field-part", Input).value = "words"
        await press(pilot, "enter")
        await until(pilot, lambda: "settings for a › b › c › words" in screen_text(pilot))
        assert "○ 9" in screen_text(pilot)
        await select(pilot, "new_per_day")
        await press(pilot, "enter")
        await write(pilot, "12")
        await until(pilot, lambda: "● 12" in screen_text(pilot))
        await until(pilot, lambda: "9 a day, still holds" in screen_text(pilot))
        assert setting(library, "new_per_day", "a__b__c__words") == 12
        assert setting(library, "new_per_day") == 9
        await press(pilot, "d")
        await until(pilot, lambda: "○ 9" in screen_text(pilot))
        await select(pilot, "timezone")
        await press(pilot, "enter")
        await write(pilot, "Europe/Berlin")
        await until(pilot, lambda: "holds for the whole library" in screen_text(pilot))
        assert setting(library, "timezone") == "system"


async def test_a_change_that_moves_due_dates_asks_first(library: Context, home: Open) -> None:
    """What would move is counted and plotted before anything does."""
    session = start(library, Plan())
    session.answer(Given(), Rating.EASY)
    async with home() as pilot:
        await press(pilot, "comma", "enter", "down", "enter")
        await until(pilot, lambda: "1 would be due sooner" in screen_text(pilot))
        assert "now: " in screen_text(pilot)
        assert "then: " in screen_text(pilot)
        assert "leave it (esc)" in screen_text(pilot), "the buttons have room at 80x24"
        await press(pilot, "escape")
        assert setting(library, "scheduler") == "sm2"
        await press(pilot, "enter", "down", "enter")
        await until(pilot, lambda: "would be due" in screen_text(pilot))
        await press(pilot, "y")
        await until(pilot, lambda: "scheduler is sm2-classic" in screen_text(pilot))
    assert not examine(library).problems


async def test_fitting_needs_answers_and_says_how_many(library: Context, home: Open) -> None:
    """With too few, nothing is fitted."""
    async with home() as pilot:
        await press(pilot, "comma", "o")
        await until(pilot, lambda: "too few" in screen_text(pilot))


async def test_a_better_fit_is_offered_and_set(
    context: Context, clock: Clock, bank: Bank, home: Open
) -> None:
    """Log loss before and after; what is agreed to is the setting; a second fit is no better."""
    assert not import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(150)]))]).errors
    learn(context, clock, TRUTH, 30)
    async with home(size=(100, 40)) as pilot:
        await press(pilot, "comma", "o")
        await until(pilot, lambda: "Set the new parameters?" in screen_text(pilot))
        assert "log loss" in screen_text(pilot)
        assert setting(context, "fsrs_parameters") == ()
        await press(pilot, "y")
        await until(pilot, lambda: setting(context, "fsrs_parameters") != ())
        await settled(pilot)
        await press(pilot, "o")
        await until(pilot, lambda: "the old ones stay" in screen_text(pilot))
        await press(pilot, "escape", "v")
        await until(pilot, lambda: "RMSE(bins)" in screen_text(pilot))
        for line in evaluate(own_reviews(context)).lines()[:4]:
            text = " ".join(screen_text(pilot).replace("│", " ").split())
            assert " ".join(line.split()) in text


async def test_theme_and_keys_are_kept_in_the_configuration(
    library: Context, bridge: Bridge, interface: Interface, tmp_path: Path
) -> None:
    """A chosen theme and preset hold at once and after a new start."""
    path = tmp_path / "config.toml"
    path.write_text('# mine\n[keys.review]\nundo = "ctrl+z"\n', encoding="utf-8")
    app = DrillrApp(library, bridge, interface=replace(interface, config_path=str(path)))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await settled(pilot)
        app.theme = "nord"
        await press(pilot, "comma", "end", "enter", "down", "enter")
        assert app.keymap_of_actions.preset == "vim"
        await press(pilot, "k", "k", "j")
    text = path.read_text(encoding="utf-8")
    assert text.startswith('theme = "nord"\n# mine\n')
    assert 'preset = "vim"' in text
    assert 'undo = "ctrl+z"' in text


async def test_every_setting_is_listed_with_its_meaning(library: Context, home: Open) -> None:
    """The list comes from the rules, so a new setting can't be forgotten."""
    async with home(size=(120, 40)) as pilot:
        await press(pilot, "comma")
        text = screen_text(pilot)
        for name in rules.names():
            assert name in text
            assert rules.MEANINGS[name][:30] in text
        assert "theme" in text
