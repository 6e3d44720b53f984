"""Commands for studying: review, due, undo, and what there is to say of one question."""

from typing import Annotated, Optional

import typer

from drillr.cli.flags import Json, Selector, app, given, open_context


@app.command()
def review(
    selector: Selector = "",
    limit: Annotated[
        Optional[int], typer.Option(min=1, metavar="N", help="At most N answers.")
    ] = None,
    new: Annotated[
        Optional[int],
        typer.Option(min=0, metavar="N", help="At most N new questions, whatever the day's limit."),
    ] = None,
    types: Annotated[
        Optional[list[str]],
        typer.Option("--type", metavar="TYPE", help="Only mcq, theory or scenario (repeatable)."),
    ] = None,
    tags: Annotated[
        Optional[list[str]],
        typer.Option("--tag", metavar="TAG", help="Only questions with this tag (repeatable)."),
    ] = None,
    difficulties: Annotated[
        Optional[list[str]],
        typer.Option("--difficulty", metavar="1-5", help="Only this difficulty, or a range: 2-4."),
    ] = None,
    query: Annotated[
        str,
        typer.Option(
            "--query", metavar="Q", help="Only what `drillr search Q` finds.", show_default=False
        ),
    ] = "",
    ahead: Annotated[
        int,
        typer.Option("--ahead", min=0, max=365, metavar="DAYS", help="Also what is due by then."),
    ] = 0,
    cram: Annotated[
        bool, typer.Option("--cram", help="Ask everything; the schedule stays as it is.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Line by line, for scripts and screen readers.")
    ] = False,
) -> int:
    """Drill what is due, then what is new.

    Examples: drillr review; drillr review graphql --limit 20; drillr review databases --type theory
    """
    from dataclasses import replace

    from drillr.cli.review import plan_of, run_review
    from drillr.cli.safety import daily

    plan = plan_of(selector, limit, new, types or [], tags or [], difficulties or [], cram, query)
    code = run_review(open_context(), replace(plan, ahead_days=ahead), plain=plain)
    daily(given.store)
    return code


@app.command()
def due(
    as_json: Json = False,
    template: Annotated[
        Optional[str],
        typer.Option("--format", help="Text with {overdue}, {due_today} and {new}."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 3 when no review is due.")
    ] = False,
) -> int:
    """What is due, fast enough for a shell prompt.

    Examples: drillr due; drillr due --format '{due_today}'; drillr due --exit-code
    """
    from drillr.cli.due import show

    return show(given.store, as_json=as_json, template=template, exit_code=exit_code)


@app.command()
def show(question: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> int:
    """One question with its answer and its card.

    Example: drillr show graphql-001
    """
    from drillr.cli.show import show_question

    return show_question(open_context(), question, as_json=as_json)


@app.command()
def why(
    question: Annotated[str, typer.Argument(metavar="ID")],
    if_: Annotated[
        Optional[list[str]],
        typer.Option(
            "--if", metavar="RATING", help="What easy, medium, hard, very-hard or all would do now."
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """A card's history line by line, and why it is due when it is.

    Examples: drillr why graphql-001; drillr why graphql-001 --if hard
    """
    from drillr.cli.why import show_why

    return show_why(open_context(), question, if_ or [], as_json=as_json)


@app.command()
def undo(
    last: Annotated[
        int, typer.Option(min=1, metavar="N", help="Take back the last N answers.")
    ] = 1,
    session: Annotated[
        bool, typer.Option("--session", help="Take back the whole last session.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Take back the last answer, even of an earlier session.

    Examples: drillr undo; drillr undo --last 3; drillr undo --session
    """
    from drillr.cli.show import undo_answers

    return undo_answers(open_context(), last, session=session, as_json=as_json)
