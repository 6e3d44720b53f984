"""`drillr config`: where things are, what is set, and changing it."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.domain import settings as rules
from drillr.domain.paths import pretty
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
        print(f"{name:<18}{rules.text_of(value):<12} {rules.MEANINGS[name]}{mark}")
    return 0


def show_one(context: "Context", name: str, *, place: str) -> int:
    """Print one setting's value at a place."""
    values, _ = _values(context, place)
    if name not in values:
        raise UsageError(f"there is no setting {name!r}", "Known: " + ", ".join(values))
    print(rules.text_of(values[name]))
    return 0


def change(context: "Context", name: str, text: str | None, *, place: str) -> int:
    """Change a setting for a place (or take its value back, with None), and say what it did."""
    from drillr.services.upkeep import change_setting, scope_named

    value = None if text is None else rules.parse(name, text)
    if value is None and name not in rules.MEANINGS:
        raise UsageError(f"there is no setting {name!r}", "Known: " + ", ".join(rules.names()))
    with context.database.transaction(write=False) as db:
        scope = scope_named(db, place)
    if scope and name in rules.WHOLE_LIBRARY:
        raise UsageError(
            f"{name} holds for the whole library", f"`drillr config set {name} …` without --for"
        )
    moved = change_setting(context, name, value, scope=scope)
    if moved:
        print(f"{moved} cards were rescheduled", file=sys.stderr)
    return 0


def _values(context: "Context", place: str) -> tuple[dict[str, object], dict[str, str | None]]:
    """Each setting's value at a place, and the subtree that it was set for."""
    from drillr.services.upkeep import scope_named

    with context.database.transaction(write=False) as db:
        book, scope = context.rulebook(db), scope_named(db, place)
    values = asdict(book.settings(scope))
    return values, {name: book.scoped.source(name, scope) for name in values}
