"""`drillr review` and the bare `drillr`: which interface, and what session."""

import sys
from typing import TYPE_CHECKING

from drillr.domain.question import QuestionType
from drillr.domain.session import Plan
from drillr.errors import UsageError

if TYPE_CHECKING:
    from drillr.services.context import Context


def plan_of(
    selector: str,
    limit: int | None,
    new: int | None,
    types: list[str],
    tags: list[str],
    difficulties: list[str],
    cram: bool,
    query: str = "",
) -> Plan:
    """The plan that the flags ask for; UsageError for a type or difficulty that doesn't exist."""
    try:
        kinds = tuple(QuestionType(name.strip().lower()) for name in types)
    except ValueError:
        raise UsageError(
            f"--type can't be {' '.join(types)!r}", "Use mcq, theory or scenario"
        ) from None
    return Plan(
        selector=selector, limit=limit, new=new, types=kinds, tags=tuple(tags),
        difficulties=tuple(sorted({level for text in difficulties for level in _levels(text)})),
        cram=cram, query=query,
    )  # fmt: skip


def run_review(context: "Context", plan: Plan, *, plain: bool) -> int:
    """Open the review screen, or the line-by-line session where there is no terminal."""
    from drillr.cli.background import syncing

    with syncing(context):
        if plain or not _is_terminal():
            from drillr.cli.plain import run_plain

            return run_plain(context, plan)
        from drillr.tui.app import run_review as run_screen

        return run_screen(context, plan)


def home(context: "Context") -> int:
    """The home screen; without a terminal, what is due."""
    if _is_terminal():
        from drillr.cli.background import syncing
        from drillr.tui.app import run_home

        with syncing(context):
            return run_home(context)
    from drillr.services.statistics import overview

    found = overview(context)
    if not found.questions:
        print("The library is empty. `drillr import --starter` brings the starter banks.")
        return 0
    print(
        f"{found.due_today} due ({found.due_now} now), {found.new} new."
        " `drillr --help` lists commands."
    )
    return 0


def _levels(text: str) -> range:
    first, dash, last = text.partition("-")
    if first in "12345" and first and (not dash or (last and last in "12345" and first <= last)):
        return range(int(first), int(last or first) + 1)
    raise UsageError(f"--difficulty can't be {text!r}", "Use 1 to 5, or a range such as 2-4")


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
