"""Draws what lies ahead: loads of days to come, exams and their plans, confidence against truth."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from textual.content import Content

from drillr.domain import evaluation
from drillr.domain.calibration import Bin, Calibration
from drillr.domain.forecast import DayLoad
from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.domain.text import visible
from drillr.services import planning
from drillr.services.optimizing import Fitting
from drillr.services.planning import Planned
from drillr.services.rescheduling import Preview
from drillr.tui.plots import Series, columns, legend

_AXIS = 8
# From so many minutes on, tenths are noise.
_WHOLE = 10
Days = Sequence[tuple[date, DayLoad]]


def loads(days: Days, *, width: int, height: int) -> Content:
    """Reviews, new questions and repeats a day above, minutes a day below."""
    ends, parts, note = _stretched(days, width)
    series = [
        Series("reviews", [_mean(part, "reviews") for part in parts], "$primary", "█"),
        Series("new", [_mean(part, "new") for part in parts], "$success", "▓"),
        Series("again the same day", [_mean(part, "again") for part in parts], "$warning", "░"),
    ]
    if not any(sum(one.values) for one in series):
        return Content("Nothing comes in these days.")
    upper = max(4, (height - 2) * 3 // 5)
    lower = max(4, height - 2 - upper)
    return Content("\n").join([
        columns(series, ends, width, upper),
        Content.assemble(legend(series), (note, "dim")),
        Content.styled("minutes a day", "bold $primary"),
        minutes(days, width=width, height=lower),
    ])  # fmt: skip


def minutes(days: Days, *, width: int, height: int) -> Content:
    """How long each day, or stretch of days, takes."""
    ends, parts, _ = _stretched(days, width)
    values = [_mean(part, "minutes") for part in parts]
    if max(values, default=0) >= _WHOLE:
        values = [float(round(value)) for value in values]
    series = [Series("minutes", values, "$accent")]
    return columns(series, ends, width, height)


def exam_row(found: Planned) -> Content:
    """An exam in some lines: when, what, whether its plan fits, and what would."""
    exam, plan = found.exam, found.plan
    place = visible(pretty(exam.scope)) or "the whole library"
    sign = ("✓ ", "bold $success") if plan.fits else ("✗ ", "bold $error")
    lines = [
        Content.assemble(
            sign, (f"{exam.day}  {place}", "bold"),
            (f"   {counted(plan.questions, 'question')} at {100 * exam.target:g} %", "dim"),
        ),
        Content(f"  {planning.takes(found)}"),
    ]  # fmt: skip
    if plan.new_a_day > found.new_limit:
        lines.append(Content(f"  your limits allow {found.new_limit} new a day: raise new_per_day"))
    lines.append(Content(f"  {planning.verdict(found)}"))
    fitting = planning.would_fit(found)
    if fitting:
        lines.append(Content.styled(f"  would fit: {', or '.join(fitting)}", "bold"))
    return Content("\n").join([*lines, Content("")])


def exam_text(found: Planned) -> str:
    """The same for a question whether to add it."""
    exam = found.exam
    place = visible(pretty(exam.scope)) or "the whole library"
    lines = [
        f"{place}, {counted(found.plan.questions, 'question')}, by {exam.day}.",
        f"It takes {planning.takes(found)}.",
    ]
    if found.plan.new_a_day > found.new_limit:
        lines.append(f"Your limits allow {found.new_limit} new a day: raise new_per_day there.")
    said = planning.verdict(found)
    lines.append(f"{said[0].upper()}{said[1:]}.")
    fitting = planning.would_fit(found)
    if fitting:
        lines.append(f"Would fit: {', or '.join(fitting)}.")
    # A number and its sign stay in one line.
    return "\n".join(lines).replace(" %", "\u00a0%")


def exam_days(found: Planned) -> partial[Content] | None:
    """What draws the minutes of each day until an exam; None where no day is left."""
    loads = found.plan.loads
    first = found.exam.day - timedelta(days=len(loads))
    days = [(first + timedelta(days=ahead), load) for ahead, load in enumerate(loads)]
    return partial(minutes, days) if days else None


def change(found: Preview, *, width: int, height: int) -> Content:
    """Reviews due a day as things stand, and below it after a change, by the same measure."""
    labels = [str(row.day.day) for row in found.days]
    top = max([1, *(max(row.before, row.after) for row in found.days)])
    half = max(4, (height - 2) // 2)
    parts: list[Content] = []
    for name, values, colour in (
        ("now", [row.before for row in found.days], "$primary"),
        ("then", [row.after for row in found.days], "$accent"),
    ):
        parts.append(Content.styled(f"{name}: {sum(values)} in all", f"bold {colour}"))
        parts.append(columns([Series(name, values, colour)], labels, width, half, top))
    return Content("\n").join(parts)


def change_text(found: Preview) -> str:
    """What a change would do to due dates, in two sentences."""
    return (
        f"Of {counted(found.cards, 'card')}, {found.sooner} would be due sooner and"
        f" {found.later} later."
        f" Reviews due in the next {len(found.days)} days:"
    )


def fit_text(found: Fitting) -> str:
    """How well old and new parameters predict, and what follows."""
    scores = {"before": found.score_before, "after": found.score_after}
    lines = [
        f"Fitted to {found.trained} answers, judged by the {found.held_back} after them.",
        "",
        *evaluation.table(scores),
        "",
        "Lower is better, but for AUC. Set the new parameters?"
        if found.is_better
        else "The new parameters are no better; the old ones stay.",
    ]
    return "\n".join(lines)


def calibration(found: Sequence[Calibration], *, width: int, height: int) -> Content:
    """For each topic and degree a bar of what was right, and where 95 of 100 such shares lie."""
    del height
    if not found:
        return Content(
            "No answer has a confidence yet: the setting ask_confidence asks for it before"
            " each reveal."
        )
    lines = [
        Content.styled("how sure you were (1 a guess, 5 certain), and how often it was right:"
                       " ● the share, ├─┤ where it may lie", "dim"),
    ]  # fmt: skip
    most = max(row.answers for one in found for row in one.bins)
    for one in found:
        name = visible(pretty(one.topic)) or "the whole library"
        lines += [Content(""), Content.styled(name, "bold $primary")]
        lines += [_whisker(row, width, most) for row in one.bins]
    return Content("\n").join(lines)


def _whisker(row: Bin, width: int, most: int) -> Content:
    note = f"{100 * row.share:>5.0f} % of {row.answers:>{len(str(most))}}"
    note += f"  {100 * row.low:>3.0f}–{100 * row.high:<3.0f}"
    room = max(8, width - len(note) - 5)
    low, at, high = (round(share * (room - 1)) for share in (row.low, row.share, row.high))
    signs = ["·"] * room
    signs[low : high + 1] = ["─"] * (high + 1 - low)
    signs[low], signs[high] = "├", "┤"
    signs[at] = "●"
    bar = "".join(signs)
    return Content.assemble(
        (f"  {row.confidence} ", "bold"), (bar[:low], "dim"), (bar[low : high + 1], "$success"),
        (bar[high + 1 :], "dim"), note,
    )  # fmt: skip


def _stretched(days: Days, width: int) -> tuple[list[str], list[list[DayLoad]], str]:
    """Days in as many columns as fit: labels, each column's days, a note if those are several."""
    stretch = max(1, -(-len(days) // max(1, (width - _AXIS) // 2)))
    starts = range(0, len(days), stretch)
    labels = [f"{days[at][0]:%d %b}" if stretch > 1 else str(days[at][0].day) for at in starts]
    parts = [[load for _, load in days[at : at + stretch]] for at in starts]
    return labels, parts, f"  a column: {stretch} days, their mean" if stretch > 1 else ""


def _mean(part: Sequence[DayLoad], name: str) -> float:
    return float(sum(getattr(load, name) for load in part)) / max(1, len(part))
