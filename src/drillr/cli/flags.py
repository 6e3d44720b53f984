"""What every command shares: the Typer applications, common flags, and opening the store."""

from typing import Annotated, Any

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
exam_app = typer.Typer(
    help="Exams: plan backwards from a date, and see whether it fits.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(exam_app, name="exam")

Selector = Annotated[
    str,
    typer.Argument(
        help="A path or its beginning (backend_nodejs/api), or any level's name (graphql).",
        autocompletion=places,
        show_default=False,
    ),
]
For = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="PART",
        help="Only a part of the library, named like any selector.",
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


given = Globals()


def open_context() -> Any:
    """The context over the store that the flags name; made where there is none.

    The store is closed when the process ends.
    """
    import atexit

    from drillr.bootstrap import open_context as opened
    from drillr.config import store_path

    context = opened(store_path(given.store))
    atexit.register(context.database.close)
    return context
