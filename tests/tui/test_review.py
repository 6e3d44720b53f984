"""The review screen under keys: what shows, and what is on disk after each of them."""

import contextlib
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Collapsible, TextArea

from drillr.domain.ids import question_id
from drillr.services import statistics
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.upkeep import change_setting, examine
from drillr.store import cards, facts
from drillr.tui.app import DrillrApp
from drillr.tui.review import ReviewScreen
from drillr.tui.summary import SummaryScreen
from tests.conftest import Bank, Clock, mcq, theory
from tests.tui.conftest import Open, press, screen_text, until


def responses(context: Context) -> int:
    """How many answers are on disk."""
    with context.database.transaction(write=False) as db:
        return facts.counts(db, context.user)[0]


def letter_of(screen: object, text: str) -> str:
    """The key that chooses the option with this text, in the order that is shown."""
    assert isinstance(screen, ReviewScreen)
    showing = screen.session.current
    assert showing is not None
    index = [option.text for option in showing.options].index(text)
    return "abcdef"[index]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_question_is_chosen_revealed_and_rated(
    review: Open, library: Context, size: tuple[int, int]
) -> None:
    """A letter chooses, the reveal says what was right, a digit rates, the next one shows."""
    async with review("choices", size=size) as pilot:
        shown = screen_text(pilot)
        assert "a › b › c › choices" in shown
        assert "1 / 4" in shown
        assert "Which is number 1?" in shown
        await press(pilot, letter_of(pilot.app.screen, "the second"))
        revealed = screen_text(pilot)
        assert "✓ right" in revealed
        assert "It comes second." in revealed
        for outcome in ("1 Easy", "4 d", "2 Medium", "3 Hard", "4 Very hard", "(missed) today"):
            assert outcome in revealed
        assert responses(library) == 0
        await press(pilot, "2")
        assert responses(library) == 1
        assert "Which is number 2?" in screen_text(pilot)
        assert "2 / 4" in screen_text(pilot)


async def test_enter_takes_the_proposed_rating(review: Open, library: Context) -> None:
    """A wrong choice proposes Very hard; the card comes again today."""
    async with review("choices") as pilot:
        await press(pilot, letter_of(pilot.app.screen, "the first"))
        assert "✗ wrong" in screen_text(pilot)
        await press(pilot, "enter")
        with library.database.transaction(write=False) as db:
            card = cards.load(db, library.user, question_id("q-001"))
        assert (card.total_reviews, card.interval_days, card.total_correct) == (1, 0, 0)


async def test_several_right_options_are_marked_and_confirmed(
    review: Open, library: Context
) -> None:
    """Space or a letter marks, enter confirms; the header says how many are right."""
    async with review("choices") as pilot:
        await press(pilot, "s", "s")
        assert "2 are right" in screen_text(pilot)
        screen = pilot.app.screen
        await press(pilot, letter_of(screen, "the second"))
        assert "■" in screen_text(pilot)
        await press(pilot, letter_of(screen, "the fourth"), "enter")
        assert "✓ right" in screen_text(pilot)


async def test_undo_goes_back_as_often_as_there_are_answers(
    review: Open, library: Context, clock: Clock
) -> None:
    """Each undo shows the question again, and the cards are as before."""
    async with review("choices") as pilot:
        await press(pilot, "space", "1", "space", "3")
        assert "Which is number 3?" in screen_text(pilot)
        await press(pilot, "u")
        assert "Which is number 2?" in screen_text(pilot)
        await press(pilot, "u")
        assert "Which is number 1?" in screen_text(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: "no answer to take back" in screen_text(pilot))
    assert statistics.overview(library).active_cards == 0
    assert not examine(library).problems


async def test_a_typed_answer_is_kept(review: Open, library: Context) -> None:
    """Keys go into the field while it has the focus; the text is stored with the answer."""
    async with review("words") as pilot:
        await press(pilot, "t", "s", "u", "1", "ctrl+s")
        assert "It follows from the one before." in screen_text(pilot)
        await press(pilot, "2")
    rows = "select response_text, difficulty_rating from user_responses"
    with library.database.transaction(write=False) as db:
        assert db.rows(rows) == [("su1", 2)]


async def test_hints_come_one_at_a_time_and_count(review: Open, library: Context) -> None:
    """The second `h` shows the second hint; the answer remembers both."""
    async with review("words") as pilot:
        await press(pilot, "h")
        assert "hint 1: count" in screen_text(pilot)
        await press(pilot, "h", "h")
        assert "hint 2: count further" in screen_text(pilot)
        await press(pilot, "space", "enter")
    with library.database.transaction(write=False) as db:
        ((metadata,),) = db.rows("select response_metadata from user_responses")
    assert json.loads(metadata)["hints"] == 2


async def test_a_situation_folds(review: Open) -> None:
    """A scenario shows its situation above the question, until `z` folds it."""
    async with review("words") as pilot:
        await press(pilot, "s", "s")
        assert "The queue grows" in screen_text(pilot)
        await press(pilot, "z")
        assert pilot.app.screen.query_one("#situation", Collapsible).collapsed


