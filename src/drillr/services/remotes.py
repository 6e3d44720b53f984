"""The servers that a store syncs with: where they are, what is subscribed, what happened last."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from drillr.domain.ids import QuestionId
from drillr.errors import UsageError
from drillr.services.context import Context
from drillr.services.library import Cursor
from drillr.store import fact_log, parking, profile, upstream

if TYPE_CHECKING:
    from drillr.store.connection import Connection

USUAL = "server"
_PREFIX = "remote:"
_LONGEST = 4 * 100 + 3
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Remote:
    """A server: its address and account, the subtrees wanted (none: all), how far content is.

    `user` is the account's id there; the first sync fixes it, because a store goes with one
    account of a server. `reported` are the reports that it has got, `last` tells of the last
    exchange.
    """

    name: str
    url: str
    username: str = ""
    user: str = ""
    scope: tuple[str, ...] = ()
    revision: int = 0
    after: str = ""
    automatic: bool = False
    allow_plain: bool = False
    tokens: str = "file"
    reported: tuple[str, ...] = ()
    last: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cursor(self) -> Cursor:
        """How far this store knows the server's content."""
        return Cursor(self.revision, QuestionId(bytes.fromhex(self.after) or bytes(16)))

    def at(self, cursor: Cursor) -> "Remote":
        """The same, content known up to a cursor."""
        after = cursor.id.hex() if any(cursor.id) else ""
        return replace(self, revision=cursor.revision, after=after)


def checked_name(name: str) -> str:
    """A remote's name; UsageError when it isn't one."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} can't name a server", "Use a short word, such as work")
    return name


def every(context: Context) -> list[Remote]:
    """All remotes, by name."""
    with context.database.transaction(write=False) as db:
        return [_remote(name, text) for name, text in profile.states(db, _PREFIX).items()]


def named(context: Context, name: str | None) -> Remote:
    """One remote; without a name the only one, or the one called `server`."""
    found = {remote.name: remote for remote in every(context)}
    if not found:
        raise UsageError("this store knows no server", "`drillr login URL` signs in to one")
    if name is None:
        if len(found) > 1 and USUAL not in found:
            raise UsageError(
                f"there are several servers: {', '.join(found)}", "Say which one by --remote NAME"
            )
        return found.get(USUAL) or next(iter(found.values()))
    if name not in found:
        raise UsageError(f"there is no server {name!r}", "Known: " + ", ".join(found))
    return found[name]


def save(context: Context, remote: Remote) -> None:
    """Keep a remote as it is now."""
    with context.database.transaction() as db:
        write(db, remote)


def write(db: "Connection", remote: Remote) -> None:
    """Keep a remote within a unit of work."""
    text = json.dumps(asdict(remote), ensure_ascii=False, sort_keys=True)
    profile.set_state(db, _PREFIX + remote.name, text)


def limit(context: Context, remote: Remote, places: Collection[str]) -> Remote:
    """Limit a server's content to these subtrees, or with none to nothing less than all of it."""
    wanted = {place.strip().replace("/", "__").strip("_") for place in places}
    if any(not place or len(place) > _LONGEST for place in wanted):
        raise UsageError("a subtree is named by its path", "Such as backend_nodejs/api")
    if wanted != set(remote.scope):
        # What is subscribed now may have changed long ago: look at everything again.
        remote = replace(remote, scope=tuple(sorted(wanted))).at(Cursor())
        save(context, remote)
    return remote


def remove(context: Context, remote: Remote) -> None:
    """Forget a server and what it said; questions and answers stay."""
    with context.database.transaction() as db:
        profile.drop_state(db, _PREFIX + remote.name)
        upstream.forget_remote(db, remote.name)


def waiting(context: Context, remote: Remote) -> int:
    """How many facts were made since the last exchange, as far as this store can tell alone."""
    with context.database.transaction(write=False) as db:
        lasts = {key.hex(): seq for key, seq in fact_log.lasts(db, context.user).items()}
    known: Mapping[str, int] = remote.last.get("known", {})
    return sum(max(0, seq - int(known.get(key, 0))) for key, seq in lasts.items())


def parked(context: Context) -> int:
    """How many facts here wait for their question."""
    with context.database.transaction(write=False) as db:
        return parking.parked(db, context.user)


def _remote(name: str, text: str) -> Remote:
    known = {one.name for one in fields(Remote)}
    data = {key: value for key, value in json.loads(text).items() if key in known}
    lists = {key: tuple(data.get(key, ())) for key in ("scope", "reported")}
    return Remote(**data | lists | {"name": name})
