"""What can be done to a question besides answering it: taken back, set aside, flagged, reported."""

from collections.abc import Callable
from functools import partial

from textual import work

from drillr.services.explaining import story
from drillr.services.reviewing import ReviewSession
from drillr.services.undoing import last_answers
from drillr.tui.editing import edit_question
from drillr.tui.images import open_picture
from drillr.tui.note import Note
from drillr.tui.reports import report_question
from drillr.tui.screen import DrillrScreen
from drillr.tui.turn import Turn
from drillr.tui.undo import MOST, TakeBack
from drillr.tui.why import Why


class Marking(DrillrScreen[None]):
    """The half of the review screen that changes the session without an answer."""

    def __init__(self, session: ReviewSession) -> None:
        super().__init__()
        self.session = session
        self.turn: Turn | None = None

    def show_current(self) -> None:
        """Turn to the session's current question from its beginning; the whole screen draws it."""
        showing = self.session.current
        self.turn = None if showing is None else Turn(showing, self.drillr.ticks())

    def action_undo(self) -> None:
        """Take the last answer back."""
        self._change(self.session.undo, "taken back")

    @work
    async def action_undo_more(self) -> None:
        """Choose how many of the last answers to take back; the earliest is asked first."""
        bridge, drill = self.drillr.bridge, self.drillr.drill
        if bridge.busy:
            return
        answers = await bridge.run(self.app, partial(last_answers, drill, MOST))
        count = await self.app.push_screen_wait(TakeBack(answers)) if answers else None
        if count:
            self._change(partial(self.session.undo_many, count), f"{count} taken back")

    def action_skip(self) -> None:
        """Ask it later."""
        self._change(self.session.skip, "later in this session")

    def action_bury(self) -> None:
        """Set it aside until tomorrow."""
        self._change(self.session.bury, "buried until tomorrow")

    def action_suspend(self) -> None:
        """Never ask it again."""
        self._change(self.session.suspend, "suspended: it will not come back by itself")

    @work
    async def action_flag(self) -> None:
        """Ask for a note and flag the question."""
        note = await self.app.push_screen_wait(Note("Flag this question: why?"))
        bridge = self.drillr.bridge
        if note is None or bridge.busy:
            return
        if await bridge.succeeds(self.app, partial(self.session.flag, note)):
            self._adopt()
            self.notify("flagged", timeout=2)

    @work
    async def action_report(self) -> None:
        """Tell the server what is wrong with the question; the session goes on as it was."""
        turn = self.turn
        if turn is not None:
            await report_question(self.drillr, turn.showing.question.external_id)

    @work
    async def action_edit(self) -> None:
        """Edit the question, then show it as it is now."""
        turn = self.turn
        if turn is None or self.drillr.bridge.busy:
            return
        if await edit_question(self.drillr, turn.showing.question.external_id):
            await self.drillr.bridge.run(self.app, self.session.refresh)
            self.show_current()

    @work
    async def action_why(self) -> None:
        """The question's history."""
        turn, bridge = self.turn, self.drillr.bridge
        if turn is None or bridge.busy:
            return
        name = turn.showing.question.external_id
        found = await bridge.run(self.app, partial(story, self.drillr.drill, name))
        if found is not None:
            await self.app.push_screen_wait(Why(found))

    def action_open_image(self) -> None:
        """Open the question's first picture."""
        turn = self.turn
        if turn is not None:
            revealed = turn.given is not None
            open_picture(self.drillr, turn.showing.question, revealed=revealed)

    @work
    async def _change(self, call: Callable[[], object], said: str) -> None:
        if self.drillr.bridge.busy:
            return
        if await self.drillr.bridge.succeeds(self.app, call):
            self.notify(said, timeout=2)
            self.show_current()

    def _adopt(self) -> None:
        """The same question as the store has it now, with what was given so far."""
        if self.turn is not None and self.session.current is not None:
            self.turn.showing = self.session.current
