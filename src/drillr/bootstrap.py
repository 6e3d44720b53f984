"""The composition root: chooses the store's file, the clock, ids and the zone.

Its own imports are light, because a shell prompt that shows what is due comes through here.
"""

import os
import time
from _thread import allocate_lock
from datetime import UTC, datetime, tzinfo

TYPE_CHECKING = False  # importing it from typing takes 4 ms
if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Hashable, Sequence
    from typing import Any

    from drillr.domain.evaluation import Fit, Review
    from drillr.services.backups import Vault
    from drillr.services.context import Context
    from drillr.store.connection import Database

_lock = allocate_lock()
_last = [0]


def new_id() -> bytes:
    """A UUIDv7 (RFC 9562): ordered by time, and within this process strictly so."""
    with _lock:
        # Quarter microseconds: the 12 bits below the millisecond hold 4,000 of them.
        ticks = _last[0] = max(time.time_ns() // 250, _last[0] + 1)
    millis, rest = divmod(ticks, 4000)
    tail = int.from_bytes(os.urandom(8), "big") >> 2
    return (millis << 80 | 7 << 76 | rest << 64 | 2 << 62 | tail).to_bytes(16, "big")


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)


def system_zone() -> tzinfo:
    """The zone this machine is set to; its present offset where it doesn't name one."""
    name = os.environ.get("TZ", "").lstrip(":")
    if not name:
        name = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    if name in ("UTC", "Etc/UTC"):
        return UTC
    if name:
        from zoneinfo import ZoneInfo

        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    return datetime.now().astimezone().tzinfo or UTC


def open_context(store: str) -> "Context":
    """The context over the local store at this path, made with its profile where there is none."""
    from drillr.store.sqlite import open_store

    return context_over(open_store(store), media_folder(store))


def media_folder(store: str) -> str:
    """The folder beside the store at this path for the media that its questions link to."""
    return os.path.splitext(store)[0] + ".media"


def context_over(database: "Database", media: str = "") -> "Context":
    """The context over an open database, for its one local person."""
    from drillr.domain.ids import DeviceId, UserId
    from drillr.services.context import Context
    from drillr.store import profile

    with database.transaction(write=False) as db:
        owner = profile.owner(db)
    if owner is None:
        with database.transaction() as db:
            owner = profile.owner(db)
            if owner is None:
                owner = (UserId(new_id()), DeviceId(new_id()))
                profile.create(db, *owner, name=_device_name(), now=now())
    return Context(
        database, *owner, clock=now, new_id=new_id, system_zone=system_zone(), media=media
    )


def vault(store: str, location: str) -> "Vault":
    """The store at this path, and where its backups go: a folder, or `s3://bucket/prefix`."""
    from drillr.depots import Depot
    from drillr.services.backups import Vault

    depot: Depot
    if location.startswith("s3://"):
        from drillr.depots.objects import s3

        depot = s3(location)
    else:
        from drillr.depots.folder import FolderDepot

        depot = FolderDepot(location)
    return Vault(store, media_folder(store), depot, open_context, now)


def due_now(store: str) -> dict[str, int]:
    """What is due in the store at this path, which is neither made nor changed."""
    from drillr.services.due import counts
    from drillr.store.sqlite import open_readonly

    database = open_readonly(store)
    if database is None:
        return {"overdue": 0, "due_today": 0, "new": 0}
    try:
        with database.transaction(write=False) as db:
            return counts(db, now(), system_zone())
    finally:
        database.close()


def _device_name() -> str:
    named = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return named[:255] or "this device"


def known_paths(store: str) -> list[str]:
    """The paths of all facets in the store at this path; none where there is no store."""
    from drillr.store import due
    from drillr.store.sqlite import open_readonly

    database = open_readonly(store)
    if database is None:
        return []
    try:
        with database.transaction(write=False) as db:
            return due.paths(db)
    finally:
        database.close()


def parameter_fitter(heard: "Callable[[], object] | None" = None) -> "Fit":
    """What fits FSRS's parameters to reviews; UsageError where the optimiser is not installed.

    It holds the interpreter while it works. With `heard` it works in a process of its own, and
    `heard` is called some times a second; what that raises ends the process.
    """
    from array import array
    from importlib.util import find_spec

    if find_spec("fsrs_rs_python") is None:
        from drillr.errors import UsageError

        raise UsageError("the optimiser is not installed", "pip install 'drillr[optimize]'")

    def fit(reviews: "Sequence[Review]") -> tuple[float, ...]:
        numbers: dict[Hashable, int] = {}
        columns = [array("q"), array("q"), array("q")]
        for review in reviews:
            columns[0].append(numbers.setdefault(review.card, len(numbers)))
            columns[1].append(review.rating)
            columns[2].append(review.elapsed_days)
        return _fitted(columns) if heard is None else _fitted_apart(columns, heard)

    return fit


def _fitted(columns: "Sequence[array[int]]") -> tuple[float, ...]:
    """Parameters for columns of card numbers, ratings (1 Easy to 4) and days since the last."""
    from fsrs_rs_python import FSRS, FSRSItem, FSRSReview

    from drillr.domain.fsrs_parameters import DEFAULTS, clamped

    histories: dict[int, list[Any]] = {}
    items = []
    for card, rating, days in zip(*columns, strict=True):
        history = histories.setdefault(card, [])
        history.append(FSRSReview(5 - rating, days if history else 0))
        if len(history) > 1 and days > 0:
            items.append(FSRSItem(history))
    found = FSRS(DEFAULTS).compute_parameters(items)
    # As many digits as the published ones have: more would be noise, and long to type.
    return clamped([round(number, 4) for number in found])


def _fitted_apart(
    columns: "Sequence[array[int]]", heard: "Callable[[], object]"
) -> tuple[float, ...]:
    import json
    import subprocess
    import sys

    program = "from drillr.bootstrap import fit_from_stdin; fit_from_stdin()"
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    sent: bytes | None = b"".join(column.tobytes() for column in columns)
    try:
        while True:
            heard()
            try:
                told, _ = child.communicate(sent, timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                sent = None
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode:
        from drillr.errors import ContentError

        raise ContentError("the optimiser failed", "`drillr optimize` shows its own words")
    return tuple(json.loads(told))


def fit_from_stdin() -> None:
    """Fit the columns that standard input has as 64-bit numbers; write the parameters as JSON."""
    import json
    import sys
    from array import array

    data = sys.stdin.buffer.read()
    third = len(data) // 3
    columns = [array("q", data[at * third : (at + 1) * third]) for at in range(3)]
    sys.stdout.write(json.dumps(_fitted(columns)))
