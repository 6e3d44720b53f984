"""Commands that keep a library safe: backup, and several stores."""

from typing import Annotated, Optional

import typer

from drillr.cli.flags import Json, app, given

backup_app = typer.Typer(
    help="Backups: making, listing, checking and restoring them.",
    rich_markup_mode=None, no_args_is_help=True, add_completion=False,
)  # fmt: skip
store_app = typer.Typer(
    help="Several stores: which there are, and which one is used.",
    rich_markup_mode=None, no_args_is_help=True, add_completion=False,
)  # fmt: skip
app.add_typer(backup_app, name="backup")
app.add_typer(store_app, name="store")

Where = Annotated[
    Optional[str],
    typer.Option("--at", metavar="PLACE", help="A folder, or s3://bucket/prefix."),
]
StoreName = Annotated[str, typer.Argument(metavar="NAME")]
Name = Annotated[Optional[str], typer.Argument(metavar="NAME", help="The backup; else the newest.")]


@backup_app.command("create")
def backup_create(where: Where = None, as_json: Json = False) -> int:
    """Back the store up now. Example: drillr backup create --at s3://bucket/drillr"""
    from drillr.cli.safety import create

    return create(given.store, where, as_json=as_json)


@backup_app.command("list")
def backup_list(where: Where = None, as_json: Json = False) -> int:
    """The backups there are, the newest first."""
    from drillr.cli.safety import show

    return show(given.store, where, as_json=as_json)


@backup_app.command("verify")
def backup_verify(
    name: Name = None,
    everything: Annotated[bool, typer.Option("--all", help="Check every backup.")] = False,
    where: Where = None,
    as_json: Json = False,
) -> int:
    """Fetch a backup, open it, replay its facts and compare."""
    from drillr.cli.safety import verify

    return verify(given.store, where, name, everything=everything, as_json=as_json)


@backup_app.command("restore")
def backup_restore(name: Name = None, where: Where = None, as_json: Json = False) -> int:
    """Put a backup in the store's place. What was there is backed up first.

    Example: drillr backup restore
    """
    from drillr.cli.safety import restore

    return restore(given.store, where, name, as_json=as_json)


@store_app.command("list")
def store_list(as_json: Json = False) -> int:
    """The stores that go by a name; * marks the one in use."""
    from drillr.cli.safety import list_stores

    return list_stores(given.store, as_json=as_json)


@store_app.command("new")
def store_new(name: StoreName) -> int:
    """Make an empty store. Example: drillr store new languages"""
    from drillr.cli.safety import new_store

    return new_store(name)


@store_app.command("use")
def store_use(name: StoreName) -> int:
    """Make a store the usual one, by its name or its file."""
    from drillr.cli.safety import use_store

    return use_store(name)
