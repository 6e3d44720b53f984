"""A question is reported by one key, from a review and from the browser."""

import pytest

from drillr.domain.facts import EventType
from drillr.services.context import Context
from drillr.store import content, facts
from drillr.tui.keymap import PRESETS
from tests.tui.conftest import Open, press, screen_text, until


def reported(context: Context) -> list[tuple[str, str]]:
    """Each report's note, and the hash of the text that it is about."""
    with context.database.transaction(write=False) as db:
        kinds = [EventType.QUESTION_REPORTED]
        found = facts.events_of_types(db, context.user, kinds)
    return [(str(event.data["note"]), str(event.data["content"])) for event in found]


async def type_note(pilot: object, text: str) -> None:
    """Type into the dialog, and take it."""
    for sign in text:
        await pilot.press("space" if sign == " " else sign)  # type: ignore[attr-defined]
    await press(pilot, "enter")  # type: ignore[arg-type]


@pytest.mark.parametrize("revealed", [False, True])
async def test_a_review_goes_on_after_a_report(
    revealed: bool, review: Open, library: Context
) -> None:
    """The same question stays, as far answered as it was, and its answer is taken."""
    async with review("choices") as pilot:
        await press(pilot, *(["a"] if revealed else []), "exclamation_mark")
        assert "What is wrong" in screen_text(pilot)
        await type_note(pilot, "two are right")
        assert "number 1" in screen_text(pilot)
        await until(pilot, lambda: "reported; it goes" in screen_text(pilot))
        await press(pilot, *([] if revealed else ["a"]), "1")
        assert "number 2" in screen_text(pilot)
    with library.database.transaction(write=False) as db:
        question = content.question_named(db, "q-001")
        assert question is not None
        assert facts.latest_standing(db, library.user) is not None
    assert reported(library) == [("two are right", question.content_hash.hex())]


async def test_a_report_without_a_word_or_taken_back_is_none(
    review: Open, library: Context
) -> None:
    """Escape leaves it; an empty note is asked for again by name."""
    async with review("choices") as pilot:
        await press(pilot, "exclamation_mark", "x", "escape")
        await press(pilot, "exclamation_mark", "enter")
        await until(pilot, lambda: "a report has 1 to" in screen_text(pilot))
    assert reported(library) == []


async def test_the_browser_reports_with_the_same_key(home: Open, library: Context) -> None:
    """The selected question, not the marked ones."""
    async with home() as pilot:
        await press(pilot, "slash", "enter", "space", "exclamation_mark")
        await type_note(pilot, "stale")
    (found,) = reported(library)
    with library.database.transaction(write=False) as db:
        question = content.question_named(db, "q-002")
    assert question is not None
    assert found == ("stale", question.content_hash.hex())


def test_no_preset_moves_the_key() -> None:
    """`!` reports and S suspends, whatever the preset."""
    moved = {name for changed in PRESETS.values() for name in changed}
    assert not moved & {f"{area}.{name}" for area in ("review", "browser")
                        for name in ("report", "suspend")}  # fmt: skip
