"""The home screen's numbers: today, the heatmap of the past, the forecast of what comes."""

from datetime import date
from typing import Protocol

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from drillr.domain.phrases import duration
from drillr.services.statistics import Overview
from drillr.tui.plots import Series, columns

_SHADES = "·░▒▓█"
_AHEAD = "next 14 days"


class Drawing(Protocol):
    """Draws an overview's numbers for a size: a title, and the text below it."""

    def __call__(self, found: Overview, size: Size, /) -> tuple[str, Content]:
        """Draw."""


class Panel(Static):
    """A framed piece of the home screen that draws itself anew when its room changes."""

    def __init__(self, drawing: Drawing, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._drawing = drawing
        self._found: Overview | None = None

    def show(self, found: Overview) -> None:
        """Show these numbers."""
        self._found = found
        self.on_resize()

    def on_resize(self) -> None:
        """Draw for the present size."""
        if self._found is not None:
            self.border_title, text = self._drawing(self._found, self.size)
            self.update(text)


def today(found: Overview, size: Size) -> tuple[str, Content]:
    """What is due and done today, in four lines of numbers."""
    done, total = found.today.responses, found.today.responses + found.due_today
    room = max(4, min(24, (size.width or 40) - 12))
    filled = round(room * done / total) if total else 0
    held = "–" if found.retention is None else f"{found.retention:.1f} %"
    percent = f"{100 * done // total} %" if total else "nothing due"
    idle = "enter asks new questions" if found.new else "all done"
    if found.paused_until is not None:
        idle = f"paused until {found.paused_until}"
    left = f"about {found.minutes_due} min left" if found.due_today else idle
    spent = f", {duration(found.today.time_ms)} so far" if found.today.time_ms else ""
    text = Content.assemble(
        (f"{found.due_today} due", "bold $warning" if found.due_today else "dim"),
        "  ",
        (f"{found.new} new", "bold $primary" if found.new else "dim"),
        f"  {done} done\n",
        ("█" * filled, "$success"),
        ("░" * (room - filled), "dim"),
        f" {percent}\n",
        (f"{left}{spent}\n", "dim"),
        f"retention {held}   mastery {found.mastery:.0f} %",
    )
    return "today", text


def heatmap(found: Overview, size: Size) -> tuple[str, Content]:
    """A cell a day, a column a week, as many weeks as fit, and the months below them."""
    width = size.width or 40
    most = max((count for _, count in found.heatmap), default=0)
    offset = found.heatmap[0][0].weekday()
    weeks = (len(found.heatmap) + offset + 6) // 7
    first = max(0, weeks - max(1, (width - 3) // 2))
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
    months = _months([day for day, _ in found.heatmap], offset, first, weeks)
    lines.append(Content.styled("   " + months, "dim"))
    return f"last {min(weeks - first, 18)} weeks", Content("\n").join(lines)


def _months(days: list[date], offset: int, first: int, weeks: int) -> str:
    line, last = "", 0
    for week in range(first, weeks):
        index = max(0, week * 7 - offset)
        month = days[index].month if index < len(days) else last
        if month != last and len(line) <= 2 * (week - first):
            line = line.ljust(2 * (week - first)) + days[index].strftime("%b")
            last = month
    return line[: 2 * (weeks - first)]


def forecast(found: Overview, size: Size) -> tuple[str, Content]:
    """Reviews due on each of the coming days, with the day of the month below."""
    counts = [count for _, count in found.forecast]
    labels = [f"{day.day}" for day, _ in found.forecast]
    if not any(counts):
        return _AHEAD, Content.styled("nothing is due in the next two weeks", "dim")
    series = [Series("reviews", counts, "$primary")]
    return _AHEAD, columns(series, labels, size.width or 40, max(4, size.height))
