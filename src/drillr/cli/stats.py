"""`drillr stats` and `drillr tree`: the numbers, drawn for people or as JSON."""

import json
from datetime import date
from typing import TYPE_CHECKING

from drillr.domain.paths import pretty
from drillr.domain.phrases import duration
from drillr.domain.text import visible
from drillr.services import statistics

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from drillr.domain.tree import Node
    from drillr.services.context import Context
    from drillr.services.statistics import Overview

_SHADES = (" ", "░", "▒", "▓", "█")
_GREENS = ("grey30", "dark_green", "green4", "green3", "bright_green")
_BLOCKS = "▁▂▃▄▅▆▇█"
_NUMBERS_WIDTH = 42


def show_stats(context: "Context", selector: str, *, as_json: bool) -> int:
    """Print how a part of the library stands."""
    found = statistics.overview(context, selector)
    if as_json:
        print(json.dumps(statistics.as_json(found), ensure_ascii=False))
        return 0
    if not found.questions:
        print("The library is empty. `drillr import --starter` brings the starter banks.")
        return 0
    console = _console()
    _print_totals(console, found)
    _print_heatmap(console, found.heatmap)
    _print_forecast(console, found.forecast)
    _print_facets(console, found)
    return 0


def show_tree(context: "Context", selector: str, *, as_json: bool) -> int:
    """Print the library as a tree with its counts."""
    root = statistics.library(context, selector)
    if as_json:
        print(json.dumps(statistics.node_json(root), ensure_ascii=False))
        return 0
    if not root.questions:
        print("The library is empty. `drillr import --starter` brings the starter banks.")
        return 0
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("library", ratio=1, no_wrap=True)
    for name in ("questions", "due", "new", "mastery"):
        table.add_column(name, justify="right")

    def add(node: "Node", depth: int) -> None:
        name = Text("  " * depth + visible(node.code))
        if node.name != node.code:
            name.append("  " + visible(node.name), style="dim")
        table.add_row(
            name, str(node.questions), str(node.due), str(node.new), f"{node.mastery:.0f} %"
        )
        for child in node.children:
            add(child, depth + 1)

    for child in root.children:
        add(child, 0)
    _console().print(table)
    return 0


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def _print_totals(console: "Console", found: "Overview") -> None:
    from rich.table import Table

    held = "–" if found.retention is None else f"{found.retention:.1f} %"
    right = f"{100 * found.correct / found.responses:.0f} %" if found.responses else "–"
    rows = (
        ("due now", found.due_now, "questions", found.questions),
        ("due today", found.due_today, "seen", found.active_cards),
        ("new", found.new, "answers", found.responses),
        ("streak", f"{found.streak_days} d", "right", right),
        ("mastery", f"{found.mastery:.1f} %", "retention 30 d", held),
        ("today", found.today.responses, "time", duration(found.time_ms)),
    )
    table = Table.grid(padding=(0, 3))
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
    if found.paused_until is not None:
        console.print(f"paused until {found.paused_until}: nothing is asked")


def _print_heatmap(console: "Console", days: list[tuple[date, int]]) -> None:
    from rich.text import Text

    most = max((count for _, count in days), default=0)
    console.print(f"\nlast {len(days) // 7} weeks, most in a day: {most}")
    offset = days[0][0].weekday()
    weeks = (len(days) + offset + 6) // 7
    for weekday in range(7):
        line = Text(("Mon", "", "Wed", "", "Fri", "", "Sun")[weekday].ljust(4))
        for week in range(weeks):
            index = week * 7 + weekday - offset
            if not 0 <= index < len(days):
                line.append("  ")
                continue
            count = days[index][1]
            level = 0 if not count else 1 + min(3, 4 * count // (most + 1))
            line.append((_SHADES[level] if level else "·") + " ", style=_GREENS[level])
        console.print(line)


def _print_forecast(console: "Console", days: list[tuple[date, int]]) -> None:
    most = max(count for _, count in days) or 1
    console.print(f"\nnext {len(days)} days, reviews due a day (today with what is overdue)")
    bars = [_BLOCKS[min(7, 8 * count // (most + 1))] if count else "·" for _, count in days]
    console.print("  ".join(f"{bar:>3}" for bar in bars))
    console.print("  ".join(f"{count:>3}" for _, count in days))
    console.print("  ".join(f"{day.day:>3}" for day, _ in days), style="dim")


def _print_facets(console: "Console", found: "Overview") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title=None)
    table.add_column("\nfacet", ratio=1)
    for name in ("questions", "due", "new", "mastery"):
        table.add_column("\n" + name, justify="right")
    room = max(console.width - _NUMBERS_WIDTH, 20)
    for one in found.facets:
        mastery = statistics.mastery_of(one)
        table.add_row(
            _plain(pretty(one.path, room)), str(one.questions), str(one.due), str(one.new),
            f"{_bar(mastery)} {mastery:3.0f} %",
        )  # fmt: skip
    console.print(table)


def _plain(text: str) -> "Text":
    from rich.text import Text

    return Text(visible(text))


def _bar(percent: float) -> str:
    filled = round(percent / 12.5)
    return "▓" * filled + "░" * (8 - filled)
