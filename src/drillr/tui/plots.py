"""Plots made of block characters: stacked columns and horizontal bars, readable without colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST = 9


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of value: a name, a value for each column, a colour, and a shade for no colour."""

    name: str
    values: Sequence[float]
    colour: str
    shade: str = "█"


def columns(
    series: Sequence[Series],
    labels: Sequence[str],
    width: int,
    height: int,
    top: float | None = None,
) -> Content:
    """Columns of stacked series above their labels; `top`, or the highest value, is at the top.

    Each series is drawn in its shade, so that stacks can be told apart without colour; a column of
    one series ends in eighths of a character.
    """
    count = max((len(one.values) for one in series), default=0)
    totals = [sum(one.values[at] for one in series) for at in range(count)]
    most = max(totals, default=0) if top is None else top
    axis = max(len(_number(most)), 1)
    room = width - axis - 2
    if not count or room < count or height < 3:
        return Content("nothing to show" if not count else "too narrow")
    step = min(room // count, _WIDEST)
    gap = 1 if step > 1 else 0
    bar = step - gap
    rows = height - 1
    lines: list[Content] = []
    for row in range(rows, 0, -1):
        label = _number(most) if row == rows else "0" if row == 1 else ""
        parts: list[Content | tuple[str, str]] = [(f"{label:>{axis}} ", "dim")]
        parts.append(("┤" if label else "│", "dim"))
        for at in range(count):
            parts += [_cell(series, at, row, rows, most, bar), Content(" " * gap)]
        lines.append(Content.assemble(*parts))
    lines.append(Content.styled(" " * (axis + 2) + _labels(labels, step, count), "dim"))
    return Content("\n").join(lines)


def legend(series: Sequence[Series]) -> Content:
    """What each shade means."""
    parts: list[Content | tuple[str, str]] = []
    for one in series:
        parts += [(one.shade, one.colour), Content(f" {one.name}   ")]
    return Content.assemble(*parts)


def bars(
    rows: Sequence[tuple[str, float | None, str]], width: int, colour: str, most: float
) -> Content:
    """Horizontal bars: a name, a value from 0 to `most` (None: unknown), and what stands behind."""
    name_width = max((len(name) for name, _, _ in rows), default=0)
    note_width = max((len(note) for _, _, note in rows), default=0)
    room = max(4, width - name_width - note_width - 3)
    lines = []
    for name, value, note in rows:
        eighths = 0 if value is None or not most else round(8 * room * min(value, most) / most)
        drawn = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8].strip())
        # The eighths of a row lie on their side.
        drawn = drawn.translate(_SIDEWAYS)
        lines.append(
            Content.assemble(
                (f"{name:>{name_width}} ", "dim"), (f"{drawn:<{room}}", colour), f" {note}"
            )
        )
    return Content("\n").join(lines) if lines else Content("nothing to show")


_SIDEWAYS = dict(zip(map(ord, "▁▂▃▄▅▆▇"), "▏▎▍▌▋▊▉", strict=True))


def _cell(series: Sequence[Series], at: int, row: int, rows: int, most: float, bar: int) -> Content:
    """One column's part of one row: which series it belongs to, and how full it is."""
    if not most or not bar:
        return Content(" " * bar)
    low, high = (row - 1) * most / rows, row * most / rows
    total = sum(one.values[at] for one in series)
    if total <= low:
        return Content(" " * bar)
    if len(series) == 1:
        share = min(1.0, (total - low) / (high - low))
        sign = _EIGHTHS[max(1, round(8 * share))]
        return Content.styled(sign * bar, series[0].colour)
    middle, below = min((low + high) / 2, (low + total) / 2), 0.0
    for one in series:
        below += one.values[at]
        if middle < below:
            return Content.styled(one.shade * bar, one.colour)
    return Content(" " * bar)


def _labels(labels: Sequence[str], step: int, count: int) -> str:
    """As many labels as fit, each under its column."""
    widest = max((len(label) for label in labels), default=1) + 1
    every = max(1, -(-widest // step))
    line = ""
    for at in range(0, count, every):
        line = line.ljust(at * step)[: at * step] + labels[at]
    return line[: step * count]


def _number(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:.0f}k"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
