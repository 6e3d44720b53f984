"""The command line as it is registered: every command helps, is documented, and starts light."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from drillr.cli.app import AREAS
from drillr.cli.flags import app

MANUAL = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
HEAVY = ("sqlalchemy", "alembic", "textual", "httpx", "httpx2", "pydantic", "fastapi", "rich")


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that can be called, with all the words of its name."""
    for name, command in group.commands.items():
        if getattr(command, "commands", None):
            yield from commands(command, f"{before}{name} ")
        elif not command.hidden:
            yield f"{before}{name}", command


assert AREAS, "importing them registers the commands"
ALL = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", ALL)
def test_every_command_says_what_it_does_and_is_in_the_manual(name: str) -> None:
    """In its help, as every one of its options does, and on the manual's page by its name."""
    command = ALL[name]
    assert command.help, "no help"
    for option in command.params:
        if option.name != "help" and option.param_type_name == "option":
            assert option.help, f"{option.name} has no help"
    words = name.split()
    group = re.search(rf"\*\*`(drillr )?{words[0]}\b", MANUAL)
    assert group is not None, f"docs/cli.md lacks {name}"
    assert words[-1] in MANUAL[group.start() :]


def loaded(code: str) -> set[str]:
    """The packages that a fresh Python holds after running the code."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}\nprint(json.dumps(list(sys.modules)))"],
        capture_output=True, text=True, check=True, env={"PATH": "", "COLUMNS": "80"},
    )  # fmt: skip
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_of_every_command_loads_nothing_heavy() -> None:
    """All of them in one process: no database, no screen, no network, no models."""
    names = [name.split() for name in ALL]
    code = (
        "from drillr.cli.main import run\n"
        f"for words in [[], *{names!r}]:\n"
        "    assert run([*words, '--help']) == 0, words"
    )
    assert not loaded(code) & set(HEAVY)
