"""Commands for the store and its settings: doctor, config."""

from typing import Annotated

import typer

from drillr.cli.flags import Json, app, config_app, given, open_context


@app.command()
def doctor(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Derive cards and progress anew from the facts.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Check the store: file, references, and that every card follows from its answers."""
    from drillr.cli.doctor import run_doctor

    return run_doctor(open_context(), rebuild=rebuild, as_json=as_json)


@config_app.command("path")
def config_path() -> int:
    """Where the store and the configuration file are."""
    from drillr.cli.settings import show_paths

    return show_paths(given.store, given.config)


@config_app.command("list")
def config_list(as_json: Json = False) -> int:
    """Every setting with its value and meaning."""
    from drillr.cli.settings import show_all

    return show_all(open_context(), as_json=as_json)


@config_app.command("get")
def config_get(name: str) -> int:
    """One setting's value."""
    from drillr.cli.settings import show_one

    return show_one(open_context(), name)


@config_app.command("set")
def config_set(name: str, value: str) -> int:
    """Change a setting. Example: drillr config set new_per_day 10"""
    from drillr.cli.settings import change

    return change(open_context(), name, value)
