"""The review's header: where the question stands, how far the session is, the time it takes."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from drillr.domain.paths import pretty
from drillr.domain.text import visible
from drillr.services.reviewing import Showing

_BAR = 20


class Header(Horizontal):
    """Two lines, so that 80 columns hold them."""

    def compose(self) -> ComposeResult:
        """The place on the left, the time on the right."""
        yield Static(id="place", markup=False)
        yield Static(id="time", markup=False)

    def show(self, showing: Showing) -> None:
        """Show a question's place and the session's progress."""
        question = showing.question
        done = showing.position - 1
        filled = round(_BAR * done / showing.total) if showing.total else 0
        dots = "●" * question.difficulty + "○" * (5 - question.difficulty)
        several = len(question.correct_keys)
        self.query_one("#place", Static).update(
            Content.assemble(
                (visible(pretty(question.path)), "bold $primary"),
                f"\n{showing.position} / {showing.total}  ",
                ("█" * filled, "$primary"),
                ("░" * (_BAR - filled), "dim"),
                f"   {showing.stage} · {question.type} · {dots}",
                (f" · {several} are right" if several > 1 else "", "bold"),
            )
        )

    def tick(self, seconds: float) -> None:
        """Show the time so far."""
        minutes, rest = divmod(int(seconds), 60)
        self.query_one("#time", Static).update(f"{minutes}:{rest:02d}")
