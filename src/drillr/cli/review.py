"""`drillr review` and the bare `drillr`: which interface, and what session."""

import sys
from typing import TYPE_CHECKING

from drillr.cli.flags import given
from drillr.domain import wishes
from drillr.domain.session import Plan

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
    """The plan that the flags ask for; UsageError for what no question can have."""
    return Plan(
        selector=selector, limit=limit, new=new, types=wishes.kinds(types),
        tags=wishes.tags(tags), difficulties=wishes.difficulties(difficulties), cram=cram,
        query=query,
    )  # fmt: skip


def run_review(context: "Context", plan: Plan, *, plain: bool) -> int:
    """Open the review screen, or the line-by-line session where there is no terminal."""
    from drillr.cli.background import syncing

    with syncing(context):
        if plain or not _is_terminal():
            from drillr.cli.plain import run_plain

            return run_plain(context, plan)
        from drillr.config import store_path
        from drillr.tui.app import run_review as run_screen

        return run_screen(context, plan, store_path(given.store))


def home(context: "Context") -> int:
    """The home screen; without a terminal, what is due."""
    if _is_terminal():
        from drillr.cli.background import syncing
        from drillr.config import store_path
        from drillr.tui.app import run_home

        with syncing(context):
            return run_home(context, store_path(given.store))
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


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
