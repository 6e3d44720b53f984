"""How things stand with the servers, in the few words that the home screen has room for."""

from datetime import datetime, timedelta

from drillr.domain.text import visible
from drillr.services import remotes
from drillr.services.context import Context

_SOON = timedelta(minutes=1)
_HOURS = timedelta(hours=2)
_DAYS = timedelta(days=2)


def sync_line(context: Context) -> str:
    """For each server when it was last met, and what waits; empty where there is none."""
    now = context.clock()
    parts = []
    for one in remotes.every(context):
        met = one.last.get("at")
        said = f"synced {_ago(now - datetime.fromisoformat(met))}" if met else "never synced"
        if one.last.get("error"):
            said += ", the last try failed"
        waiting = remotes.waiting(context, one)
        parts.append(f"{visible(one.name)} {said} · {waiting} waiting")
    return "   ".join(parts)


def _ago(age: timedelta) -> str:
    if age < _SOON:
        return "just now"
    if age < _HOURS:
        return f"{age // timedelta(minutes=1)} min ago"
    if age < _DAYS:
        return f"{age // timedelta(hours=1)} h ago"
    return f"{age.days} d ago"
