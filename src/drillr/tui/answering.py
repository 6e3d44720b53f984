"""How a question is answered: options chosen, an answer typed, hints taken, the reveal."""

from abc import abstractmethod

from textual import events
from textual.widgets import Collapsible, OptionList, TextArea

from drillr.domain.rating import Rating, propose_by_points
from drillr.tui.actions import ACTIONS, Phase
from drillr.tui.body import Body, Scroll
from drillr.tui.choices import Choices
from drillr.tui.marking import Marking
from drillr.tui.points import Points
from drillr.tui.ratings import Ratings, Sureness
from drillr.tui.turn import Turn

_READING_SECONDS = 0.15


class Answering(Marking):
    """The half of the review screen that leads from a question to its rating."""

    @property
    def phase(self) -> Phase:
        """Before or after the reveal."""
        return Phase.BEFORE if self.turn is None else self.turn.phase

    @abstractmethod
    def rate(self, rating: Rating) -> object:
        """Keep the answer with this rating, and go on."""

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
        self.rate(message.rating)

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
            self.rate(self.session.proposal(turn.given))

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

    def _too_soon(self, turn: Turn) -> bool:
        """Whether a key came before anyone can have read: it was meant for the question before."""
        return turn.elapsed(self.drillr.ticks()) < _READING_SECONDS
