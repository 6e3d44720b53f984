"""The plan screen under keys: forecast, exams, pauses, confidence; and sessions of one's own."""

from datetime import date

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from drillr.domain.question import QuestionType
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services import calibrating, forecasting, planning
from drillr.services.context import Context
from drillr.services.reviewing import Given, start
from drillr.services.upkeep import examine
from drillr.tui.form import Form
from drillr.tui.home import HomeScreen
from drillr.tui.plan import PlanScreen
from drillr.tui.plot import Plot
from drillr.tui.review import ReviewScreen
from drillr.tui.undo import TakeBack
from tests.tui.conftest import Open, press, screen_text, settled, until


async def fill(pilot: Pilot[int], **values: str) -> None:
    """Write into the fields of the form, then take it."""
    form = pilot.app.screen
    assert isinstance(form, Form)
    for name, value in values.items():
        form.query_one(f"#field-{name}", Input).value = value
    await press(pilot, "ctrl+s")


@pytest.fixture
def answered(library: Context) -> Context:
    """Three answers, each given with a confidence."""
    session = start(library, Plan())
    for sure, rating in ((5, Rating.EASY), (2, Rating.HARD), (4, Rating.MEDIUM)):
        session.answer(Given(chosen=("B",), confidence=sure), rating)
    session.finish()
    return library


# Looking ahead ----------------------------------------------------------------------------------


async def test_the_forecast_is_what_the_command_says(answered: Context, home: Open) -> None:
    """Its minutes a day, for all or the part that is chosen, over a stretch that grows."""
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "p")
        await until(pilot, lambda: "min a day" in screen_text(pilot))
        found = forecasting.forecast(answered)
        assert f"the whole library: {found.minutes_a_day:.0f} min a day" in screen_text(pilot)
        assert "(assumed: few answers yet)" in screen_text(pilot)
        assert "next 30 days" in screen_text(pilot)
        await press(pilot, "t")
        await until(pilot, lambda: "next 90 days" in screen_text(pilot))
        await press(pilot, "slash")
        await fill(pilot, part="nonsense")
        assert "nothing here is called" in screen_text(pilot)
        await fill(pilot, part="words")
        await until(pilot, lambda: "a__b__c__words:" in screen_text(pilot))
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_leaving_stops_the_simulation_and_so_does_its_key(
    library: Context, home: Open
) -> None:
    """Nothing is drawn on a screen that is gone; what was stopped can be begun anew."""

    def running(pilot: Pilot[int]) -> bool:
        return any(one.is_running for one in pilot.app.workers if one.group == "ahead")

    async with home() as pilot:
        await pilot.press("p")
        await pilot.pause()
        await press(pilot, "q")
        assert type(pilot.app.screen) is HomeScreen
        await until(pilot, lambda: not running(pilot))
        await press(pilot, "p")
        screen: object = pilot.app.screen
        assert isinstance(screen, PlanScreen)
        screen.action_refresh()
        screen.action_stop()
        await until(pilot, lambda: not running(pilot))
        assert "stopped; r looks ahead anew" in screen_text(pilot)
        await press(pilot, "r")
        await until(pilot, lambda: "min a day" in screen_text(pilot))


async def test_confidence_is_set_against_what_was_right(answered: Context, home: Open) -> None:
    """A line for each degree with its share and interval, by topic."""
    async with home(size=(100, 40)) as pilot:
        await press(pilot, "p")
        await until(pilot, lambda: "min a day" in screen_text(pilot))
        await press(pilot, "n", "right", "n")
        await until(pilot, lambda: "●" in screen_text(pilot))
        text = screen_text(pilot)
        for one in calibrating.calibration(answered):
            for row in one.bins:
                assert f"{100 * row.share:.0f} % of {row.answers}" in text
        await press(pilot, "p", "left", "p")
        assert pilot.app.screen.query_one("#forecast-plot", Plot).region.height > 4


# Exams ------------------------------------------------------------------------------------------


async def test_an_exam_is_planned_before_it_is_added(answered: Context, home: Open) -> None:
    """What is wrong is said in the form; the plan is shown, and adds nothing until agreed to."""
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "p", "a")
        await fill(pilot, day="tomorrow")
        assert "is no date" in screen_text(pilot)
        await fill(pilot, day="2026-04-01", part="choices", target="90 %", minutes="30")
        await until(pilot, lambda: "The plan fits 30 min a day" in screen_text(pilot))
        assert not planning.exams(answered)
        await press(pilot, "escape")
        assert not planning.exams(answered)
        await press(pilot, "a")
        await fill(pilot, day="2026-04-01", part="choices", minutes="30")
        await until(pilot, lambda: "The plan fits 30 min a day" in screen_text(pilot))
        await press(pilot, "y")
        await until(pilot, lambda: "✓ 2026-04-01" in screen_text(pilot))
        (found,) = planning.exams(answered)
        assert (found.exam.scope, found.exam.day) == ("a__b__c__choices", date(2026, 4, 1))
        assert planning.takes(found) in screen_text(pilot)
        await press(pilot, "d", "escape")
        assert len(planning.exams(answered)) == 1
        await press(pilot, "d", "y")
        await until(pilot, lambda: "No exam" in screen_text(pilot))
        assert not planning.exams(answered)
    assert not examine(answered).problems


