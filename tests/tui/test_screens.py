"""The other screens under keys: statistics, browser, import, settings."""

import contextlib
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, TabbedContent

from drillr.domain.card import Card
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services import editing, remotes, statistics
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, start
from drillr.services.upkeep import examine
from drillr.store import cards
from drillr.tui.app import DrillrApp
from drillr.tui.browser import BrowserScreen
from drillr.tui.home import HomeScreen
from drillr.tui.review import ReviewScreen
from tests.conftest import Bank, Clock, mcq
from tests.tui.conftest import Open, press, screen_text, settled, until


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Type a text, and wait for what it does."""
    await pilot.press(*["space" if sign == " " else sign for sign in text])
    await settled(pilot)


def shows(pilot: Pilot[int], kind: type[object]) -> bool:
    """Whether a screen of this kind is on top."""
    return isinstance(pilot.app.screen, kind)


async def test_a_picture_of_the_screen_is_saved_where_there_are_no_downloads(
    library: Context, home: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At home, that is; among the downloads as soon as there is a folder for them."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DOWNLOAD_DIR", raising=False)
    async with home(size=(80, 24)) as pilot:
        pilot.app.screen.action_picture()  # type: ignore[attr-defined]
        await until(pilot, lambda: len(list(tmp_path.glob("*.svg"))) == 1)
        (tmp_path / "Downloads").mkdir()
        pilot.app.screen.action_picture()  # type: ignore[attr-defined]
        await until(pilot, lambda: len(list(tmp_path.glob("Downloads/*.svg"))) == 1)
        await until(pilot, lambda: "Saved screenshot" in screen_text(pilot))


# Home -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({}, "never synced · 1 waiting"),
        ({"at": "2026-03-02T11:58:00+00:00"}, "synced 2 min ago"),
        ({"at": "2026-02-20T11:58:00+00:00", "error": "gone"}, "10 d ago, the last try failed"),
    ],
)
async def test_the_home_screen_says_how_things_stand_with_a_server(
    library: Context, home: Open, last: dict[str, str], said: str
) -> None:
    """When it was last met, whether that failed, and how much waits to be sent."""
    start(library, Plan())
    remotes.save(library, remotes.Remote("work", "https://example.org", last=last))
    async with home(size=(120, 40)) as pilot:
        assert said in screen_text(pilot)
        assert "1 waiting" in screen_text(pilot)


# Statistics -------------------------------------------------------------------------------------


async def test_the_statistics_show_what_was_answered(
    library: Context, home: Open, clock: Clock
) -> None:
    """Every page draws its plot; the table of facets sorts by key and by click."""
    session = start(library, Plan())
    for rating in (Rating.EASY, Rating.HARD, Rating.VERY_HARD):
        session.answer(Given(confidence=4), rating)
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "s")
        await until(pilot, lambda: "3 answers" in screen_text(pilot))
        assert "▒" in screen_text(pilot), "hard answers have their own shade"
        pages = pilot.app.screen.query_one(TabbedContent)
        for title in ("next 30 days", "days since", "by interval", "12 h", "0.0 % of 3"):
            await press(pilot, "n")
            await until(pilot, lambda title=title: title in screen_text(pilot))  # type: ignore[misc]
        await press(pilot, "o")
        table = pilot.app.screen.query_one(DataTable)
        assert pages.active == "page-facets"
        assert table.row_count == 2
        assert "new ▾" in screen_text(pilot), "the column that sorts is marked"
        await press(pilot, "q")
        assert shows(pilot, HomeScreen)


async def test_long_paths_leave_room_for_the_numbers(
    context: Context, bank: Bank, home: Open
) -> None:
    """At 80 columns every column is seen; of a path its end."""
    part = "a_rather_long_name"
    folder = bank(f"{part}__{part}__{part}__the_facet", [mcq(1)])
    assert not import_paths(context, [str(folder)]).errors
    async with home() as pilot:
        await press(pilot, "s")
        await until(pilot, lambda: "0 answers" in screen_text(pilot))
        await press(pilot, "o")
        lines = screen_text(pilot).splitlines()
        assert any("mastery" in line and "new ▾" in line for line in lines)
        assert any("…" in line and "› the_facet" in line and "0 %" in line for line in lines)


async def test_leaving_the_statistics_stops_the_reading(library: Context, home: Open) -> None:
    """The worker ends with its screen, and nothing is drawn on a screen that is gone."""
    async with home() as pilot:
        await pilot.press("s")
        await pilot.pause()
        await press(pilot, "q")
        assert shows(pilot, HomeScreen)
        await until(
            pilot,
            lambda: not [w for w in pilot.app.workers if w.group == "analysis" and w.is_running],
        )


# The browser ------------------------------------------------------------------------------------


def shown_questions(pilot: Pilot[int]) -> set[str]:
    """The ids of what the browser shows."""
    screen = pilot.app.screen
    assert isinstance(screen, BrowserScreen)
    return {hit.external_id for hit in screen._hits}


async def test_the_browser_searches_as_one_types(library: Context, home: Open) -> None:
    """Words and filters; what can't be understood is said, and the rest stays."""
    async with home(size=(120, 40)) as pilot:
        await press(pilot, "slash")
        assert len(shown_questions(pilot)) == 7
        await type_text(pilot, "explain")
        assert shown_questions(pilot) == {"t-001", "t-002", "s-009"}
        await type_text(pilot, " type:scenario")
        assert shown_questions(pilot) == {"s-009"}
        assert "The queue grows" in screen_text(pilot), "the preview shows the situation"
        pilot.app.screen.query_one(Input).value = "difficulty:nonsense"
        await settled(pilot)
        await until(pilot, lambda: "difficulty" in screen_text(pilot).splitlines()[1])


