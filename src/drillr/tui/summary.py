"""The summary of a session: what was done, what was hard, what comes next."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Footer, Static

from drillr.domain.ids import QuestionId
from drillr.domain.phrases import duration
from drillr.domain.rating import Rating
from drillr.domain.session import Summary
from drillr.domain.text import visible
from drillr.tui.actions import SUMMARY, bindings


class SummaryScreen(Screen[bool]):
    """Gives True when the person wants to go on."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SUMMARY)

    def __init__(
        self, summary: Summary, names: dict[QuestionId, str], *, remaining: int, left: bool
    ) -> None:
        super().__init__()
        self._summary, self._names = summary, names
        self._remaining, self._left = remaining, left

    def compose(self) -> ComposeResult:
        """The numbers, in a box in the middle."""
        with Vertical(id="summary"):
            yield Static(self._text(), markup=False)
        yield Footer()

    def action_go_on(self) -> None:
        """Go on, where there is something to go on with."""
        self.dismiss(self._left and self._remaining > 0)

    def action_close(self) -> None:
        """Enough for now."""
        self.dismiss(False)

    def _text(self) -> Text:
        done = self._summary
        text = Text()
        text.append("Session left\n\n" if self._left else "Session complete\n\n", style="bold")
        if not done.answered:
            text.append("Nothing answered yet.\n")
        else:
            share = 100 * done.correct // done.answered
            text.append(f"{done.answered} answered, {done.correct} right ({share} %)\n")
            text.append(f"{duration(done.elapsed_ms)} of thinking\n\n")
            for rating, count in zip(Rating, done.ratings, strict=True):
                bar = "█" * round(30 * count / done.answered)
                text.append(f"{rating.label:<20}{count:>4}  {bar}\n")
            hardest = [self._names[key] for key in done.hardest if key in self._names]
            if hardest:
                text.append("\nhardest: " + visible(", ".join(hardest)) + "\n")
        if self._left and self._remaining:
            text.append(f"\n{self._remaining} still to come: enter goes on, q closes")
        else:
            text.append("\nenter closes")
        return text
