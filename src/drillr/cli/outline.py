"""Spares a start the commands that it doesn't run: Typer converts every command's parameters."""

import copy
import os
from collections.abc import Sequence

import typer
from typer.main import get_command_name
from typer.models import CommandInfo, TyperInfo


def outlined(app: typer.Typer, arguments: Sequence[str]) -> typer.Typer:
    """The application with only those commands whole whose names are among the arguments.

    The others keep name and help, which is all that `--help` and a suggestion show of them. Shell
    completion gets every command whole.
    """
    if "_DRILLR_COMPLETE" in os.environ:
        return app
    words = set(arguments)
    light = copy.copy(app)
    light.registered_commands = [
        info if _name(info) in words else _outline(info) for info in app.registered_commands
    ]
    light.registered_groups = [
        info if info.name in words else _closed(info) for info in app.registered_groups
    ]
    return light


def _name(info: CommandInfo) -> str:
    if info.name:
        return info.name
    return get_command_name(info.callback.__name__) if info.callback is not None else ""


def _outline(info: CommandInfo) -> CommandInfo:
    def nothing() -> None:
        """Stands for a command that is not run."""

    if info.callback is not None:
        nothing.__name__, nothing.__doc__ = info.callback.__name__, info.callback.__doc__
    outline = copy.copy(info)
    outline.callback = nothing
    return outline


def _closed(info: TyperInfo) -> TyperInfo:
    closed = copy.copy(info)
    if info.typer_instance is not None:
        closed.typer_instance = copy.copy(info.typer_instance)
        closed.typer_instance.registered_commands = []
        closed.typer_instance.registered_groups = []
    return closed
