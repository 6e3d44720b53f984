"""The review screen: a question, the reveal, a rating, the next question."""

from textual import events, work
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Collapsible, OptionList, TextArea

from drillr.domain.rating import Rating, propose_by_points
from drillr.tui.actions import ACTIONS, Action, Phase
from drillr.tui.body import Body, Scroll
from drillr.tui.choices import Choices
from drillr.tui.header import Header
from drillr.tui.images import has_picture
from drillr.tui.marking import Marking
from drillr.tui.points import Points
from drillr.tui.ratings import Ratings, Sureness
from drillr.tui.screen import KeyBar
from drillr.tui.summary import SummaryScreen
from drillr.tui.turn import Turn

_READING_SECONDS = 0.15


class ReviewScreen(Marking):
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

    @property
    def phase(self) -> Phase:
        """Before or after the reveal."""
        return Phase.BEFORE if self.turn is None else self.turn.phase

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
            "open_image": has_picture(question),
        }.get(action.name, True)

    def moving(self) -> Widget | None:
        """After the reveal, arrows move in the key points, else they scroll."""
        if self.phase is Phase.AFTER:
            points = self.query_one(Points)
            return points if points.display else self.query_one(Scroll)
        return self.focused

    # What the keys do --------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Letters and digits choose options; while an answer is typed, only two keys are ours."""
        if isinstance(self.focused, TextArea):
            if event.key == "ctrl+s":
                event.stop()
                self.action_reveal()
            elif event.key == "escape":
                event.stop()
                self.query_one(Scroll).focus()
            return
        turn, key = self.turn, event.character or ""
        if turn is None or turn.given is not None:
            return
        if turn.asks_sureness:
            if key in ("1", "2", "3", "4", "5"):
                event.stop()
                self._sure(int(key))
            return
        index = turn.option_for(key)
        if index is not None:
            event.stop()
            self._choose(index)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on an option; where several are right, enter confirms the marks."""
        turn = self.turn
        if turn is None or turn.given is not None:
            self.action_accept()
        elif turn.asks_sureness:
            self._sure(None)
        elif turn.several and turn.chosen and not self._clicked:
            self._answer_stands()
        else:
            self._choose(event.option_index)
        self._clicked = False

    _clicked = False

    def on_mouse_down(self) -> None:
        """A click marks an option; it never confirms, as enter does."""
        self._clicked = True

    def on_ratings_chosen(self, message: Ratings.Chosen) -> None:
        """A rating's button."""
        self._rate(message.rating)

    def on_sureness_chosen(self, message: Sureness.Chosen) -> None:
        """A degree's button."""
        self._sure(message.degree)

    def on_points_ticked(self, message: Points.Ticked) -> None:
        """The share of key points that were met proposes a rating."""
        self.query_one(Ratings).propose(propose_by_points(message.met, message.total))

    def _choose(self, index: int) -> None:
        turn = self.turn
        if turn is None or self._too_soon(turn):
            return
        key = turn.showing.options[index].key
        if turn.several:
            turn.chosen ^= {key}
            choices = self.query_one(Choices)
            choices.highlighted = index
            choices.show(turn.showing, turn.chosen, revealed=False)
            return
        turn.chosen = {key}
        self._answer_stands()

    def action_reveal(self) -> None:
        """Space: mark an option where several are right, tick a point, else show the answer."""
        turn = self.turn
        if turn is None or turn.given is not None:
            return
        if turn.several and not turn.asks_sureness and isinstance(self.focused, Choices):
            highlighted = self.query_one(Choices).highlighted
            if highlighted is not None:
                self._choose(highlighted)
                return
        self._answer_stands()

    def action_tick(self) -> None:
        """Tick the highlighted key point."""
        self.query_one(Points).tick()

    def action_accept(self) -> None:
        """Enter outside the options: reveal, or take the proposed rating."""
        turn = self.turn
        if turn is None:
            return
        if turn.given is None:
            self._answer_stands()
        else:
            self._rate(self.session.proposal(turn.given))

    def action_rate_easy(self) -> None:
        """Easy."""
        self._rate(Rating.EASY)

    def action_rate_medium(self) -> None:
        """Medium."""
        self._rate(Rating.MEDIUM)

    def action_rate_hard(self) -> None:
        """Hard."""
        self._rate(Rating.HARD)

    def action_rate_very_hard(self) -> None:
        """Very hard: missed."""
        self._rate(Rating.VERY_HARD)

    def action_hint(self) -> None:
        """One more hint."""
        turn = self.turn
        if turn is None or turn.given is not None:
            return
        hints = turn.showing.question.hints
        turn.hints = min(turn.hints + 1, len(hints))
        self.query_one(Body).show_hints(hints, turn.hints)

    def action_type_answer(self) -> None:
        """Move into the answer field."""
        if self.phase is Phase.BEFORE and self.query_one(TextArea).display:
            self.query_one(TextArea).focus()

    def action_fold(self) -> None:
        """Fold or unfold the situation."""
        situation = self.query_one("#situation", Collapsible)
        situation.collapsed = not situation.collapsed

    def action_leave(self) -> None:
        """Stop for now."""
        self._finish(left=True)

    def _too_soon(self, turn: Turn) -> bool:
        """Whether a key came before anyone can have read: it was meant for the question before."""
        return turn.elapsed(self.drillr.ticks()) < _READING_SECONDS

    # How it goes on ----------------------------------------------------------------------------

    def _answer_stands(self) -> None:
        turn = self.turn
        if turn is None or turn.given is not None or self._too_soon(turn):
            return
        asks = turn.showing.asks_confidence and turn.answered_after_ms is None
        turn.stop(self.drillr.ticks())
        if asks:
            self.query_one(Sureness).display = True
            self.query_one("#sure-3").focus(scroll_visible=False)
            return
        self._reveal()

    def _sure(self, degree: int | None) -> None:
        if self.turn is not None:
            self.turn.confidence = degree
            self._reveal()

    def _reveal(self) -> None:
        turn = self.turn
        if turn is None or turn.given is not None:
            return
        given = turn.give(self.query_one(TextArea).text)
        self.query_one(Sureness).display = False
        self.query_one(Body).reveal(turn.showing, given, self.session.judge(given))
        ratings = self.query_one(Ratings)
        ratings.display = True
        ratings.show(turn.showing, self.session.proposal(given), self._rating_keys())
        self.show_keys()

    def _rating_keys(self) -> list[str]:
        keymap = self.drillr.keymap_of_actions
        return [keymap.first(a) for a in ACTIONS if a.id.startswith("review.rate_")]

    @work
    async def _rate(self, rating: Rating) -> None:
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
        showing = self.session.current
        self.query_one(Ratings).display = self.query_one(Sureness).display = False
        if showing is None:
            self.turn = None
            # What comes again today may still be too fresh: then the session goes on later.
            self._finish(left=self.session.waits_until is not None)
            return
        self.turn = Turn(showing, self.drillr.ticks())
        self.query_one(Header).show(showing)
        self.query_one(Body).show(showing)
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
