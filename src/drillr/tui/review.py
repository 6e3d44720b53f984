"""The review screen: a question, the reveal, a rating, the next question."""

from textual import work
from textual.app import ComposeResult
from textual.widget import Widget

from drillr.domain.rating import Rating
from drillr.tui.actions import Action, Phase
from drillr.tui.answering import Answering
from drillr.tui.body import Body, Scroll
from drillr.tui.choices import Choices
from drillr.tui.header import Header
from drillr.tui.images import named
from drillr.tui.points import Points
from drillr.tui.ratings import Ratings, Sureness
from drillr.tui.screen import KeyBar
from drillr.tui.summary import SummaryScreen


class ReviewScreen(Answering):
    """Drives one session; every change is on disk before the next question shows."""

    area = "review"
    notes = (
        ("a b c … or 1 2 3 …", "Choose the option with that letter or number (before the reveal)"),
        ("B F E", "Bury, flag, edit where b, f or e is an option's letter"),
        ("↑ ↓ space", "Tick the key points that your answer had (after the reveal)"),
        ("1 … 5", "Say how sure you are, where you are asked; enter passes over it"),
        ("ctrl+s esc", "While typing an answer: reveal; leave the field"),
    )

    def compose(self) -> ComposeResult:
        """Header, question, ratings, keys."""
        yield Header(id="header")
        yield Body(id="body")
        yield Ratings(id="ratings")
        yield Sureness(id="sureness")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first question."""
        super().on_mount()
        self.show_current()
        self.set_interval(1, self._tick)
        self.app.theme_changed_signal.subscribe(self, lambda _: self._recolour())

    def offered(self, action: Action) -> bool:
        """What the question lacks is not offered."""
        turn = self.turn
        if turn is None or not self.usable(action):
            return False
        question = turn.showing.question
        return {
            "hint": bool(question.hints),
            "type_answer": not turn.is_choice,
            "tick": bool(question.key_points),
            "fold": question.context is not None,
            "open_image": bool(named(question, revealed=turn.given is not None)),
        }.get(action.name, True)

    def moving(self) -> Widget | None:
        """After the reveal, arrows move in the key points, else they scroll."""
        if self.phase is Phase.AFTER:
            points = self.query_one(Points)
            return points if points.display else self.query_one(Scroll)
        return self.focused

    def action_rate_easy(self) -> None:
        """Easy."""
        self.rate(Rating.EASY)

    def action_rate_medium(self) -> None:
        """Medium."""
        self.rate(Rating.MEDIUM)

    def action_rate_hard(self) -> None:
        """Hard."""
        self.rate(Rating.HARD)

    def action_rate_very_hard(self) -> None:
        """Very hard: missed."""
        self.rate(Rating.VERY_HARD)

    def action_leave(self) -> None:
        """Stop for now."""
        self._finish(left=True)

    # How it goes on ----------------------------------------------------------------------------

    @work
    async def rate(self, rating: Rating) -> None:
        """Keep the answer with this rating, and go on."""
        turn, bridge = self.turn, self.drillr.bridge
        if turn is None or turn.given is None or bridge.busy:
            return
        given = turn.given
        done = await bridge.run(self.app, lambda: self.session.answer(given, rating))
        if done is None:
            await bridge.run(self.app, self.session.refresh)
        self.show_current()

    @work
    async def _finish(self, *, left: bool) -> None:
        if self.drillr.bridge.busy:
            return
        session = self.session
        end = session.leave if left else session.finish

        def closing() -> SummaryScreen:
            summary = end()
            names = session.names(summary.hardest)
            return SummaryScreen(summary, names, remaining=session.remaining, left=left)

        screen = await self.drillr.bridge.run(self.app, closing)
        go_on = screen is not None and await self.app.push_screen_wait(screen)
        if not go_on:
            self.dismiss(None)

    def show_current(self) -> None:
        super().show_current()
        self.query_one(Ratings).display = self.query_one(Sureness).display = False
        if self.turn is None:
            # What comes again today may still be too fresh: then the session goes on later.
            self._finish(left=self.session.waits_until is not None)
            return
        self.query_one(Header).show(self.turn.showing)
        self.query_one(Body).show(self.turn.showing)
        self._tick()
        self.show_keys()

    def _tick(self) -> None:
        if self.turn is not None and self.turn.given is None:
            self.query_one(Header).tick(self.turn.elapsed(self.drillr.ticks()))

    def _recolour(self) -> None:
        turn = self.turn
        self.query_one(Body).recolour()
        if turn is not None and turn.is_choice:
            revealed = turn.given is not None
            self.query_one(Choices).show(turn.showing, turn.chosen, revealed=revealed)
