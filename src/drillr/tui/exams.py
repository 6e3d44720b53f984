"""The page of exams: a list with each one's plan, and the days of the selected one below it."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from drillr.services.planning import Planned
from drillr.tui import outlook
from drillr.tui.plot import Plot
from drillr.tui.rows import Rows


class Exams(Vertical):
    """Shows what it is given; `none` stands where there is no exam."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._exams: Sequence[Planned] = ()

    def compose(self) -> ComposeResult:
        """A list or a text, and a plot."""
        yield Static(id="no-exam", classes="prose", markup=False)
        yield Rows(id="exams")
        yield Static(id="exam-title", classes="plot-title", markup=False)
        yield Plot(id="exam-plot")

    @property
    def selected(self) -> Planned | None:
        """The exam under the cursor."""
        at = self.list.highlighted
        return self._exams[at] if at is not None and at < len(self._exams) else None

    @property
    def list(self) -> OptionList:
        """The list, which movement moves in."""
        return self.query_one("#exams", OptionList)

    def show(self, exams: Sequence[Planned], none: str) -> None:
        """Show these, with the cursor where it was."""
        self._exams, held = exams, self.list.highlighted
        self.list.set_options(Row(outlook.exam_row(one)) for one in exams)
        self.list.display = bool(exams)
        text = self.query_one("#no-exam", Static)
        text.update(none)
        text.display = not exams
        self.list.highlighted = min(held or 0, len(exams) - 1) if exams else None
        self._plot()

    def on_option_list_option_highlighted(self) -> None:
        """Plot the days of the exam under the cursor."""
        self._plot()

    def _plot(self) -> None:
        found = self.selected
        title, plot = self.query_one("#exam-title", Static), self.query_one(Plot)
        draw = None if found is None else outlook.exam_days(found)
        title.display = plot.display = draw is not None
        if found is not None and draw is not None:
            said = f"minutes a day until {found.exam.day}"
            title.update(Content.styled(said, "bold $primary"))
            plot.show(draw)
