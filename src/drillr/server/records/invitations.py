"""Repository of invitations: each lets one account in."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import UserId
from drillr.server.records.accounts import Role

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class Invitation(NamedTuple):
    """An invitation that still holds."""

    email: str | None
    role: Role


def create(
    db: "Connection",
    digest: bytes,
    invitation: Invitation,
    by: UserId | None,
    now: datetime,
    expires: datetime,
) -> None:
    """Write an invitation."""
    db.run(
        "insert into invitations (digest, email, role, created_by, created_at, expires_at)"
        " values (?, ?, ?, ?, ?, ?)",
        (
            db.blob(digest), invitation.email, str(invitation.role),
            None if by is None else db.key(by), db.instant(now), db.instant(expires),
        ),
    )  # fmt: skip


def take(db: "Connection", digest: bytes, user: UserId, now: datetime) -> Invitation | None:
    """Use an invitation for a user that exists by now; None when it doesn't hold (any more)."""
    taken = db.run(
        "update invitations set used_by = ? where digest = ? and used_by is null"
        " and expires_at > ?",
        (db.key(user), db.blob(digest), db.instant(now)),
    )
    if not taken:
        return None
    row = db.row("select email, role from invitations where digest = ?", (db.blob(digest),))
    return None if row is None else Invitation(row[0], Role(row[1]))


def peek(db: "Connection", digest: bytes, now: datetime) -> Invitation | None:
    """The invitation, if it still holds."""
    row = db.row(
        "select email, role from invitations"
        " where digest = ? and used_by is null and expires_at > ?",
        (db.blob(digest), db.instant(now)),
    )
    return None if row is None else Invitation(row[0], Role(row[1]))
