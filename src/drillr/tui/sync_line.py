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
    found = remotes.every(context)
    for one in found:
        met = one.last.get("at")
        said = f"synced {ago(now - datetime.fromisoformat(met))}" if met else "never synced"
        if one.last.get("error"):
            said += ", the last try failed"
        waiting = remotes.waiting(context, one)
        name = f"{visible(one.name)} " if len(found) > 1 else ""
        parts.append(f"{name}{said} · {waiting} waiting")
    return "   ".join(parts)


def ago(age: timedelta) -> str:
    """How long ago something was."""
    if age < _SOON:
        return "just now"
    if age < _HOURS:
        return f"{age // timedelta(minutes=1)} min ago"
    if age < _DAYS:
        return f"{age // timedelta(hours=1)} h ago"
    return f"{age.days} d ago"
