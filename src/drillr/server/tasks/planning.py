"""The task that makes the plan of each person's study day, soon after that day begins."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from drillr.server.owned import owned
from drillr.server.records import accounts, plans
from drillr.server.records.accounts import Account
from drillr.server.records.plans import Plan
from drillr.server.work import patiently
from drillr.services.context import Context
from drillr.services.statistics import overview

if TYPE_CHECKING:
    from drillr.server.records.jobs import Job
    from drillr.server.tasks.running import Note, Tools

KIND = "generate_daily_review_cards"
_PAGE = 500
_KEPT_DAYS = 30


def generate_daily_review_cards(tools: "Tools", job: "Job", note: "Note") -> Mapping[str, Any]:
    """Make the plan of everybody whose study day has begun and has none yet.

    Run again at any time: a day has one plan. Each person's day is by their own zone and hour.
    """
    del job
    made = seen = 0
    after = ""
    while True:
        with tools.database.transaction(write=False) as db:
            page = accounts.page(db, after, _PAGE)
        for account in page:
            seen += 1
            made += patiently(lambda account=account: make_plan(tools, account))  # type: ignore[misc]
        note(seen, seen)
        if len(page) < _PAGE:
            break
        after = page[-1].username
    with tools.database.transaction() as db:
        plans.forget(db, (tools.clock() - timedelta(days=_KEPT_DAYS)).date())
    return {"people": seen, "made": made}


def make_plan(tools: "Tools", account: Account) -> bool:
    """Make one person's plan for their present day; False when it was made before."""
    context = owned(
        Context(tools.database, account.id, account.device, tools.clock, tools.new_id, UTC)
    )
    with context.database.transaction(write=False) as db:
        today = context.today(context.settings(db)).day
        if not account.is_active or plans.load(db, account.id, today) is not None:
            return False
    found = overview(context)
    facets = {one.path: one.due_today for one in found.facets if one.due_today}
    plan = Plan(today, found.due_now, found.due_today, found.new, facets, tools.clock())
    with tools.database.transaction() as db:
        plans.save(db, account.id, plan)
    return True
