"""Use cases of whoever runs the server: accounts, invitations, roles."""

from datetime import timedelta
from typing import TYPE_CHECKING

from drillr.domain.ids import DeviceId, UserId
from drillr.errors import UsageError
from drillr.server.auth import tokens
from drillr.server.auth.entering import Registration, create_account
from drillr.server.auth.passwords import Passwords
from drillr.server.records import accounts, invitations, logins
from drillr.server.records.accounts import Account, NewAccount, Role
from drillr.server.records.invitations import Invitation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from drillr.store.connection import Database


class Administration:
    """The commands' use cases over a database; `clock` gives UTC, `new_id` a UUIDv7."""

    def __init__(
        self,
        database: "Database",
        clock: "Callable[[], datetime]",
        new_id: "Callable[[], bytes]",
    ) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def create_user(self, wanted: Registration, role: Role, passwords: Passwords) -> Account:
        """Make an account, whatever the settings say of registration."""
        new = NewAccount(
            UserId(self._new_id()), DeviceId(self._new_id()), wanted.username, wanted.email,
            wanted.full_name, role, passwords.hash_now(wanted.password),
        )  # fmt: skip
        with self._database.transaction() as db:
            create_account(db, new, self._clock())
        return self.account(wanted.username)

    def account(self, name: str) -> Account:
        """The account with that username or email address; UsageError when there is none."""
        with self._database.transaction(write=False) as db:
            found = accounts.by_name(db, name.lower())
        if found is None:
            raise UsageError(f"there is no account {name!r}", "Check the name")
        return found

    def invite(self, invitation: Invitation, days: int, by: UserId | None = None) -> str:
        """A secret that lets one account in, once."""
        secret, now = tokens.new_secret(), self._clock()
        with self._database.transaction() as db:
            invitations.create(
                db, tokens.digest(secret), invitation, by, now, now + timedelta(days=days)
            )
        return secret

    def set_role(self, name: str, role: Role) -> Account:
        """Make somebody an admin, or no longer one."""
        found = self.account(name)
        with self._database.transaction() as db:
            accounts.set_role(db, found.id, role)
        return self.account(name)

    def revoke(self, name: str, *, close: bool = False) -> int:
        """End all logins of somebody; with `close` keep them out. How many logins ended."""
        found, now = self.account(name), self._clock()
        with self._database.transaction() as db:
            if close:
                accounts.set_active(db, found.id, False, now)
            return logins.revoke_all(db, found.id, now)

    def reopen(self, name: str) -> None:
        """Let a closed account in again."""
        found = self.account(name)
        with self._database.transaction() as db:
            accounts.set_active(db, found.id, True, self._clock())
