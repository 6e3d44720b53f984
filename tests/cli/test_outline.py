"""The outline that `--help` is made from says what the whole application would say."""

from collections.abc import Sequence

import pytest
import typer

import drillr.cli.app  # noqa: F401 - registers every command
from drillr.cli.flags import app
from drillr.cli.outline import outlined


def said(application: typer.Typer, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What an application prints for these arguments, an error's text included."""
    command = typer.main.get_command(application)
    try:
        command.main(arguments, prog_name="drillr", standalone_mode=False)
    except typer._click.exceptions.UsageError as error:
        return error.format_message()
    out: str = capsys.readouterr().out
    return out


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["review", "--help"], ["config", "--help"], ["config", "set", "-h"], ["reviw"]],
    ids=" ".join,
)
def test_an_outline_says_what_the_whole_says(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Help of everything, of a command, of a group and in it, and of a slip of the pen."""
    whole = said(app, arguments, capsys)
    assert whole
    assert said(outlined(app, arguments), arguments, capsys) == whole


def test_help_begins_with_studying_and_says_each_command_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who has never used drillr reads `review` first, and no sentence that breaks off."""
    shown = [line.split()[0] for line in commands([], capsys)]
    assert shown[0] == "review"
    assert shown.index("import") < shown.index("lint") < shown.index("serve")
    for group in ((), *((group.name or "",) for group in app.registered_groups)):
        assert not [line for line in commands(group, capsys) if line.endswith("...")]


def commands(group: Sequence[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of help that name the commands of a group."""
    lines = said(app, [*group, "--help"], capsys).splitlines()
    return lines[lines.index("Commands:") + 1 :]


def test_completion_gets_every_command_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell asks for options before anybody knows which command it will be."""
    monkeypatch.setenv("_DRILLR_COMPLETE", "complete_bash")
    assert outlined(app, []) is app