async def test_marks_take_effect_at_once(review: Open, library: Context) -> None:
    """Bury and suspend go on to the next question; a flag asks for a note and stays."""
    async with review("choices") as pilot:
        await press(pilot, "B")
        assert "Which is number 2?" in screen_text(pilot)
        await press(pilot, "S")
        assert "3 / " in screen_text(pilot) or "number 3" in screen_text(pilot)
        await pilot.press("F")
        await pilot.pause()
        await pilot.press(*"odd", "enter")
        await press(pilot, "h")
        assert "number 3" in screen_text(pilot)
    with library.database.transaction(write=False) as db:
        held = [cards.load(db, library.user, question_id(f"q-00{n}")) for n in (1, 2, 3)]
    assert held[0].buried_until is not None
    assert held[1].suspended
    assert held[2].flag == "odd"


async def test_a_session_ends_with_a_summary(review: Open, library: Context) -> None:
    """After the last question: what was done; enter closes the application."""
    async with review("choices") as pilot:
        await press(pilot, "space", "1", "space", "1", "a", "enter", "1", "space", "1")
        assert isinstance(pilot.app.screen, SummaryScreen)
        assert "4 answered" in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
    assert pilot.app.return_value == 0


async def test_a_session_that_was_left_goes_on(review: Open, library: Context) -> None:
    """`q` shows what is left; enter goes on with the same questions, counted on."""
    async with review("choices") as pilot:
        await press(pilot, "space", "1", "q")
        assert "3 still to come" in screen_text(pilot)
        await pilot.press("q")
        await pilot.pause()
    async with review("choices") as pilot:
        assert "2 / 4" in screen_text(pilot)


async def test_a_key_pressed_twice_answers_once(review: Open, library: Context) -> None:
    """Keys that come while an answer is written, or before the next can be read, are dropped."""
    async with review("choices") as pilot:
        await press(pilot, "space")
        pilot.app.ticks = lambda: 1000.0  # type: ignore[attr-defined]
        await pilot.press("1", "1", "1")
        await press(pilot, "w", "escape")
        assert responses(library) == 1
        assert "number 2" in screen_text(pilot)


async def test_an_answer_given_elsewhere_is_not_given_twice(
    review: Open, library: Context, clock: Clock
) -> None:
    """Another process answers the question on the screen: a toast says so, nothing is doubled."""
    async with review("choices") as pilot, review("choices") as other:
        await press(other, "space", "1")
        await press(pilot, "space", "1")
        await until(pilot, lambda: "answered elsewhere" in screen_text(pilot))
        assert responses(library) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[bold red]markup[/] [@click=app.quit]x[/] [/nonsense",
        "```python\n[x for x in y]\n```\n<b>html</b> & $var",
        "[link](javascript:alert(1)) ![image](file:///etc/passwd)",
        "x" * 50_000,
        "# heading\n" * 300,
        "| a | b |\n|---|---|\n| " + "y" * 500 + " | z |",
        "日本語 العربية 👩‍👩‍👧‍👦 é̂̃",
        "$$" + "\\frac{a}{b}" * 100,
    ],
)
async def test_hostile_texts_are_shown_not_obeyed(
    context: Context, bank: Bank, text: str, request: pytest.FixtureRequest
) -> None:
    """Whatever a question holds, wherever it stands, the session goes through."""
    options = {"A": text[:20_000], "B": "plain"}
    nasty = mcq(1, question=text, options=options, explanation=text, hints=[text], context=text)
    folder = bank("a__b__c__words", [nasty, theory(2, answer=text, key_points=[text])])
    names = {"topic": {"name": text[:200].replace("\n", " ")}, "questions": [theory(3)]}
    bank("a__b__c__named", names)
    assert not import_paths(context, [str(folder)]).errors
    bridge = request.getfixturevalue("bridge")
    opened = request.getfixturevalue("home")
    del bridge
    async with opened() as pilot:
        await press(pilot, "enter", "h", "space", "2", "h", "space", "2", "space", "2")
        assert responses(context) == 3


async def test_a_long_text_scrolls(context: Context, bank: Bank, home: Open) -> None:
    """The page key moves on; the ratings stay in sight."""
    folder = bank("a__b__c__words", [theory(1, answer="\n\n".join(f"line {n}" for n in range(99)))])
    import_paths(context, [str(folder)])
    async with home() as pilot:
        await press(pilot, "enter", "space")
        assert "line 98" not in screen_text(pilot)
        body = pilot.app.screen.query_one("#scroll")
        body.scroll_end(animate=False)
        await pilot.pause()
        assert "line 98" in screen_text(pilot)
        assert "1 Easy" in screen_text(pilot)


