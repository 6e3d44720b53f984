"""The home screen's numbers: today, the heatmap of the past, the forecast of what comes."""

from datetime import date

from textual.content import Content
from textual.widgets import Static

from drillr.domain.phrases import duration
from drillr.services.statistics import Overview
from drillr.tui.plots import Series, columns

_SHADES = "·░▒▓█"


class Panel(Static):
    """A framed piece of the home screen that draws itself anew when its room changes."""

    def __init__(self, title: str, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self.border_title = title
        self._found: Overview | None = None

    def show(self, found: Overview) -> None:
        """Show these numbers."""
        self._found = found
        self.redraw()

    def redraw(self) -> None:
        """Draw for the present size."""
        if self._found is not None:
            self.update(self.drawn(self._found))

    def drawn(self, found: Overview) -> Content:
        """The panel's text."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """The room has changed."""
        self.redraw()


class TodayPanel(Panel):
    """What is due and done today."""

    def drawn(self, found: Overview) -> Content:
        """Four lines of numbers."""
        done, total = found.today.responses, found.today.responses + found.due_today
        room = max(4, min(24, (self.size.width or 40) - 12))
        filled = round(room * done / total) if total else 0
        held = "–" if found.retention is None else f"{found.retention:.1f} %"
        percent = f"{100 * done // total} %" if total else "nothing due"
        left = f"about {found.minutes_due} min left" if found.due_today else "all done"
        return Content.assemble(
            (f"{found.due_today} due", "bold $warning" if found.due_today else "dim"),
            "  ",
            (f"{found.new} new", "bold $primary" if found.new else "dim"),
            f"  {done} done\n",
            ("█" * filled, "$success"),
            ("░" * (room - filled), "dim"),
            f" {percent}\n",
            (f"{left}, {duration(found.today.time_ms)} so far\n", "dim"),
            f"retention {held}   mastery {found.mastery:.0f} %",
        )


class HeatmapPanel(Panel):
    """A cell a day, a column a week, as many weeks as fit."""

    def drawn(self, found: Overview) -> Content:
        """Seven rows, and the months below them."""
        width = self.size.width or 40
        most = max((count for _, count in found.heatmap), default=0)
        offset = found.heatmap[0][0].weekday()
        weeks = (len(found.heatmap) + offset + 6) // 7
        first = max(0, weeks - max(1, (width - 3) // 2))
        self.border_title = f"last {min(weeks - first, 18)} weeks"
        lines: list[Content] = []
        for weekday in range(7):
            name = ("Mo", "", "We", "", "Fr", "", "Su")[weekday]
            parts: list[Content | tuple[str, str]] = [(f"{name:<3}", "dim")]
            for week in range(first, weeks):
                index = week * 7 + weekday - offset
                inside = 0 <= index < len(found.heatmap)
                count = found.heatmap[index][1] if inside else None
                level = 0 if not count else 1 + min(3, 4 * count // (most + 1))
                sign = " " if count is None else _SHADES[level]
                parts.append((sign + " ", "$success" if level else "dim"))
            lines.append(Content.assemble(*parts))
        months = self._months([day for day, _ in found.heatmap], offset, first, weeks)
        lines.append(Content.styled("   " + months, "dim"))
        return Content("\n").join(lines)

    @staticmethod
    def _months(days: list[date], offset: int, first: int, weeks: int) -> str:
        line, last = "", 0
        for week in range(first, weeks):
            index = max(0, week * 7 - offset)
            month = days[index].month if index < len(days) else last
            if month != last and len(line) <= 2 * (week - first):
                line = line.ljust(2 * (week - first)) + days[index].strftime("%b")
                last = month
        return line[: 2 * (weeks - first)]


class ForecastPanel(Panel):
    """Reviews due on each of the coming days."""

    def drawn(self, found: Overview) -> Content:
        """Columns with the day of the month below."""
        counts = [count for _, count in found.forecast]
        labels = [f"{day.day}" for day, _ in found.forecast]
        if not any(counts):
            return Content.styled("nothing is due in the next two weeks", "dim")
        series = [Series("reviews", counts, "$primary")]
        return columns(series, labels, self.size.width or 40, max(4, self.size.height))
