"""The statistics screen: plots of days, memory, cards and hours, and a table of facets to sort."""

from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, Static, TabbedContent, TabPane, Tabs

from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.domain.progress import Activity
from drillr.domain.text import visible
from drillr.services.analysis import Analysis, analyse
from drillr.services.statistics import mastery_of
from drillr.tui.pages import PagedScreen
from drillr.tui.plot import Plot
from drillr.tui.plots import Series, bars, columns, legend
from drillr.tui.screen import KeyBar
from drillr.tui.working import tell, worked

_RANGES = ((30, "30 days"), (90, "90 days"), (365, "a year"), (3650, "10 years"))
_PAGES = ("days", "ahead", "memory", "cards", "hours", "sureness", "facets")
# Name and width; the facet gets what room the others leave.
_COLUMNS = (("facet", 0), ("questions", 11), ("due", 7), ("new", 7), ("mastery", 9))
_LEAST = 20


class StatsScreen(PagedScreen):
    """Reads everything in a worker of its own thread; leaving the screen stops it."""

    area = "stats"
    notes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("click", "A column's name sorts the table by it"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._range = 0
        self._sort = 2
        self.found: Analysis | None = None

    def compose(self) -> ComposeResult:
        """A page for each kind of plot."""
        yield Static("reading …", id="header", markup=False)
        with TabbedContent(id="pages"):
            for name in _PAGES:
                with TabPane(name, id=f"page-{name}"):
                    if name == "facets":
                        yield DataTable(id="table", cursor_type="row", zebra_stripes=True)
                    else:
                        with Vertical():
                            yield Static(id=f"{name}-title", classes="plot-title", markup=False)
                            yield Plot(id=f"{name}-plot")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the numbers."""
        super().on_mount()
        table = self.query_one("#table", DataTable)
        for name, width in _COLUMNS:
            table.add_column(name, key=name, width=width or _LEAST)
        self.query_one(Tabs).focus()
        self.action_refresh()

    def on_resize(self) -> None:
        """Facets get the room that there is."""
        super().on_resize()
        self._fill_table()

    def moving(self) -> Widget | None:
        """On the page of facets, movement moves in the table."""
        on_facets = self.query_one(TabbedContent).active == "page-facets"
        return self.query_one("#table", DataTable) if on_facets else None

    @work(thread=True, exclusive=True, group="analysis")
    def action_refresh(self) -> None:
        """Read the numbers anew."""
        app = self.drillr
        found = worked(app, self._say_how_far, partial(analyse, app.drill))
        if found is not None:
            tell(self, self._show, found)

    def action_span(self) -> None:
        """A longer stretch of time; after the longest, the shortest."""
        self._range = (self._range + 1) % len(_RANGES)
        if self.found is not None:
            self._show(self.found)

    def action_sort(self) -> None:
        """Sort the table by the next column."""
        self.query_one(TabbedContent).active = "page-facets"
        self._sort = (self._sort + 1) % len(_COLUMNS)
        self._fill_table()

    def action_close(self) -> None:
        """Back to the home screen."""
        self.workers.cancel_group(self, "analysis")
        self.dismiss(None)

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """A click on a column's name."""
        self._sort = event.column_index
        self._fill_table()

    def _say_how_far(self, how_far: str) -> None:
        self._say(f"reading … {how_far}")

    def _say(self, text: str) -> None:
        if self.is_open:
            self.query_one("#header", Static).update(text)

    def _show(self, found: Analysis) -> None:
        if not self.is_open:
            return
        self.found = found
        total = sum((one for _, one in found.days), Activity())
        hours = total.time_ms / 3_600_000
        self._say(
            f"{counted(total.responses, 'answer')}, {total.correct} right, {hours:.1f} h"
            f" on {counted(len(found.days), 'day')}"
        )
        length, name = _RANGES[self._range]
        recent = [(day, a) for day, a in found.days if day > found.today - timedelta(days=length)]
        self._plot(
            "days", f"answers a day by rating, last {name}",
            partial(_stacked, recent, found.today, length),
        )  # fmt: skip
        self._plot("ahead", "reviews due a day, next 30 days", partial(_single, [
            (f"{day.day}", count) for day, count in found.forecast], "$primary"))  # fmt: skip
        self._plot("memory", "recalled, by days since the answer before", partial(_shares, [
            (one.label, one.percent, one.total) for one in found.recall]))  # fmt: skip
        self._plot("cards", "cards by interval in days, then by ease", partial(
            _two, found.intervals, found.eases))  # fmt: skip
        self._plot("hours", "recalled, by hour of the day", partial(_shares, [
            (f"{one.label} h", one.percent, one.total) for one in found.hours if one.total
        ]))  # fmt: skip
        self._plot("sureness", "right, by how sure you were (1 a guess, 5 certain)", partial(
            _shares, [(one.label, one.percent, one.total) for one in found.sureness]))  # fmt: skip
        self._fill_table()

    def _plot(self, page: str, title: str, draw: "partial[Content]") -> None:
        self.query_one(f"#{page}-title", Static).update(Content.styled(title, "bold $primary"))
        self.query_one(f"#{page}-plot", Plot).show(draw)

    def _fill_table(self) -> None:
        if self.found is None:
            return
        table = self.query_one("#table", DataTable)
        rows = [
            (one.path, one.questions, one.due, one.new, mastery_of(one))
            for one in self.found.facets
        ]
        # Names go up, numbers down: what is most comes first.
        rows.sort(key=lambda row: row[self._sort], reverse=self._sort > 0)
        room = self._lay_out(table)
        table.clear()
        for path, questions, due, new, mastery in rows:
            name = visible(pretty(path))
            # The end of a path says more than its beginning.
            name = name if len(name) <= room else "…" + name[1 - room :]
            numbers = (str(questions), str(due), str(new), f"{mastery:.0f} %")
            table.add_row(Text(name), *(Text(one, justify="right") for one in numbers))

    def _lay_out(self, table: "DataTable[Text]") -> int:
        """Mark the column that sorts, and give facets the room that the others leave."""
        others = sum(width + 2 for _, width in _COLUMNS)
        room = max(_LEAST, self.size.width - others - 2)
        for at, (name, width) in enumerate(_COLUMNS):
            column = next(one for key, one in table.columns.items() if key.value == name)
            mark = "" if at != self._sort else " ▾" if at else " ▴"
            column.label = Text(name + mark, justify="right" if at else "left")
            column.width = width or room
        table.refresh(layout=True)
        return room


def _stacked(
    days: list[tuple[date, Activity]], today: date, length: int, *, width: int, height: int
) -> Content:
    """Answers a day, or a longer stretch where a column a day would not fit."""
    if not days:
        return Content("no answers in this time")
    first = today - timedelta(days=min(length, (today - days[0][0]).days + 1) - 1)
    count = (today - first).days + 1
    stretch = max(1, -(-count // max(1, (width - 8) // 2)))
    columns_count = -(-count // stretch)
    sums = [Activity()] * columns_count
    for day, activity in days:
        at = columns_count - 1 - (today - day).days // stretch
        sums[at] = sums[at] + activity
    ends = [
        today - timedelta(days=stretch * (columns_count - 1 - at)) for at in range(columns_count)
    ]
    labels = [f"{end.day}" if stretch == 1 else f"{end:%d %b}" for end in ends]
    series = [
        Series("very hard", [one.very_hard for one in sums], "$error", "░"),
        Series("hard", [one.hard for one in sums], "$warning", "▒"),
        Series("medium", [one.medium for one in sums], "$primary", "▓"),
        Series("easy", [one.easy for one in sums], "$success", "█"),
    ]
    note = "" if stretch == 1 else f"   a column is {stretch} days"
    below = Content.assemble(legend(series), (note, "dim"))
    return Content("\n").join([columns(series, labels, width, max(4, height - 2)), below])


def _single(rows: list[tuple[str, int]], colour: str, *, width: int, height: int) -> Content:
    if not any(count for _, count in rows):
        return Content("nothing yet")
    series = [Series("", [count for _, count in rows], colour)]
    return columns(series, [label for label, _ in rows], width, max(4, height - 1))


def _two(
    upper: list[tuple[str, int]], lower: list[tuple[str, int]], *, width: int, height: int
) -> Content:
    half = max(5, (height - 1) // 2)
    return Content("\n").join([
        _single(upper, "$primary", width=width, height=half),
        Content(""),
        _single(lower, "$accent", width=width, height=half),
    ])  # fmt: skip


def _shares(rows: list[tuple[str, float | None, int]], *, width: int, height: int) -> Content:
    """Shares as horizontal bars: how many percent, of how many answers."""
    del height
    if not any(total for _, _, total in rows):
        return Content("no answers of this kind yet")
    drawn = [
        (label, share, "–" if share is None else f"{share:>5.1f} % of {total}")
        for label, share, total in rows
    ]
    return bars(drawn, width, "$success", 100)
