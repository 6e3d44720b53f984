"""The command line as Typer has it: the global flags, and every command registered."""

import os
from typing import Annotated, Optional

import typer

from drillr.cli.commands import (
    authoring,
    judging,
    library,
    planning,
    safety,
    server,
    sharing,
    study,
    syncing,
    upkeep,
    web,
)
from drillr.cli.flags import app, given, open_context
from drillr.cli.outline import outlined

AREAS = (
    study,
    library,
    planning,
    authoring,
    sharing,
    judging,
    safety,
    syncing,
    upkeep,
    web,
    server,
)
"""Importing a module of commands registers them; help lists them in this order."""

_PLACES = {area.__name__: place for place, area in enumerate(AREAS)}
app.registered_commands.sort(key=lambda info: _PLACES[getattr(info.callback, "__module__", "")])


def run(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    command = typer.main.get_command(outlined(app, arguments))
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
    given.store, given.config, given.quiet = store, config, quiet
    if config:
        # Not every command opens the store that it names: `due` and `backup` only look for it.
        os.environ["DRILLR_CONFIG"] = config
    if context.invoked_subcommand is not None:
        return 0
    from drillr.cli.review import home as open_home
    from drillr.cli.safety import daily

    code = open_home(open_context())
    daily(given.store)
    return code
