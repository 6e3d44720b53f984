"""`drillr config`: where things are, what is set, and changing it."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.domain import settings as rules
from drillr.errors import UsageError

if TYPE_CHECKING:
    from drillr.services.context import Context


def show_paths(store: str | None, config: str | None) -> int:
    """Print where the store and the configuration file are."""
    from drillr.config import config_path, store_path

    print(f"store   {store_path(store)}")
    print(f"config  {config_path(config)}")
    return 0


def show_all(context: "Context", *, as_json: bool) -> int:
    """Print every setting with its value and meaning."""
    values = _values(context)
    if as_json:
        print(json.dumps(values))
        return 0
    for name, value in values.items():
        print(f"{name:<18}{rules.text_of(value):<12} {rules.MEANINGS[name]}")
    return 0


def show_one(context: "Context", name: str) -> int:
    """Print one setting's value."""
    values = _values(context)
    if name not in values:
        raise UsageError(f"there is no setting {name!r}", "Known: " + ", ".join(values))
    print(rules.text_of(values[name]))
    return 0


def change(context: "Context", name: str, text: str) -> int:
    """Change a setting and say what it did."""
    from drillr.services.upkeep import change_setting

    moved = change_setting(context, name, rules.parse(name, text))
    if moved:
        print(f"{moved} cards were rescheduled", file=sys.stderr)
    return 0


def _values(context: "Context") -> dict[str, object]:
    with context.database.transaction(write=False) as db:
        return asdict(context.settings(db))
