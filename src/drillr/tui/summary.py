"""The summary of a session: what was done, what was hard, what comes next."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from drillr.domain.ids import QuestionId
from drillr.domain.phrases import duration
from drillr.domain.rating import Rating
from drillr.domain.session import Summary
from drillr.domain.text import one_line
from drillr.tui.screen import DrillrScreen, KeyBar

_BAR = 30
_SHADES = {Rating.EASY: "█", Rating.MEDIUM: "▓", Rating.HARD: "▒", Rating.VERY_HARD: "░"}
_COLOURS = {
    Rating.EASY: "$success",
    Rating.MEDIUM: "$primary",
    Rating.HARD: "$warning",
    Rating.VERY_HARD: "$error",
}


class SummaryScreen(DrillrScreen[bool]):
    """Gives True when the person wants to go on."""

    area = "summary"

    def __init__(
        self, summary: Summary, names: dict[QuestionId, str], *, remaining: int, left: bool
    ) -> None:
        super().__init__()
        self._summary, self._names = summary, names
        self._remaining, self._left = remaining, left

    def compose(self) -> ComposeResult:
        """The numbers, in a box in the middle."""
        with VerticalScroll(id="summary") as box:
            box.border_title = "session left" if self._left else "session complete"
            yield Static(self._text(), markup=False)
        yield KeyBar()

    def action_go_on(self) -> None:
        """Go on, where there is something to go on with."""
        self.dismiss(self._left and self._remaining > 0)

    def action_close(self) -> None:
        """Enough for now."""
        self.dismiss(False)

    def _text(self) -> Content:
        done = self._summary
        lines: list[Content] = []
        if not done.answered:
            lines.append(Content("Nothing answered yet."))
        else:
            share = 100 * done.correct // done.answered
            each = duration(done.elapsed_ms // done.answered)
            lines += [
                Content.assemble(
                    (f"{done.answered} answered", "bold"), ", ",
                    (f"{done.correct} right ({share} %)", "bold $success"),
                ),
                Content(f"{duration(done.elapsed_ms)} of thinking, {each} a question"),
                Content(""),
                *self._ratings(),
            ]  # fmt: skip
            hardest = [self._names[key] for key in done.hardest if key in self._names]
            if hardest:
                lines += [Content(""), Content.styled("hardest", "bold")]
                lines += [Content(f"  {one_line(name, 70)}") for name in hardest]
        lines.append(Content(""))
        if self._left and self._remaining:
            lines.append(Content(f"{self._remaining} still to come: enter goes on, q closes"))
        else:
            lines.append(Content("enter closes"))
        return Content("\n").join(lines)

    def _ratings(self) -> list[Content]:
        done = self._summary
        return [
            Content.assemble(
                f"{rating.label:<20}{count:>4}  ",
                (_SHADES[rating] * round(_BAR * count / done.answered), _COLOURS[rating]),
            )
            for rating, count in zip(Rating, done.ratings, strict=True)
        ]
