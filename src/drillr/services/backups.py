"""Backups: copies of the store with all that is beside it, checked by replaying them.

A backup is two files, the copy and its manifest. Media are kept once, under names that follow from
their bytes. Automatic backups are thinned to some days, weeks and months; others stay.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from drillr.depots import Depot
from drillr.domain.ids import DeviceId
from drillr.domain.thinning import kept
from drillr.errors import ContentError, DepotError, NothingToDo, StoreCorrupt, StoreError
from drillr.services.context import Context
from drillr.services.upkeep import examine
from drillr.store import backup as files
from drillr.store import content, fact_log, facts, profile

AUTOMATIC = frozenset({"daily", "import"})
DAILY = timedelta(hours=20)
_MEDIUM = "media-"
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a backup without opening it; `reason` says who asked for it."""

    name: str
    created_at: str
    reason: str
    bytes: int
    sha256: str
    schema: str
    questions: int
    responses: int
    events: int
    device: str
    media: dict[str, int]
    format: int = 1

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.created_at)


@dataclass(frozen=True, slots=True)
class Vault:
    """A store and where its backups go; `opened` gives a context over any store file."""

    store: str
    media: str
    depot: Depot
    opened: Callable[[str], Context]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: `aside` is where a damaged store went, `saved` a sound one's backup."""

    manifest: Manifest
    aside: str | None = None
    saved: str | None = None


def create(vault: Vault, reason: str = "asked") -> Manifest:
    """Back the store up as it is committed now, and thin automatic backups out."""
    at = vault.clock()
    name = f"drillr-{at.strftime(_STAMP)}-{reason}.db"
    with _scratch() as folder:
        copy = os.path.join(folder, name)
        files.copy(vault.store, copy)
        manifest = _described(vault, copy, name, at, reason)
        there = set(vault.depot.names())
        for medium in manifest.media:
            if _MEDIUM + medium not in there:
                vault.depot.put(_MEDIUM + medium, os.path.join(vault.media, medium))
        # The manifest comes last: a copy without one was cut short.
        vault.depot.put(name, copy)
        note = os.path.join(folder, "manifest.json")
        with open(note, "w", encoding="utf-8") as file:
            json.dump(asdict(manifest), file, indent=1)
        vault.depot.put(f"{name}.json", note)
    thin(vault)
    return manifest


def listed(vault: Vault) -> list[Manifest]:
    """All whole backups, the newest first."""
    found: list[Manifest] = []
    there = set(vault.depot.names())
    with _scratch() as folder:
        for name in sorted(there):
            if name.endswith(".db.json") and name.removesuffix(".json") in there:
                note = os.path.join(folder, "manifest.json")
                vault.depot.get(name, note)
                with suppress(ContentError):
                    found.append(_manifest(note))
    return sorted(found, key=lambda one: one.at, reverse=True)


def named(vault: Vault, name: str | None) -> Manifest:
    """The backup of that name, or the newest; NothingToDo when there is none."""
    found = listed(vault)
    for one in found:
        if name is None or one.name == name:
            return one
    raise NothingToDo(
        f"there is no backup {name!r}" if name else f"there is no backup in {vault.depot.where}",
        "`drillr backup list` shows what there is",
    )


def verify(vault: Vault, manifest: Manifest) -> list[str]:
    """What is wrong with a backup: it is fetched, opened, and replayed from its facts; none is."""
    with _scratch() as folder:
        copy = os.path.join(folder, "copy.db")
        try:
            vault.depot.get(manifest.name, copy)
        except DepotError as error:
            return [str(error)]
        problems = _checked_file(manifest, copy)
        there = set(vault.depot.names())
        problems += [
            f"the file {name}, which questions link to, is missing"
            for name in manifest.media
            if _MEDIUM + name not in there
        ]
        try:
            return problems + _checked_store(vault, manifest, copy)
        except StoreError as error:
            return [*problems, str(error)]


def restore(vault: Vault, manifest: Manifest, new_device: DeviceId) -> Restored:
    """Put a backup in the store's place, under a device id of its own; StoreCorrupt if it is bad.

    A sound store is backed up first, a damaged one is renamed. Facts that were synced since come
    back with the next sync: nobody else writes under the new device.
    """
    problems = verify(vault, manifest)
    if problems:
        raise StoreCorrupt(f"{manifest.name}: {problems[0]}", "Restore another backup")
    folder = os.path.dirname(vault.store)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with _scratch(folder) as inside:
        copy = os.path.join(inside, "copy.db")
        vault.depot.get(manifest.name, copy)
        context = vault.opened(copy)
        with context.database.transaction() as db:
            now = vault.clock()
            device = fact_log.names(db, context.user).get(context.device, "restored")
            fact_log.add_device(db, context.user, new_device, device, now)
            profile.become(db, new_device)
        context.database.close()
        done = _put_in_place(vault, copy, Restored(manifest))
    for name in manifest.media:
        target = os.path.join(vault.media, name)
        if not os.path.exists(target):
            os.makedirs(vault.media, exist_ok=True)
            vault.depot.get(_MEDIUM + name, target)
    return done


