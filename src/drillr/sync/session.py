"""Signing in to servers and syncing with them: what commands and screens call."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2 as httpx

from drillr import __version__
from drillr.domain.sync_plan import Plan
from drillr.errors import DrillrError, NetworkError
from drillr.services import remotes, rounds, syncing
from drillr.services.context import Context
from drillr.services.remotes import Remote
from drillr.services.rounds import Options, Synced
from drillr.services.syncing import Say
from drillr.sync.address import checked
from drillr.sync.connection import Connection, Means, tokens_in
from drillr.sync.peer import HttpPeer
from drillr.sync.tokens import Keyring, LockTaken, TokenFile, TokenStore, lock_file

_CONNECT, _ANSWER = 10.0, 60.0
_USUAL = Options()


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in where; the password is used once and never kept."""

    url: str
    username: str
    password: str = field(repr=False)
    email: str | None = None
    invitation: str | None = None
    name: str = remotes.USUAL
    allow_plain: bool = False
    tokens: str = "file"


class Client:
    """A store's way to its servers; `store` is the path beside which tokens are kept.

    `go_on` is called again and again while a server is spoken to; what it raises ends that.
    """

    def __init__(
        self,
        context: Context,
        store: str,
        transport: httpx.BaseTransport | None = None,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        self.context, self._store, self._transport = context, store, transport
        self._go_on = go_on

    def register(self, account: Account) -> Remote:
        """Make an account, and sign in."""
        body = {"username": account.username, "password": account.password}
        body |= {
            name: value
            for name, value in (("email", account.email), ("invitation", account.invitation))
            if value
        }
        remote = self._remote(account)
        with self._connected(remote) as connection:
            connection.request("POST", "/auth/register", signed=False, json=body)
        return self.login(account)

    def login(self, account: Account) -> Remote:
        """Sign in, and remember the server."""
        remote = self._remote(account)
        with self._connected(remote) as connection:
            body = {
                "username": account.username, "password": account.password,
                "client": f"drillr on {os.uname().nodename}"[:255] if hasattr(os, "uname")
                else "drillr",
            }  # fmt: skip
            answer = connection.request("POST", "/auth/token", signed=False, json=body)
            tokens = tokens_in(answer.json(), self.context.clock())
        self._tokens(remote).save(remote.name, tokens)
        remotes.save(self.context, remote)
        return remote

    def logout(self, name: str | None = None) -> Remote:
        """Sign out; the server is told if it can be reached, and forgotten in any case."""
        remote = remotes.named(self.context, name)
        with contextlib.suppress(NetworkError), self._connected(remote) as connection:
            connection.request("POST", "/auth/logout")
        self._tokens(remote).save(remote.name, None)
        return remote

    def forget(self, name: str | None = None) -> Remote:
        """Sign out, and forget the server altogether; questions and answers stay."""
        remote = self.logout(name)
        remotes.remove(self.context, remote)
        return remote

    def sync(
        self, name: str | None = None, options: Options = _USUAL, say: Say | None = None
    ) -> Synced:
        """Sync with a server; LockTaken while another process of this store is at it."""
        remote = remotes.named(self.context, name)
        with lock_file(self._store + ".sync.lock", wait=False), self._connected(remote) as line:
            peer = HttpPeer(line, self.context.clock)
            return rounds.sync(self.context, remote, peer, options, say)

    def foresee(self, name: str | None = None) -> tuple[Remote, Plan]:
        """What a sync would exchange; nothing is changed."""
        remote = remotes.named(self.context, name)
        with self._connected(remote) as connection:
            peer = HttpPeer(connection, self.context.clock)
            return remote, syncing.foresee(self.context, peer)[0]

    def quietly(self) -> list[Synced]:
        """Sync with every server that is to be synced by itself; trouble is noted, never raised."""
        done = []
        for remote in remotes.every(self.context):
            if remote.automatic:
                with contextlib.suppress(DrillrError):
                    done.append(self.sync(remote.name))
        return done

    def signed_in(self, remote: Remote) -> bool:
        """Whether there are tokens for a server."""
        return self._tokens(remote).load(remote.name) is not None

    def request(self, name: str | None, method: str, path: str, **more: Any) -> dict[str, Any]:
        """One request to the server's API, signed in; the JSON that it answers."""
        with self._connected(remotes.named(self.context, name)) as connection:
            answer = connection.request(method, path, **more)
            return answer.json() if answer.body else {}

    @contextlib.contextmanager
    def peer(self, name: str | None = None) -> Iterator[HttpPeer]:
        """A server, for as long as a `with` block needs it."""
        with self._connected(remotes.named(self.context, name)) as connection:
            yield HttpPeer(connection, self.context.clock)

    def _remote(self, account: Account) -> Remote:
        name = remotes.checked_name(account.name)
        url = checked(account.url, allow_plain=account.allow_plain)
        known = {one.name: one for one in remotes.every(self.context)}.get(name)
        if known is None or known.url != url:
            # Another server's cursors would mean nothing here.
            known = Remote(name, url)
        return replace(
            known, username=account.username, allow_plain=account.allow_plain,
            tokens=account.tokens,
        )  # fmt: skip

    def _tokens(self, remote: Remote) -> TokenStore:
        if remote.tokens == "keyring":
            return Keyring(self._store)
        return TokenFile(self._store + ".tokens")

    @contextlib.contextmanager
    def _connected(self, remote: Remote) -> Iterator[Connection]:
        url = checked(remote.url, allow_plain=remote.allow_plain)
        with httpx.Client(
            base_url=url, transport=self._transport, follow_redirects=False,
            # Reading the machine's certificates takes longer than a sync over plain http.
            verify=url.startswith("https:"),
            timeout=httpx.Timeout(_ANSWER, connect=_CONNECT),
            headers={"User-Agent": f"drillr/{__version__}"},
        ) as http:  # fmt: skip
            means = Means(
                self.context.clock, lambda: self.context.new_id().hex(), go_on=self._go_on
            )
            yield Connection(http, self._tokens(remote), remote.name, means)


__all__ = ["Account", "Client", "LockTaken", "Options", "Synced"]
