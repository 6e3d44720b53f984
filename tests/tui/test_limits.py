"""What exams and limits of daily study look like in a session."""

from datetime import timedelta

from drillr.services import planning
from drillr.services.context import Context
from drillr.services.upkeep import change_setting
from tests.conftest import Clock
from tests.tui.conftest import Open, press, screen_text


async def test_a_session_with_something_too_fresh_goes_on_later(
    review: Open, library: Context
) -> None:
    """With learning ahead off, missing all leaves the session open instead of ending it."""
    change_setting(library, "learn_ahead_minutes", 0)
    change_setting(library, "new_per_day", 1)
    async with review("choices") as pilot:
        await press(pilot, "space", "4")
        assert "Which is number" not in screen_text(pilot)
    with library.database.transaction(write=False) as db:
        assert db.rows("select ended_at from learning_sessions") == [(None,)]


async def test_buttons_say_when_a_card_comes_back_before_an_exam(
    review: Open, library: Context, clock: Clock
) -> None:
    """Easy would wait four days, but the exam is in three."""
    day = (clock.at + timedelta(days=3)).date()
    planning.add_exam(library, planning.Wish("", day, 0.99))
    async with review("choices") as pilot:
        await press(pilot, "space")
        assert "4 d" not in screen_text(pilot)
        assert "2 d" in screen_text(pilot) or "1 d" in screen_text(pilot)
