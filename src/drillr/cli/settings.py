"""`drillr config`: where things are, what is set, and changing it."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.domain import settings as rules
from drillr.domain.paths import pretty
from drillr.domain.scopes import above
from drillr.errors import UsageError

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
    values, sources = _values(context, place)
    if as_json:
        print(json.dumps(values))
        return 0
    for name, value in values.items():
        source = sources[name]
        mark = f"  [{pretty(source)}]" if source else ""
        print(f"{name:<20}{rules.text_of(value):<12} {rules.MEANINGS[name]}{mark}")
    return 0


def show_one(context: "Context", name: str, *, place: str) -> int:
    """Print one setting's value at a place."""
    values, _ = _values(context, place)
    if name not in values:
        raise UsageError(f"there is no setting {name!r}", "Known: " + ", ".join(values))
    print(rules.text_of(values[name]))
    return 0


def change(
    context: "Context", name: str, text: str | None, *, place: str, as_json: bool = False
) -> int:
    """Change a setting for a place (or take its value back, with None), and say what it did."""
    from drillr.services.upkeep import change_setting

    value, scope = _wanted(context, name, text, place)
    moved = change_setting(context, name, value, scope=scope)
    if as_json:
        print(json.dumps({"rescheduled": moved}))
    elif moved:
        print(f"{moved} cards were rescheduled", file=sys.stderr)
    lower = _lower_limit(context, name, value, scope)
    if lower is not None:
        print(f"a limit above it, {lower} a day, still holds", file=sys.stderr)
    return 0


def _lower_limit(context: "Context", name: str, value: object, scope: str) -> int | None:
    """The lowest limit a day of a part above, where that is lower than the one just set."""
    if name not in ("new_per_day", "reviews_per_day") or not isinstance(value, int) or not scope:
        return None
    with context.database.transaction(write=False) as db:
        book = context.rulebook(db)
    limits = [getattr(book.settings(part), name) for part in above(scope)]
    # No limit of reviews is written as 0.
    lowest = min((n for n in limits if n or name == "new_per_day"), default=value)
    return lowest if lowest < value or (value == 0 and lowest) else None


def preview(context: "Context", name: str, text: str | None, *, place: str, as_json: bool) -> int:
    """Say what a change would do to the reviews of the next days; nothing is changed."""
    from drillr.services.rescheduling import preview_setting

    value, scope = _wanted(context, name, text, place)
    found = preview_setting(context, name, value, scope=scope)
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
    print(f"of {found.cards} cards {found.sooner} would be due sooner, {found.later} later")
    print("nothing was changed; without --preview it is", file=sys.stderr)
    return 0


def _wanted(context: "Context", name: str, text: str | None, place: str) -> tuple[object, str]:
    """The value and the subtree that a change is about; UsageError for what makes no sense."""
    from drillr.services.upkeep import scope_named

    value = None if text is None else rules.parse(name, text)
    if value is None and name not in rules.MEANINGS:
        raise UsageError(f"there is no setting {name!r}", "Known: " + ", ".join(rules.names()))
    with context.database.transaction(write=False) as db:
        scope = scope_named(db, place)
    if scope and name in rules.WHOLE_LIBRARY:
        raise UsageError(
            f"{name} holds for the whole library", f"`drillr config set {name} …` without --for"
        )
    return value, scope


def _values(context: "Context", place: str) -> tuple[dict[str, object], dict[str, str | None]]:
    """Each setting's value at a place, and the subtree that it was set for."""
    from drillr.services.upkeep import scope_named

    with context.database.transaction(write=False) as db:
        book, scope = context.rulebook(db), scope_named(db, place)
    values = asdict(book.settings(scope))
    return values, {name: book.scoped.source(name, scope) for name in values}
