"""`drillr stats` and `drillr tree`: the numbers, drawn for people or as JSON."""

import json
from datetime import date
from typing import TYPE_CHECKING

from drillr.cli.numbers import Numbers
from drillr.domain.paths import pretty
from drillr.domain.phrases import duration
from drillr.domain.text import visible
from drillr.services import statistics

if TYPE_CHECKING:
    from rich.console import Console

    from drillr.domain.tree import Node
    from drillr.services.context import Context
    from drillr.services.statistics import Overview

_SHADES = (" ", "░", "▒", "▓", "█")
_GREENS = ("grey30", "dark_green", "green4", "green3", "bright_green")
_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDE = 60
"""Below this, words and bars that can be spared are left out, so that no line wraps."""


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
    from rich.text import Text

    rows: list[tuple[Text, Text, Node]] = []

    def add(node: "Node", depth: int) -> None:
        code = Text("  " * depth + visible(node.code))
        name = "" if node.name == node.code else "  " + visible(node.name)
        rows.append((code, Text.assemble(code, (name, "dim")), node))
        for child in node.children:
            add(child, depth + 1)

    for child in root.children:
        add(child, 0)
    console = _console()
    numbers = Numbers(
        {
            "questions": [str(node.questions) for _, _, node in rows],
            "due": [str(node.due) for _, _, node in rows],
            "new": [str(node.new) for _, _, node in rows],
            "mastery": [f"{node.mastery:.0f} %" for _, _, node in rows],
        },
        console.width,
    )
    named = [full if full.cell_len <= numbers.room else code for code, full, _ in rows]
    console.print(numbers.table("library", named))
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
    is_wide = console.width >= _WIDE
    table = Table.grid(padding=(0, 3 if is_wide else 1))
    for name, value, other, of_other in rows:
        table.add_row(name, str(value), other if is_wide else other.split()[0], str(of_other))
    console.print(table)
    if found.paused_until is not None:
        console.print(f"paused until {found.paused_until}: nothing is asked")


def _print_heatmap(console: "Console", days: list[tuple[date, int]]) -> None:
    from rich.text import Text

    most = max((count for _, count in days), default=0)
    offset = days[0][0].weekday()
    weeks = (len(days) + offset + 6) // 7
    # Two characters a week, the last of which is a blank; the oldest go where there is no room.
    first = max(0, weeks - (console.width - 3) // 2)
    console.print(f"\nlast {min(len(days) // 7, weeks - first)} weeks, most in a day: {most}")
    for weekday in range(7):
        line = Text(("Mon", "", "Wed", "", "Fri", "", "Sun")[weekday].ljust(4))
        for week in range(first, weeks):
            index = week * 7 + weekday - offset
            if not 0 <= index < len(days):
                line.append("  ")
                continue
            count = days[index][1]
            level = 0 if not count else 1 + min(3, 4 * count // (most + 1))
            line.append((_SHADES[level] if level else "·") + " ", style=_GREENS[level])
        line.rstrip()
        console.print(line)


def _print_forecast(console: "Console", days: list[tuple[date, int]]) -> None:
    days = days[: max(1, (console.width + 2) // 5)]
    most = max(count for _, count in days) or 1
    more = " (today with what is overdue)" if console.width >= _WIDE else ""
    console.print(f"\nnext {len(days)} days, reviews due a day{more}")
    bars = [_BLOCKS[min(7, 8 * count // (most + 1))] if count else "·" for _, count in days]
    console.print("  ".join(f"{bar:>3}" for bar in bars))
    console.print("  ".join(f"{count:>3}" for _, count in days))
    console.print("  ".join(f"{day.day:>3}" for day, _ in days), style="dim")


def _print_facets(console: "Console", found: "Overview") -> None:
    from rich.text import Text

    mastery = [statistics.mastery_of(one) for one in found.facets]
    is_wide = console.width >= _WIDE
    numbers = Numbers(
        {
            "questions": [str(one.questions) for one in found.facets],
            "due": [str(one.due) for one in found.facets],
            "new": [str(one.new) for one in found.facets],
            "mastery": [f"{_bar(held) + ' ' if is_wide else ''}{held:3.0f} %" for held in mastery],
        },
        console.width,
    )
    names = [Text(visible(pretty(one.path, numbers.room))) for one in found.facets]
    console.print()
    console.print(numbers.table("facet", names))


def _bar(percent: float) -> str:
    filled = round(percent / 12.5)
    return "▓" * filled + "░" * (8 - filled)