async def test_a_plan_that_does_not_fit_says_what_would(library: Context, home: Open) -> None:
    """Seven questions are too many for a minute on the one day that is left."""
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "p", "a")
        await fill(pilot, day="2026-03-04", minutes="1")
        await until(pilot, lambda: "does not fit 1 min a day" in screen_text(pilot))
        wish = planning.Wish("", date(2026, 3, 4), 0.9, 1)
        for text in planning.would_fit(planning.add_exam(library, wish, dry_run=True)):
            assert text in " ".join(screen_text(pilot).replace("│", " ").split())
        await press(pilot, "y")
        await until(pilot, lambda: "✗ 2026-03-04" in screen_text(pilot))


async def test_an_exam_of_the_past_is_refused_in_words(library: Context, home: Open) -> None:
    """The service says so; nothing is added."""
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "p", "a")
        await fill(pilot, day="2020-01-01")
        await until(pilot, lambda: "is no day to come" in screen_text(pilot))
    assert not planning.exams(library)


# Pauses -----------------------------------------------------------------------------------------


async def test_a_pause_begins_and_ends(answered: Context, home: Open) -> None:
    """With the day and the spread that were asked for; ending it is confirmed first."""
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "p", "e")
        assert planning.running_pause(answered) is None
        await press(pilot, "v")
        await fill(pilot, until="2026-03-20", spread="400")
        assert "0 to 365" in screen_text(pilot)
        await fill(pilot, until="2026-03-20", spread="5")
        await until(pilot, lambda: "Paused until 2026-03-20" in screen_text(pilot))
        running = planning.running_pause(answered)
        assert running is not None
        assert running.spread_days == 5
        await press(pilot, "q")
        await until(pilot, lambda: "paused until 2026-03-20" in screen_text(pilot))
        await press(pilot, "enter")
        await until(pilot, lambda: "you pause until 2026-03-20" in screen_text(pilot))
        await press(pilot, "p")
        await press(pilot, "e", "escape")
        assert planning.running_pause(answered) is not None
        await press(pilot, "e", "y")
        await until(pilot, lambda: "no pause runs" in screen_text(pilot))
        assert planning.running_pause(answered) is None
    assert not examine(answered).problems


# Sessions of one's own --------------------------------------------------------------------------


async def test_a_session_of_ones_own_asks_what_was_chosen(library: Context, home: Open) -> None:
    """Every field reaches the session's plan; the part under the cursor is there already."""
    async with home(size=(100, 40)) as pilot:
        await press(pilot, "c")
        await fill(pilot, types="essay")
        assert "mcq, theory or scenario" in screen_text(pilot)
        await fill(
            pilot, part="words", query="explain", limit="2", new="2", types="theory, scenario",
            difficulty="1-5", ahead="3",
        )  # fmt: skip
        screen = pilot.app.screen
        assert isinstance(screen, ReviewScreen)
        assert screen.session.plan == Plan(
            "a__b__c__words", limit=2, new=2, types=(QuestionType.THEORY, QuestionType.SCENARIO),
            difficulties=(1, 2, 3, 4, 5), query="explain", ahead_days=3,
        )  # fmt: skip


async def test_cram_asks_what_is_not_due(answered: Context, home: Open) -> None:
    """A box is ticked by space; what is answered so leaves the schedule alone."""
    async with home(size=(100, 40)) as pilot:
        await press(pilot, "down", "down", "c")
        field = pilot.app.screen.query_one("#field-part", Input)
        assert field.value == "a/b"
        pilot.app.screen.query_one("#field-cram").focus()
        await press(pilot, "space", "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, ReviewScreen)
        assert screen.session.plan.cram
        assert screen.session.remaining == 7


# Taking answers back ----------------------------------------------------------------------------


async def test_several_answers_are_taken_back_at_once(answered: Context, home: Open) -> None:
    """From the home screen: the list says how many, and `s` takes the whole session."""
    async with home(size=(100, 30)) as pilot:
        await press(pilot, "u")
        assert isinstance(pilot.app.screen, TakeBack)
        said = pilot.app.screen.query_one("#how-many", Static)
        assert "the last answer is taken back" in str(said.content)
        await press(pilot, "down")
        assert "the last 2 answers are" in str(said.content)
        await press(pilot, "enter")
        await until(pilot, lambda: "2 taken back" in screen_text(pilot))
        assert examine(answered).responses == 3, "facts stay"
        await press(pilot, "u", "escape", "u", "s", "enter")
        await until(pilot, lambda: "1 taken back" in screen_text(pilot))
        await press(pilot, "u")
        await until(pilot, lambda: "no answer to take back" in screen_text(pilot))
    assert not examine(answered).problems


async def test_a_review_takes_several_back_and_asks_the_earliest(
    library: Context, review: Open
) -> None:
    """`U` lists them over the question; the session goes on with what was answered first."""
    async with review("words") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ReviewScreen)
        names = []
        for _ in range(2):
            assert screen.session.current is not None
            names.append(screen.session.current.question.external_id)
            await press(pilot, "space", "2")
        assert screen.session.answered == 2
        await press(pilot, "U", "down", "enter")
        await until(pilot, lambda: screen.session.answered == 0)
        await settled(pilot)
        assert screen.session.current is not None
        assert screen.session.current.question.external_id == names[0]
    assert not examine(library).problems