async def test_the_home_screen_shows_the_library_and_starts_a_session(
    library: Context, home: Open, clock: Clock
) -> None:
    """Numbers, tree, and enter on a part drills that part."""
    clock.at -= timedelta(days=1)
    async with home(size=(120, 40)) as pilot:
        shown = screen_text(pilot)
        assert "7 questions" in shown
        assert "7 new" in shown
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReviewScreen)
        await press(pilot, "space", "1", "q", "q")
        assert "6 new" in screen_text(pilot)
        await press(pilot, "q")
    assert pilot.app.return_value == 0


async def test_an_empty_library_offers_the_starter_banks(context: Context, home: Open) -> None:
    """One key imports them and shows the first question."""
    async with home() as pilot:
        assert "starter banks" in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReviewScreen)
        await press(pilot, "q", "q")
        assert "312 questions" in screen_text(pilot)


async def test_the_field_stays_out_of_the_way_of_choices(review: Open) -> None:
    """A choice question shows no answer field, a theory question no options."""
    async with review("choices") as pilot:
        assert not pilot.app.screen.query_one(TextArea).display
    async with review("words") as pilot:
        assert pilot.app.screen.query_one(TextArea).display
        assert not pilot.app.screen.query_one("#choices").display


async def test_confidence_is_asked_before_the_reveal(review: Open, library: Context) -> None:
    """Where it is switched on: a digit says how sure one is, then the answer shows."""
    change_setting(library, "ask_confidence", True)
    async with review("choices") as pilot:
        await press(pilot, "a")
        assert "How sure?" in screen_text(pilot)
        assert "✗" not in screen_text(pilot)
        await press(pilot, "4")
        assert "1 Easy" in screen_text(pilot)
        await press(pilot, "1", "b", "enter", "2")
    with library.database.transaction(write=False) as db:
        rows = db.rows("select confidence_level from user_responses order by device_seq")
    assert rows == [(4,), (3,)]


async def test_key_points_are_ticked_and_propose_a_rating(review: Open, library: Context) -> None:
    """Space ticks the highlighted point; the share that was met preselects the rating."""
    async with review("words") as pilot:
        await press(pilot, "space")
        assert "0 of 2 met" in screen_text(pilot)
        await press(pilot, "space")
        assert "1 of 2 met" in screen_text(pilot)
        assert "▸3 Hard" in screen_text(pilot)
        await press(pilot, "down", "space")
        assert "▸1 Easy" in screen_text(pilot)
        await press(pilot, "enter")
    with library.database.transaction(write=False) as db:
        assert db.rows("select difficulty_rating from user_responses") == [(1,)]


async def test_why_shows_the_history(review: Open, library: Context) -> None:
    """`w` tells what happened to the card, and what an answer would do."""
    async with review("choices") as pilot:
        await press(pilot, "w")
        assert "never answered" in screen_text(pilot)
        assert "answered now" in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ReviewScreen)


async def test_why_names_the_question_without_marks(
    review: Open, library: Context, bank: Bank
) -> None:
    """A line of a dialog draws no Markdown, so it shows none."""
    import_paths(library, [str(bank("a__b__c__marked", [mcq(50, question="Is `x` **so**?")]))])
    async with review("marked") as pilot:
        await press(pilot, "w")
        assert "Is x so?" in screen_text(pilot)
        assert "`x`" not in screen_text(pilot)


async def test_a_situation_stays_while_questions_are_about_it(
    context: Context, bank: Bank, home: Open
) -> None:
    """The next question of the same scenario keeps it in view, folded as it was left."""
    change_setting(context, "bury_siblings", False)
    story = "A queue grows by ten messages a second."
    items = [theory(n, type="scenario", context=story) for n in (1, 2)]
    items.append(theory(3, type="scenario", context="Another story."))
    import_paths(context, [str(bank("a__b__c__words", items))])
    async with home() as pilot:
        await press(pilot, "enter")
        panel = pilot.app.screen.query_one("#situation", Collapsible)
        assert story in screen_text(pilot)
        await press(pilot, "z", "space", "2")
        assert "the same as before" in screen_text(pilot)
        assert panel.collapsed
        await press(pilot, "space", "2")
        assert "Another story." in screen_text(pilot)
        assert not panel.collapsed


async def test_a_question_is_edited_in_the_persons_editor(
    review: Open, library: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be taken is explained and offered again; what can is shown at once."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1]); text = path.read_text()\n"
        "path.write_text(text.replace('number 1', 'number one') if 'BROKEN' in text\n"
        "    else text.replace('\"type\"', '\"BROKEN\"') if text.count('BROKEN') == 0 else text)\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    monkeypatch.setattr(DrillrApp, "suspend", lambda self: contextlib.nullcontext())
    async with review("choices") as pilot:
        await pilot.press("E")
        await until(pilot, lambda: "edit again" in screen_text(pilot))
        assert "type is missing" in screen_text(pilot)
        script.write_text(
            "import sys, pathlib\n"
            "path = pathlib.Path(sys.argv[1]); text = path.read_text()\n"
            "path.write_text(text.replace('BROKEN', 'type').replace('number 1', 'number one'))\n"
        )
        await pilot.press("y")
        await until(pilot, lambda: "Which is number one?" in screen_text(pilot))
