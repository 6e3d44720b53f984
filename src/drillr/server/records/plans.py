"""Repository of daily plans: what a person's study day brings, as it began."""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import UserId

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class Plan(NamedTuple):
    """What was due and new in a person's study day; `facets` counts reviews by path."""

    day: date
    overdue: int
    due_today: int
    new: int
    facets: dict[str, int]
    created_at: datetime


def save(db: "Connection", user: UserId, plan: Plan) -> None:
    """Write a day's plan, or leave the one that is there: the day began once."""
    if load(db, user, plan.day) is not None:
        return
    db.run(
        "insert into daily_plans (user_id, day, overdue, due_today, new, facets, created_at)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (
            db.key(user), plan.day.isoformat(), plan.overdue, plan.due_today, plan.new,
            json.dumps(plan.facets), db.instant(plan.created_at),
        ),
    )  # fmt: skip


def load(db: "Connection", user: UserId, day: date) -> Plan | None:
    """The plan of a day, if it was made."""
    row = db.row(
        "select overdue, due_today, new, facets, created_at from daily_plans"
        " where user_id = ? and day = ?",
        (db.key(user), day.isoformat()),
    )
    if row is None:
        return None
    return Plan(day, row[0], row[1], row[2], json.loads(row[3]), db.read_instant(row[4]))


def forget(db: "Connection", before: date) -> int:
    """Delete the plans of days before one; how many."""
    return db.run("delete from daily_plans where day < ?", (before.isoformat(),))
