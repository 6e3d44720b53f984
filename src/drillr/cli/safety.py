"""`drillr backup` and `drillr store`, and the backups that drillr makes by itself."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.cli.exits import Exit
from drillr.config import (
    backs_up_by_itself,
    backups_location,
    choose_store,
    is_store_name,
    named_store,
    store_path,
    stores_folder,
)
from drillr.domain.phrases import counted
from drillr.domain.text import visible
from drillr.errors import DrillrError, UsageError

if TYPE_CHECKING:
    from drillr.services.backups import Manifest, Vault


def vault_of(store: str | None, location: str | None = None) -> "Vault":
    """The store that the flags name, and where its backups go."""
    from drillr.bootstrap import vault

    path = store_path(store)
    return vault(path, backups_location(path, location))


def create(store: str | None, location: str | None, *, as_json: bool) -> int:
    """Back the store up now."""
    from drillr.services import backups

    vault = vault_of(store, location)
    if not os.path.exists(vault.store):
        raise UsageError(f"there is no store at {vault.store}", "Nothing needs to be backed up")
    made = backups.create(vault)
    if as_json:
        print(json.dumps(asdict(made)))
    else:
        print(visible(f"{made.name} in {vault.depot.where}: {_counts(made)}"))
    return 0


def show(store: str | None, location: str | None, *, as_json: bool) -> int:
    """List the backups."""
    from drillr.services import backups

    vault = vault_of(store, location)
    found = backups.listed(vault)
    if as_json:
        print(json.dumps([asdict(one) for one in found]))
        return 0
    if not found:
        print(visible(f"there is no backup in {vault.depot.where}"), file=sys.stderr)
        return Exit.NOTHING
    for one in found:
        size = f"{one.bytes / 1_000_000:.1f} MB"
        print(visible(f"{one.name:44}  {size:>10}  {_counts(one)}"))
    return 0


def verify(
    store: str | None, location: str | None, name: str | None, *, everything: bool, as_json: bool
) -> int:
    """Restore copies, open them, replay and compare; 1 when one of them is bad."""
    from drillr.services import backups

    vault = vault_of(store, location)
    chosen = backups.listed(vault) if everything else [backups.named(vault, name)]
    found = {one.name: backups.verify(vault, one) for one in chosen}
    if as_json:
        print(
            json.dumps({name: {"sound": not bad, "problems": bad} for name, bad in found.items()})
        )
    else:
        for each, problems in found.items():
            print(visible(f"{each}: {'sound' if not problems else '; '.join(problems)}"))
    return Exit.REFUSED if any(found.values()) else Exit.DONE


def restore(store: str | None, location: str | None, name: str | None, *, as_json: bool) -> int:
    """Put a backup in the store's place."""
    from drillr.bootstrap import new_id
    from drillr.domain.ids import DeviceId
    from drillr.services import backups

    vault = vault_of(store, location)
    done = backups.restore(vault, backups.named(vault, name), DeviceId(new_id()))
    if as_json:
        print(json.dumps(asdict(done)))
        return 0
    print(visible(f"restored {done.manifest.name}: {_counts(done.manifest)}"))
    if done.saved:
        print(visible(f"what was there before is the backup {done.saved}"), file=sys.stderr)
    if done.aside:
        print(visible(f"the damaged store is now {done.aside}"), file=sys.stderr)
    return 0


def before_many(store: str | None) -> Callable[[], object] | None:
    """What an import calls before it changes much; None where backups are switched off."""
    return (lambda: _by_itself(store, "import")) if backs_up_by_itself() else None


def daily(store: str | None) -> None:
    """Back the store up if it is time; trouble is told, and stops nothing."""
    if backs_up_by_itself():
        _by_itself(store, "daily")


def list_stores(store: str | None, *, as_json: bool) -> int:
    """Print the stores that go by a name, and the one in use."""
    used = store_path(store)
    folder = stores_folder()
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    found = {name.removesuffix(".db"): os.path.join(folder, name) for name in names
             if name.endswith(".db") and is_store_name(name.removesuffix(".db"))}  # fmt: skip
    if used not in found.values() and os.path.exists(used):
        found[used] = used
    rows = [
        {"name": name, "path": path, "bytes": os.path.getsize(path), "in_use": path == used}
        for name, path in found.items()
    ]
    if as_json:
        print(json.dumps(rows))
        return 0
    for row in rows:
        mark = "*" if row["in_use"] else " "
        print(visible(f"{mark} {row['name']:20}  {row['path']}"))
    if not rows:
        print("there is no store yet: `drillr store new NAME` makes one", file=sys.stderr)
    return 0


def new_store(name: str) -> int:
    """Make an empty store that goes by a name."""
    from drillr.bootstrap import open_context

    if not is_store_name(name):
        raise UsageError(f"a store can't be called {name!r}", "Use letters, digits, '-' and '_'")
    if named_store(name):
        raise UsageError(f"there is a store {name!r} already", f"`drillr store use {name}`")
    path = os.path.join(stores_folder(), f"{name}.db")
    open_context(path).database.close()
    print(visible(f"{path}\n`drillr store use {name}` makes it the usual one"))
    return 0


def use_store(name: str) -> int:
    """Make a store the usual one."""
    path = named_store(name)
    if path is None:
        path = os.path.abspath(os.path.expanduser(name))
        if not os.path.exists(path):
            raise UsageError(f"there is no store {name!r}", "`drillr store list` shows them")
    target = choose_store(path)
    print(visible(f"from now on {path} is used, says {target}"))
    if os.environ.get("DRILLR_STORE"):
        print("here DRILLR_STORE names another one", file=sys.stderr)
    return 0


def _by_itself(store: str | None, reason: str) -> None:
    from drillr.services import backups

    try:
        vault = vault_of(store)
        backups.daily(vault) if reason == "daily" else backups.create(vault, reason)
    except DrillrError as error:
        print(visible(f"drillr: no backup was made: {error}"), file=sys.stderr)


def _counts(one: "Manifest") -> str:
    return f"{counted(one.questions, 'question')}, {counted(one.responses, 'answer')}"