async def test_down_leads_from_the_search_to_what_it_found(library: Context, home: Open) -> None:
    """What is typed then acts on the selected question, the first one, and is no word of it."""
    async with home(size=(120, 40)) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "which")
        first = sorted(shown_questions(pilot))[0]
        await press(pilot, "down", "S")
        assert pilot.app.screen.query_one(Input).value == "which"
        await press(pilot, "down", "S", "slash")
        await type_text(pilot, " is:suspended")
        assert len(shown_questions(pilot)) == 2
        assert first in shown_questions(pilot)
        await type_text(pilot, " nothing")
        await press(pilot, "down")
        assert pilot.app.screen.focused is pilot.app.screen.query_one(Input)


async def test_marked_questions_are_looked_after_together(library: Context, home: Open) -> None:
    """Suspend, resume, bury, flag and unflag take all that is marked, or what is selected."""

    def held(name: str) -> Card:
        with library.database.transaction(write=False) as db:
            return cards.load(db, library.user, question_id(name))

    async with home(size=(120, 40)) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "which")
        await press(pilot, "enter", "space", "space")
        assert "2 marked" in screen_text(pilot)
        await press(pilot, "S")
        assert held("q-001").suspended
        assert held("q-002").suspended
        assert not held("q-003").suspended
        pilot.app.screen.query_one(Input).value = "is:suspended"
        await settled(pilot)
        assert shown_questions(pilot) == {"q-001", "q-002"}
        await press(pilot, "ctrl+a", "R")
        assert not held("q-001").suspended
        pilot.app.screen.query_one(Input).value = "which"
        await settled(pilot)
        await press(pilot, "ctrl+a", "b")
        assert held("q-004").buried_until is not None
        await press(pilot, "f")
        await pilot.press(*"odd", "enter")
        await settled(pilot)
        assert "odd" in {held(f"q-00{n}").flag for n in (1, 2, 3, 4)}
        pilot.app.screen.query_one(Input).value = "is:flagged"
        await settled(pilot)
        await press(pilot, "ctrl+a", "F")
        assert {held(f"q-00{n}").flag for n in (1, 2, 3, 4)} == {None}
    assert not examine(library).problems


async def test_questions_move_to_another_facet(library: Context, home: Open) -> None:
    """`m` asks where to; history goes along, and the counts follow."""
    async with home(size=(120, 40)) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "which")
        await press(pilot, "enter", "ctrl+a", "m")
        pilot.app.screen.query_one(Input).value = "a__b__c__other"
        await press(pilot, "enter")
        await until(pilot, lambda: "4 moved" in screen_text(pilot))
    paths = {one.path: one.questions for one in statistics.overview(library).facets}
    assert paths == {"a__b__c__other": 4, "a__b__c__words": 3}
    assert callable(editing.move)


async def test_a_search_can_be_drilled(library: Context, home: Open) -> None:
    """`d` opens a session over what the search finds, and comes back to it."""
    async with home() as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "number 2")
        await press(pilot, "enter", "w", "escape", "d")
        assert shows(pilot, ReviewScreen)
        assert "number 2" in screen_text(pilot)
        await press(pilot, "q", "q")
        assert shows(pilot, BrowserScreen)
        await press(pilot, "slash")
        assert isinstance(pilot.app.focused, Input)
        await press(pilot, "escape")
        assert shows(pilot, HomeScreen)