def daily(vault: Vault) -> Manifest | None:
    """Back up when the last time is most of a day ago and there are new facts; None otherwise."""
    if not os.path.exists(vault.store):
        return None
    newest = next(iter(listed(vault)), None)
    if newest is not None:
        if vault.clock() - newest.at < DAILY:
            return None
        context = vault.opened(vault.store)
        with context.database.transaction(write=False) as db:
            same = facts.counts(db, context.user) == (newest.responses, newest.events)
        context.database.close()
        if same:
            return None
    return create(vault, "daily")


def thin(vault: Vault) -> list[str]:
    """Delete automatic backups that no day, week or month needs, and media that none links to."""
    found = listed(vault)
    automatic = [one for one in found if one.reason in AUTOMATIC]
    keeping = kept(one.at for one in automatic)
    gone = [one for one in automatic if one.at not in keeping]
    for one in gone:
        # The manifest first: without it nobody takes the rest for a backup.
        vault.depot.delete(f"{one.name}.json")
        vault.depot.delete(one.name)
    left = {_MEDIUM + name for one in found if one not in gone for name in one.media}
    if gone:
        for name in vault.depot.names():
            if name.startswith(_MEDIUM) and name not in left:
                vault.depot.delete(name)
    return [one.name for one in gone]


def _described(vault: Vault, copy: str, name: str, at: datetime, reason: str) -> Manifest:
    context = vault.opened(copy)
    with context.database.transaction(write=False) as db:
        schema = profile.schema_version(db)
        questions = content.count(db)
        responses, events = facts.counts(db, context.user)
    context.database.close()
    media: dict[str, int] = {}
    if os.path.isdir(vault.media):
        for entry in os.scandir(vault.media):
            if entry.is_file() and not entry.name.endswith(".part"):
                media[entry.name] = entry.stat().st_size
    return Manifest(
        name=name, created_at=at.isoformat(), reason=reason, bytes=os.path.getsize(copy),
        sha256=_sha256(copy), schema=schema, questions=questions,
        responses=responses, events=events, device=context.device.hex(),
        media=dict(sorted(media.items())),
    )  # fmt: skip


def _manifest(path: str) -> Manifest:
    try:
        with open(path, encoding="utf-8") as file:
            found = Manifest(**json.load(file))
        found.at  # noqa: B018
    except (TypeError, ValueError, OSError) as error:
        raise ContentError(f"the manifest can't be read: {error}") from None
    if os.sep in found.name or any(os.path.basename(name) != name for name in found.media):
        raise ContentError("the manifest names files elsewhere")
    return found


def _checked_file(manifest: Manifest, copy: str) -> list[str]:
    size = os.path.getsize(copy)
    if size != manifest.bytes:
        return [f"it has {size} bytes, {manifest.bytes} were written"]
    if _sha256(copy) != manifest.sha256:
        return ["its bytes are not those that were written"]
    return []


def _checked_store(vault: Vault, manifest: Manifest, copy: str) -> list[str]:
    """Open the copy as a store of its own, and hold it to its facts and its manifest."""
    context = vault.opened(copy)
    try:
        problems = examine(context).problems
        with context.database.transaction(write=False) as db:
            counts = (content.count(db), *facts.counts(db, context.user))
    finally:
        context.database.close()
    if counts != (manifest.questions, manifest.responses, manifest.events):
        problems.append(
            f"it holds {counts} questions, answers and events, its manifest says"
            f" {(manifest.questions, manifest.responses, manifest.events)}"
        )
    return problems


def _put_in_place(vault: Vault, copy: str, done: Restored) -> Restored:
    if not os.path.exists(vault.store):
        os.replace(copy, vault.store)
        return done
    try:
        vault.opened(vault.store).database.close()
        saved = create(vault, "restore").name
    except StoreError:
        aside = f"{vault.store}.damaged-{vault.clock().strftime(_STAMP)}"
        files.set_aside(vault.store, aside)
        os.replace(copy, vault.store)
        return replace(done, aside=aside)
    files.pour(copy, vault.store)
    return replace(done, saved=saved)


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _scratch(beside: str | None = None) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix=".drillr-", dir=beside) as folder:
        yield folder
