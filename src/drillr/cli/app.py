"""Every command's flags. Bodies import what they run, so that `--help` imports nothing."""

from typing import Annotated, Any, Optional

import typer

from drillr.cli.complete import places

app = typer.Typer(
    name="drillr",
    help="Drill questions with spaced repetition, in the terminal and offline.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config_app = typer.Typer(
    help="Settings: where they are, what they are, and changing them.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(config_app, name="config")

Selector = Annotated[
    str,
    typer.Argument(
        help="A path or its beginning (backend_nodejs/api), or any level's name (graphql).",
        autocompletion=places,
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


class Globals:
    """What stands before the command."""

    store: str | None = None
    config: str | None = None
    quiet: bool = False


_given = Globals()


def run(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    command = typer.main.get_command(app)
    try:
        result = command.main(arguments, prog_name="drillr", standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except typer.Abort:
        return 130
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            raise
        # A usage error of Typer's own: it knows how to say what was wrong.
        show()
        return int(getattr(error, "exit_code", 2))
    return int(result or 0)


def _version(wanted: bool) -> None:
    if wanted:
        from drillr import __version__

        print(f"drillr {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def home(
    context: typer.Context,
    store: Annotated[
        Optional[str], typer.Option(help="The store's file (or DRILLR_STORE).", metavar="PATH")
    ] = None,
    config: Annotated[
        Optional[str],
        typer.Option(help="The configuration file (or DRILLR_CONFIG).", metavar="PATH"),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what failed.")] = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="The version.")
    ] = False,
) -> int:
    """Drill questions with spaced repetition. Without a command: the home screen.

    Examples: drillr import --starter; drillr review graphql; drillr stats databases
    """
    del version
    _given.store, _given.config, _given.quiet = store, config, quiet
    if context.invoked_subcommand is not None:
        return 0
    from drillr.cli.review import home as open_home

    return open_home(_context())


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
    from drillr.cli.review import plan_of, run_review

    plan = plan_of(selector, limit, new, types or [], tags or [], difficulties or [], cram)
    return run_review(_context(), plan, plain=plain)


@app.command(name="import")
def import_(
    paths: Annotated[
        Optional[list[str]], typer.Argument(metavar="PATH...", help="Files and folders.")
    ] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="Import the banks that ship with drillr.")
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Change questions whose content differs; keep progress."),
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Deactivate questions that vanished from their file.")
    ] = False,
    qualify_ids: Annotated[
        bool, typer.Option("--qualify-ids", help="Prefix ids with the facet's path.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Json = False,
) -> int:
    """Import questions from files and folders: topic__subtopic__leaf__facet.json.

    Examples: drillr import questions/; drillr import --starter; drillr import DIR --update
    """
    from drillr.cli.importing import run_import

    flags = {"update": update, "prune": prune, "qualify_ids": qualify_ids, "dry_run": dry_run}
    return run_import(
        _context(), paths or [], starter=starter, flags=flags, as_json=as_json, quiet=_given.quiet
    )


@app.command()
def stats(selector: Selector = "", as_json: Json = False) -> int:
    """Progress, retention, streak, heatmap and forecast.

    Examples: drillr stats; drillr stats databases; drillr stats --json
    """
    from drillr.cli.stats import show_stats

    return show_stats(_context(), selector, as_json=as_json)


@app.command()
def tree(selector: Selector = "", as_json: Json = False) -> int:
    """The library with what is due, new and mastered."""
    from drillr.cli.stats import show_tree

    return show_tree(_context(), selector, as_json=as_json)


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

    return show(_given.store, as_json=as_json, template=template, exit_code=exit_code)


@app.command()
def show(question: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> int:
    """One question with its answer and its card.

    Example: drillr show graphql-001
    """
    from drillr.cli.show import show_question

    return show_question(_context(), question, as_json=as_json)


@app.command()
def why(question: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> int:
    """A card's history line by line, and why it is due when it is.

    Example: drillr why graphql-001
    """
    from drillr.cli.show import show_why

    return show_why(_context(), question, as_json=as_json)


@app.command()
def undo(
    last: Annotated[
        int, typer.Option(min=1, metavar="N", help="Take back the last N answers.")
    ] = 1,
) -> int:
    """Take back the last answer, even of an earlier session."""
    from drillr.cli.show import undo_answers

    return undo_answers(_context(), last)


@app.command()
def doctor(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Derive cards and progress anew from the facts.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Check the store: file, references, and that every card follows from its answers."""
    from drillr.cli.doctor import run_doctor

    return run_doctor(_context(), rebuild=rebuild, as_json=as_json)


@config_app.command("path")
def config_path() -> int:
    """Where the store and the configuration file are."""
    from drillr.cli.settings import show_paths

    return show_paths(_given.store, _given.config)


@config_app.command("list")
def config_list(as_json: Json = False) -> int:
    """Every setting with its value and meaning."""
    from drillr.cli.settings import show_all

    return show_all(_context(), as_json=as_json)


@config_app.command("get")
def config_get(name: str) -> int:
    """One setting's value."""
    from drillr.cli.settings import show_one

    return show_one(_context(), name)


@config_app.command("set")
def config_set(name: str, value: str) -> int:
    """Change a setting. Example: drillr config set new_per_day 10"""
    from drillr.cli.settings import change

    return change(_context(), name, value)


def _context() -> Any:
    import os

    from drillr.bootstrap import open_context
    from drillr.config import store_path

    if _given.config:
        os.environ["DRILLR_CONFIG"] = _given.config
    return open_context(store_path(_given.store))