# Import -----------------------------------------------------------------------------------------


async def test_a_folder_is_imported_with_a_report(context: Context, bank: Bank, home: Open) -> None:
    """What came in is counted, what was refused named with its reason."""
    folder = bank("a__b__c__d", [mcq(1), {"id": "bad", "type": "mcq"}])
    async with home() as pilot:
        await press(pilot, "i")
        pilot.app.screen.query_one("#path", Input).value = str(folder)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "1 imported" in screen_text(pilot))
        assert "1 refused" in screen_text(pilot)
        assert "bad" in screen_text(pilot)
        await press(pilot, "escape")
        assert "1 question " in screen_text(pilot)


async def test_an_import_can_be_cancelled(context: Context, bank: Bank, home: Open) -> None:
    """Escape while it runs stops it, and leaves nothing half; a second one leaves the screen."""
    folder = bank("a__b__c__d", [mcq(1)])
    for number in range(2, 40):
        bank(f"a__b__c__d{number}", [mcq(number)])
    async with home() as pilot:
        await press(pilot, "i")
        screen = pilot.app.screen
        screen.query_one("#path", Input).value = str(folder)
        # The store is busy elsewhere until escape was pressed, as with a folder of gigabytes.
        with context.database.transaction():
            await pilot.press("ctrl+s")
            await until(pilot, lambda: pilot.app.bridge.busy)  # type: ignore[attr-defined]
            await pilot.press("escape")
            await pilot.pause()
            assert pilot.app.screen is screen
        await until(pilot, lambda: "Cancelled" in screen_text(pilot))
        assert statistics.overview(context).questions == 0
        await press(pilot, "escape")
        assert shows(pilot, HomeScreen)


async def test_an_import_that_would_write_nothing_says_so(
    context: Context, bank: Bank, home: Open
) -> None:
    """The switch for a dry run."""
    folder = bank("a__b__c__d", [mcq(1)])
    async with home() as pilot:
        await press(pilot, "i")
        pilot.app.screen.query_one("#path", Input).value = str(folder)
        await pilot.click("#dry")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Nothing was written" in screen_text(pilot))
    assert statistics.overview(context).questions == 0


async def test_a_refusal_opens_its_file_at_the_line(
    context: Context, bank: Bank, home: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enter on it runs the editor, told the line; what was mended there comes in next time."""
    folder = bank("a__b__c__d", [mcq(1), {"id": "bad", "type": "mcq"}, {"id": "worse"}])
    told = tmp_path / "told"
    script = tmp_path / "vi"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {told}\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "i")
        pilot.app.screen.query_one("#path", Input).value = str(folder)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "2 refused" in screen_text(pilot))
        await press(pilot, "enter")
        await until(pilot, lambda: "an editor can't be opened here" in screen_text(pilot))
        monkeypatch.setattr(DrillrApp, "suspend", lambda self: contextlib.nullcontext())
        await press(pilot, "enter", "down", "o")
        lines = (folder / "a__b__c__d.json").read_text(encoding="utf-8").split("\n")
        seen = told.read_text(encoding="utf-8").split("\n")
        assert seen[1] == seen[3] == str(folder / "a__b__c__d.json")
        for name, line in (("bad", seen[0]), ("worse", seen[2])):
            at = int(line.removeprefix("+")) - 1
            assert name in "".join(lines[at : at + 3])
        (folder / "a__b__c__d.json").write_text('[\n {"id": 1,]\n]', encoding="utf-8")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "1 refused" in screen_text(pilot))
        await press(pilot, "enter")
        assert told.read_text(encoding="utf-8").split("\n")[4] == "+2", "a file that is no JSON"
        bank("a__b__c__d", [mcq(1), mcq(2)])
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "0 refused" in screen_text(pilot))
        assert not pilot.app.screen.query_one("#refused").display


# All ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["s", "slash", "comma", "i", "p", "y"])
@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_every_screen_opens_at_any_size(
    area: str, size: tuple[int, int], library: Context, home: Open
) -> None:
    """Even where there is hardly room, nothing breaks, and a resize is followed."""
    async with home(size=size) as pilot:
        await press(pilot, area)
        await pilot.resize_terminal(100, 30)
        await settled(pilot)
        await press(pilot, "escape")
        assert shows(pilot, HomeScreen)
