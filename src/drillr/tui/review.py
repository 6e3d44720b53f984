"""The review screen: a question, the reveal, a rating, the next question."""

import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Collapsible, Footer, OptionList, Static, TextArea

from drillr.domain.paths import pretty
from drillr.domain.question import QuestionType
from drillr.domain.rating import Rating
from drillr.domain.text import visible
from drillr.services.reviewing import Given, ReviewSession, Showing
from drillr.tui.actions import REVIEW, bindings
from drillr.tui.body import Body
from drillr.tui.bridge import Bridge
from drillr.tui.choices import Choices
from drillr.tui.help import Help
from drillr.tui.note import Note
from drillr.tui.ratings import Ratings
from drillr.tui.summary import SummaryScreen

_NOTES = (
    ("a b c … or 1 2 3 …", "Choose the option with that letter or number"),
    ("1 2 3 4", "After the reveal: rate easy, medium, hard, very hard (missed)"),
    ("B F", "Bury and flag where b or f is an option's letter"),
    ("ctrl+s", "Reveal while typing an answer; escape leaves the field"),
    ("↑ ↓ page keys", "Move and scroll"),
)


class ReviewScreen(Screen[None]):
    """Drives one session; every change is on disk before the next question shows."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(REVIEW)

    def __init__(
        self, session: ReviewSession, bridge: Bridge, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._session, self._bridge, self._clock = session, bridge, clock
        self._showing: Showing | None = None
        self._chosen: set[str] = set()
        self._hints = 0
        self._given: Given | None = None
        self._began = 0.0

    def compose(self) -> ComposeResult:
        """Header, question, ratings, keys."""
        yield Static(id="header", markup=False)
        yield Body(id="body")
        yield Ratings(id="ratings")
        yield Footer()

    async def on_mount(self) -> None:
        """Show the first question."""
        await self._show_current()

    # What the keys do --------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Letters and digits: options before the reveal, ratings after it."""
        if isinstance(self.focused, TextArea):
            if event.key == "ctrl+s":
                event.stop()
                self.action_reveal()
            elif event.key == "escape":
                event.stop()
                self.query_one(Body).focus()
            return
        key = event.character or ""
        if self._given is not None:
            if key in ("1", "2", "3", "4"):
                event.stop()
                self._rate(Rating(int(key)))
            return
        showing = self._showing
        if showing is None or showing.question.type is not QuestionType.MCQ:
            return
        index = ord(key) - ord("a") if "a" <= key <= "z" else ord(key) - ord("1") if key else -1
        if len(key) == 1 and (key.islower() or key.isdigit()) and 0 <= index < len(showing.options):
            event.stop()
            self._choose(index)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on an option; where several are right, enter confirms the marks."""
        showing = self._showing
        if showing is None or self._given is not None:
            if self._given is not None:
                self.action_accept()
            return
        if len(showing.question.correct_keys) > 1 and self._chosen:
            self.action_reveal()
        else:
            self._choose(event.option_index)

    def on_ratings_chosen(self, message: Ratings.Chosen) -> None:
        """A rating's button."""
        self._rate(message.rating)

    def _choose(self, index: int) -> None:
        showing = self._showing
        if showing is None:
            return
        key = showing.options[index].key
        if len(showing.question.correct_keys) > 1:
            self._chosen ^= {key}
            choices = self.query_one(Choices)
            choices.highlighted = index
            choices.show(showing, self._chosen, revealed=False)
            return
        self._chosen = {key}
        self._reveal()

    def action_reveal(self) -> None:
        """Space: mark an option where several are right; else show the answer."""
        showing = self._showing
        if showing is None or self._given is not None:
            return
        if len(showing.question.correct_keys) > 1 and not self._chosen:
            highlighted = self.query_one(Choices).highlighted
            if highlighted is not None and isinstance(self.focused, Choices):
                self._choose(highlighted)
                return
        self._reveal()

    def action_accept(self) -> None:
        """Enter outside the options: reveal, or take the proposed rating."""
        if self._given is None:
            self._reveal()
        else:
            self._rate(self._session.proposal(self._given))

    def action_hint(self) -> None:
        """One more hint."""
        showing = self._showing
        if showing is None or self._given is not None:
            return
        hints = showing.question.hints
        self._hints = min(self._hints + 1, len(hints))
        self.query_one(Body).show_hints(hints, self._hints)

    def action_type_answer(self) -> None:
        """Move into the answer field."""
        if self._given is None and self.query_one(TextArea).display:
            self.query_one(TextArea).focus()

    def action_fold(self) -> None:
        """Fold or unfold the situation."""
        situation = self.query_one("#situation", Collapsible)
        situation.collapsed = not situation.collapsed

    def action_undo(self) -> None:
        """Take the last answer back."""
        self._change(self._session.undo, "taken back")

    def action_skip(self) -> None:
        """Ask it later."""
        self._change(self._session.skip, "later in this session")

    def action_bury(self) -> None:
        """Set it aside until tomorrow."""
        self._change(self._session.bury, "buried until tomorrow")

    def action_suspend(self) -> None:
        """Never ask it again."""
        self._change(self._session.suspend, "suspended: it will not come back by itself")

    @work
    async def action_flag(self) -> None:
        """Ask for a note and flag the question."""
        note = await self.app.push_screen_wait(Note("Flag this question: why?"))
        if note is None or self._bridge.busy:
            return
        if await self._bridge.succeeds(self.app, partial(self._session.flag, note)):
            self._showing = self._session.current
            self.notify("flagged", timeout=2)

    def action_help(self) -> None:
        """All keys."""
        self.app.push_screen(Help(REVIEW, _NOTES))

    def action_leave(self) -> None:
        """Stop for now."""
        self._finish(left=True)

    # How it goes on ----------------------------------------------------------------------------

    @work
    async def _reveal(self) -> None:
        showing = self._showing
        if showing is None or self._given is not None:
            return
        elapsed = round((self._clock() - self._began) * 1000)
        text = self.query_one(TextArea).text.strip() or None
        is_choice = showing.question.type is QuestionType.MCQ
        given = Given(
            tuple(sorted(self._chosen)), None if is_choice else text, elapsed, self._hints
        )
        self._given = given
        await self.query_one(Body).reveal(showing, given, self._session.judge(given))
        ratings = self.query_one(Ratings)
        ratings.display = True
        ratings.show(showing, self._session.proposal(given))

    @work
    async def _rate(self, rating: Rating) -> None:
        given = self._given
        if given is None or self._bridge.busy:
            return
        done = await self._bridge.run(self.app, lambda: self._session.answer(given, rating))
        if done is None:
            await self._bridge.run(self.app, self._session.refresh)
        await self._show_current()

    @work
    async def _change(self, call: Callable[[], object], said: str) -> None:
        if self._bridge.busy:
            return
        if await self._bridge.succeeds(self.app, call):
            self.notify(said, timeout=2)
            await self._show_current()

    @work
    async def _finish(self, *, left: bool) -> None:
        if self._bridge.busy:
            return
        session = self._session
        end = session.leave if left else session.finish

        def closing() -> SummaryScreen:
            summary = end()
            names = session.names(summary.hardest)
            return SummaryScreen(summary, names, remaining=session.remaining, left=left)

        screen = await self._bridge.run(self.app, closing)
        go_on = screen is not None and await self.app.push_screen_wait(screen)
        if not go_on:
            self.dismiss(None)

    async def _show_current(self) -> None:
        self._showing = showing = self._session.current
        self._given, self._hints = None, 0
        self._chosen = set()
        self.query_one(Ratings).display = False
        if showing is None:
            self._finish(left=False)
            return
        self.query_one("#header", Static).update(self._header(showing))
        await self.query_one(Body).show(showing)
        self._began = self._clock()

    def _header(self, showing: Showing) -> Text:
        """Place, position, why it is asked; on two lines, so that 80 columns hold it."""
        question = showing.question
        done = showing.position - 1
        filled = round(20 * done / showing.total) if showing.total else 0
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(visible(pretty(question.path)) + "\n", style="bold")
        line.append(f"{showing.position} / {showing.total}  ")
        line.append("▓" * filled + "░" * (20 - filled))
        dots = "●" * question.difficulty + "○" * (5 - question.difficulty)
        line.append(f"   {showing.stage} · {question.type} · {dots}", style="dim")
        if len(question.correct_keys) > 1:
            line.append(f" · {len(question.correct_keys)} are right", style="bold")
        return line
