"""`drillr config`: where things are, what is set, and changing it."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.domain import settings as rules
from drillr.domain.paths import pretty
from drillr.domain.phrases import counted

if TYPE_CHECKING:
    from drillr.services.context import Context


def show_paths(store: str | None, config: str | None) -> int:
    """Print where the store and the configuration file are."""
    from drillr.config import config_path, store_path

    print(f"store   {store_path(store)}")
    print(f"config  {config_path(config)}")
    return 0


def show_all(context: "Context", *, place: str, as_json: bool) -> int:
    """Print every setting with the value that holds at a place, and its meaning."""
    from drillr.services import configuring

    found = configuring.held_at(context, place)
    if as_json:
        print(json.dumps({one.name: one.value for one in found}))
        return 0
    for one in found:
        mark = f"  [{pretty(one.source)}]" if one.source else ""
        print(f"{one.name:<20}{rules.text_of(one.value):<12} {one.meaning}{mark}")
    return 0


def show_one(context: "Context", name: str, *, place: str) -> int:
    """Print one setting's value at a place."""
    from drillr.services import configuring

    values = {one.name: one.value for one in configuring.held_at(context, place)}
    print(rules.text_of(values[rules.known(name)]))
    return 0


def change(
    context: "Context", name: str, text: str | None, *, place: str, as_json: bool = False
) -> int:
    """Change a setting for a place (or take its value back, with None), and say what it did."""
    from drillr.services import configuring
    from drillr.services.upkeep import change_setting

    asked = configuring.wanted(context, name, text, place)
    moved = change_setting(context, name, asked.value, scope=asked.scope)
    if as_json:
        print(json.dumps({"rescheduled": moved}))
    elif moved:
        print(f"rescheduled: {counted(moved, 'card')}", file=sys.stderr)
    lower = configuring.lower_limit(context, asked)
    if lower is not None:
        print(f"a limit above it, {lower} a day, still holds", file=sys.stderr)
    return 0


def preview(context: "Context", name: str, text: str | None, *, place: str, as_json: bool) -> int:
    """Say what a change would do to the reviews of the next days; nothing is changed."""
    from drillr.cli.waiting import waiting
    from drillr.services import configuring
    from drillr.services.rescheduling import preview_setting

    asked = configuring.wanted(context, name, text, place)
    with waiting("replaying") as hear:
        found = preview_setting(context, name, asked.value, scope=asked.scope, on_progress=hear)
    if as_json:
        days = [asdict(row) | {"day": row.day.isoformat()} for row in found.days]
        print(json.dumps(asdict(found) | {"days": days}))
        return 0
    print(f"{'day':<12}{'due now':>8}{'after':>8}")
    for row in found.days:
        mark = f"{row.after - row.before:+8d}" if row.after != row.before else ""
        print(f"{row.day.isoformat():<12}{row.before:>8}{row.after:>8}{mark}")
    before, after = sum(d.before for d in found.days), sum(d.after for d in found.days)
    print(f"{'in all':<12}{before:>8}{after:>8}")
    print(
        f"of {counted(found.cards, 'card')} {found.sooner} would be due sooner, {found.later} later"
    )
    print("nothing was changed; without --preview it is", file=sys.stderr)
    return 0
