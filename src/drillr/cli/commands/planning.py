"""Commands for planning: marks on questions, pauses, exams, forecast, calibration."""

from typing import Annotated, Optional

import typer

from drillr.cli.flags import Json, Selector, app, exam_app, open_context

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, as files have them.")]


@app.command()
def suspend(questions: Ids) -> int:
    """Never ask these questions, until they are resumed. Example: drillr suspend graphql-001"""
    from drillr.cli.marks import mark_questions

    return mark_questions(open_context(), questions, "suspended")


@app.command()
def resume(questions: Ids) -> int:
    """Ask suspended or buried questions again. Example: drillr resume graphql-001"""
    from drillr.cli.marks import mark_questions

    return mark_questions(open_context(), questions, "resumed")


@app.command()
def bury(questions: Ids) -> int:
    """Set questions aside until tomorrow. Example: drillr bury graphql-001 graphql-002"""
    from drillr.cli.marks import mark_questions

    return mark_questions(open_context(), questions, "buried until tomorrow")


@app.command()
def flag(
    questions: Ids,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why: kept with the flag.")] = "",
) -> int:
    """Flag questions with a note. Example: drillr flag graphql-001 --note "outdated?" """
    from drillr.cli.marks import mark_questions

    return mark_questions(open_context(), questions, "flagged", note)


@app.command()
def unflag(questions: Ids) -> int:
    """Remove flags. Example: drillr unflag graphql-001"""
    from drillr.cli.marks import mark_questions

    return mark_questions(open_context(), questions, "unflagged")


@app.command()
def pause(
    until: Annotated[
        Optional[str],
        typer.Option("--until", metavar="DATE", help="The first day on which you study again."),
    ] = None,
    spread: Annotated[
        Optional[int],
        typer.Option(metavar="DAYS", help="Spread the backlog over so many days."),
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="End the pause now.")] = False,
    as_json: Json = False,
) -> int:
    """Take a holiday: nothing comes due until a day.

    What piles up is spread after it.

    Examples: drillr pause --until 2027-01-10; drillr pause --until 2027-01-10 --spread 7;
    drillr pause --end
    """
    from drillr.cli.planning import pause as act

    return act(open_context(), until, spread, end=end, as_json=as_json)


@app.command()
def forecast(
    selector: Selector = "",
    days: Annotated[int, typer.Option(min=1, max=730, metavar="N", help="So many days.")] = 30,
    as_json: Json = False,
) -> int:
    """Reviews and minutes of the days to come, at your own rates.

    Examples: drillr forecast; drillr forecast databases --days 90
    """
    from drillr.cli.planning import show_forecast

    return show_forecast(open_context(), selector, days, as_json=as_json)


@app.command()
def calibration(selector: Selector = "", as_json: Json = False) -> int:
    """How far your confidence can be trusted.

    What you said is set against what was right, by topic.

    `drillr config set ask_confidence on` asks for it before each reveal.
    """
    from drillr.cli.planning import show_calibration

    return show_calibration(open_context(), selector, as_json=as_json)


@exam_app.command("add")
def exam_add(
    day: Annotated[str, typer.Argument(metavar="DATE", help="The day, such as 2027-06-01.")],
    part: Annotated[
        str,
        typer.Option(
            "--topic",
            metavar="PART",
            help="The part examined, named like any selector.",
            show_default=False,
        ),
    ] = "",
    target: Annotated[
        float, typer.Option(metavar="P", help="Recall each question with this probability.")
    ] = 0.9,
    minutes: Annotated[
        Optional[int],
        typer.Option(min=0, max=1440, metavar="N", help="Study at most N minutes a day for it."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it takes.")] = False,
    as_json: Json = False,
) -> int:
    """Plan backwards from an exam, and say whether it fits.

    Example: drillr exam add 2027-06-01 --topic databases --target 0.9 --minutes 30
    """
    from drillr.cli.planning import add_exam

    return add_exam(open_context(), (day, part, target, minutes), dry_run=dry_run, as_json=as_json)


@exam_app.command("list")
def exam_list(as_json: Json = False) -> int:
    """Every exam, and whether its plan fits as things stand."""
    from drillr.cli.planning import list_exams

    return list_exams(open_context(), as_json=as_json)


@exam_app.command("remove")
def exam_remove(
    exam: Annotated[str, typer.Argument(metavar="EXAM", help="Its date, part or id.")],
) -> int:
    """Remove an exam. Its questions come when they are due by themselves again.

    Example: drillr exam remove 2027-06-01
    """
    from drillr.cli.planning import remove_exam

    return remove_exam(open_context(), exam)
