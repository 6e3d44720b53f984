"""`drillr pause`, `forecast`, `calibration` and `exam`: what lies ahead, in words or as JSON."""

import json
from typing import TYPE_CHECKING, Any

from drillr.cli.waiting import waiting
from drillr.domain import wishes
from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.services import calibrating, forecasting, planning

if TYPE_CHECKING:
    from drillr.services.context import Context
    from drillr.services.planning import Planned

_BAR = 30


def pause(
    context: "Context", until: str | None, spread: int | None, *, end: bool, as_json: bool
) -> int:
    """Begin a pause, end it, or say which one runs."""
    if end:
        ended = planning.end_pause(context)
        if as_json:
            print(json.dumps(ended.as_data()))
            return 0
        print("the pause has ended; what came due in it is spread over the days to come")
        return 0
    if until is not None:
        found = planning.pause_until(context, wishes.day(until), spread)
    else:
        running = planning.running_pause(context)
        if running is None:
            print("null" if as_json else "no pause runs; `drillr pause --until DATE` begins one")
            return 0
        found = running
    if as_json:
        print(json.dumps(found.as_data()))
        return 0
    day = found.until.astimezone(context.system_zone).date()
    days = counted(found.spread_days, "day")
    print(f"paused until {day}; the backlog is spread over {days} after it")
    return 0


def show_forecast(context: "Context", selector: str, days: int, *, as_json: bool) -> int:
    """Print what each day to come brings."""
    with waiting("simulating") as hear:
        found = forecasting.forecast(context, selector, days, hear)
    if as_json:
        rows = [
            {
                "day": day.isoformat(), "reviews": load.reviews, "new": load.new,
                "again": load.again, "minutes": round(load.minutes, 1), "put_off": load.put_off,
            }
            for day, load in found.days
        ]  # fmt: skip
        print(json.dumps({
            "days": rows, "minutes_a_day": round(found.minutes_a_day, 1),
            "seconds_an_answer": round(found.habits.seconds, 1),
            "recall": round(1 - found.habits.later[3], 3), "answers": found.habits.answers,
        }))  # fmt: skip
        return 0
    most = max([load.minutes for _, load in found.days] or [0]) or 1
    print("day         reviews   new  minutes")
    for day, load in found.days:
        bar = "█" * round(_BAR * load.minutes / most)
        print(f"{day}  {load.reviews:>7} {load.new:>5} {load.minutes:>8.0f}  {bar}".rstrip())
    few = found.habits.answers < forecasting.FEW
    print(
        f"{found.minutes_a_day:.0f} min a day on average, at {found.habits.seconds:.0f} s an answer"
        f" and {100 * (1 - found.habits.later[3]):.0f} % recalled"
        + (" (assumed: there are few answers yet)" if few else "")
    )
    return 0


def show_calibration(context: "Context", selector: str, *, as_json: bool) -> int:
    """Print, for each topic, how often answers of each confidence were right."""
    found = calibrating.calibration(context, selector)
    if as_json:
        print(json.dumps([
            {
                "topic": one.topic,
                "bins": [
                    {
                        "confidence": b.confidence, "answers": b.answers, "right": b.right,
                        "share": round(b.share, 4), "low": round(b.low, 4),
                        "high": round(b.high, 4),
                    }
                    for b in one.bins
                ],
            }
            for one in found
        ]))  # fmt: skip
        return 0
    if not found:
        print("no answer has a confidence yet; `drillr config set ask_confidence on` asks for it")
        return 0
    for one in found:
        print(pretty(one.topic) or "everything")
        for b in one.bins:
            print(
                f"  {b.confidence} of 5: {100 * b.share:>3.0f} % right of {b.answers:>5}"
                f"   ({100 * b.low:.0f}–{100 * b.high:.0f} %)"
            )
    return 0


def add_exam(
    context: "Context",
    asked: tuple[str, str, float, int | None],
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Add an exam (date, part, target, minutes) and say what it takes and whether it fits."""
    day, part, target, minutes = asked
    wish = planning.Wish(part, wishes.day(day), target, minutes)
    with waiting("planning") as hear:
        found = planning.add_exam(context, wish, dry_run=dry_run, on_progress=hear)
    if as_json:
        print(json.dumps(_exam_json(found)))
    else:
        _show_exam(found)
    return 0


def list_exams(context: "Context", *, as_json: bool) -> int:
    """Print every exam with its plan as things stand."""
    with waiting("planning") as hear:
        found = planning.exams(context, hear)
    if as_json:
        print(json.dumps([_exam_json(one) for one in found]))
        return 0
    if not found:
        print("no exam; `drillr exam add 2027-06-01 --topic PART` adds one")
    for one in found:
        _show_exam(one)
    return 0


def remove_exam(context: "Context", name: str) -> int:
    """Remove the exam of that date, part or id."""
    gone = planning.remove_exam(context, name)
    print(f"removed: {gone.day} {pretty(gone.scope) or 'everything'}")
    return 0


def _show_exam(found: "Planned") -> None:
    exam, plan = found.exam, found.plan
    print(
        f"{exam.day}  {pretty(exam.scope) or 'everything'}:"
        f" {counted(plan.questions, 'question')} at {100 * exam.target:g} %"
    )
    print(f"  {planning.takes(found)}")
    if plan.new_a_day > found.new_limit:
        place = f" --for {exam.scope}" if exam.scope else ""
        print(
            f"  your limits allow {found.new_limit} new a day:"
            f" `drillr config set new_per_day {plan.new_a_day}{place}` raises them there"
        )
    print(f"  {planning.verdict(found)}")
    for does in planning.would_fit(found):
        print(f"  would fit: {does}")


def _exam_json(found: "Planned") -> dict[str, Any]:
    plan, remedies = found.plan, found.remedies
    return found.exam.as_data() | {
        "questions": plan.questions,
        "new_a_day": plan.new_a_day,
        "most_minutes": round(plan.most_minutes, 1),
        "ready": round(plan.ready, 4),
        "new_limit": found.new_limit,
        "fits": plan.fits,
        "never_begun": plan.unseen,
        "still_waiting": plan.put_off,
        "would_fit": {
            "minutes": remedies.minutes, "days_later": remedies.days_later,
            "questions": remedies.questions,
        },
    }  # fmt: skip
