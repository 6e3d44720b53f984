"""Commands for the store and its settings: doctor, config."""

from typing import Annotated

import typer

from drillr.cli.flags import For, Json, app, config_app, given, open_context


@app.command()
def doctor(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Derive cards and progress anew from the facts.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Check the store, and that cards follow from their answers."""
    from drillr.cli.doctor import run_doctor

    return run_doctor(open_context(), rebuild=rebuild, as_json=as_json)


Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A setting; `drillr config list` shows all.")
]


@config_app.command("path")
def config_path() -> int:
    """Where the store and the configuration file are."""
    from drillr.cli.settings import show_paths

    return show_paths(given.store, given.config)


@config_app.command("list")
def config_list(place: For = "", as_json: Json = False) -> int:
    """Every setting with its value and meaning.

    Examples: drillr config list; drillr config list --for databases
    """
    from drillr.cli.settings import show_all

    return show_all(open_context(), place=place, as_json=as_json)


@config_app.command("get")
def config_get(name: Name, place: For = "") -> int:
    """One setting's value. Example: drillr config get new_per_day --for databases"""
    from drillr.cli.settings import show_one

    return show_one(open_context(), name, place=place)


Preview = Annotated[
    bool, typer.Option("--preview", help="Only show reviews a day for 30 days, now and after.")
]


@config_app.command(
    "set",
    # A value may be negative; what it can be is then said better than that -1 is no option.
    context_settings={"ignore_unknown_options": True},
)
def config_set(
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE")],
    place: For = "",
    preview: Preview = False,
    as_json: Json = False,
) -> int:
    """Change a setting, for the whole library or a part of it.

    Examples: drillr config set new_per_day 10; drillr config set new_per_day 5 --for databases;
    drillr config set scheduler fsrs --preview
    """
    return _changed(name, value, place, preview, as_json)


@config_app.command("unset")
def config_unset(
    name: Name, place: For = "", preview: Preview = False, as_json: Json = False
) -> int:
    """Take a setting back to that of the part above, or the default.

    Example: drillr config unset new_per_day --for databases
    """
    return _changed(name, None, place, preview, as_json)


def _changed(name: str, value: str | None, place: str, preview: bool, as_json: bool) -> int:
    from drillr.cli import settings

    if preview:
        return settings.preview(open_context(), name, value, place=place, as_json=as_json)
    return settings.change(open_context(), name, value, place=place, as_json=as_json)
