"""The rows of the settings screen: what each setting is, and how it is shown."""

from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.content import Content

from drillr.domain import settings as rules
from drillr.domain.paths import pretty
from drillr.domain.text import visible
from drillr.services.configuring import Held
from drillr.tui.keymap import PRESETS

LONGEST = 60
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A row: `learning` settings go with the person, the others are this device's.

    `source` says where the value was set, empty where the default holds; `here` that it was at the
    place which is looked at. `choices` are all values there are, where they are few.
    """

    name: str
    value: str
    default: str
    meaning: str
    scope: str
    source: str = ""
    here: bool = False
    choices: tuple[str, ...] = ()
    learning: bool = True


def learning_row(held: Held, scope: str) -> Setting:
    """The row of a setting as it holds in a subtree."""
    whole = held.name in rules.WHOLE_LIBRARY
    source = ""
    if held.source is not None:
        source = visible(pretty(held.source)) or "the whole library"
    return Setting(
        held.name, rules.text_of(held.value), rules.text_of(held.default), held.meaning,
        "the whole library only" if whole else "the whole library, or a part of it",
        source, held.source == scope, rules.choices(held.name),
    )  # fmt: skip


def device_rows(theme: str, preset: str, where: str) -> list[Setting]:
    """What belongs to this device and not to the person."""
    rows: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
        ("theme", theme, "drillr-dark", "the colours", ()),
        ("keys", preset, "default", "a preset of keys; single keys in the file", tuple(PRESETS)),
    )
    return [
        Setting(
            name, value, default, meaning, where, "" if value == default else "this device",
            value != default, choices, learning=False,
        )
        for name, value, default, meaning, choices in rows
    ]  # fmt: skip


def headline(scope: str) -> Content:
    """For which part the settings are, and what the signs before values mean."""
    place = visible(pretty(scope)) or "the whole library"
    signs = "   ● set here   ○ set above" if scope else "   ● not the default"
    return Content.assemble(("settings", "bold $primary"), f" for {place}", (signs, "dim"))


def line(row: Setting) -> RenderableType:
    """One line: a dot where it is set here, a ring where above, as much of the meaning as fits."""
    mark = "●" if row.here else "○" if row.source else " "
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=20, no_wrap=True)
    grid.add_column(width=18, no_wrap=True, overflow="ellipsis")
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    value = Text(f"{mark} {row.value}", style="bold" if row.source else "")
    grid.add_row(row.name, value, Text(row.meaning, style="dim"))
    return grid


def about(row: Setting) -> Text:
    """What the selected setting means, what it can be, where it comes from."""
    now = f"now {_short(row.value)}"
    now += f", set for {row.source}" if row.source else ""
    text = Text.assemble((row.name, "bold"), f"  {row.meaning}\n")
    if row.learning:
        text.append(f"{rules.allowed(row.name)}; for {row.scope}\n", "dim")
    else:
        text.append(f"for {row.scope}\n", "dim")
    text.append(f"{now}; {'without it' if row.here else 'default'} {_short(row.default)}", "dim")
    return text


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
