"""Tokens of servers: in a file that only its owner can read, or in the system's keyring."""

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from drillr.errors import DrillrError, UsageError

SERVICE = "drillr"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a server gave; `attempt` names a refresh that was begun, until its answer is safe."""

    access: str
    refresh: str
    expires_at: datetime
    attempt: str = ""

    def beginning(self, attempt: str) -> "Tokens":
        """The same, with a refresh begun, unless one was already."""
        return self if self.attempt else replace(self, attempt=attempt)


class TokenStore(Protocol):
    """Keeps the tokens of each remote."""

    def load(self, remote: str) -> Tokens | None:
        """The remote's tokens; None where nobody is signed in."""

    def save(self, remote: str, tokens: Tokens | None) -> None:
        """Keep the tokens, or with None forget them."""

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Nobody else refreshes meanwhile: a refresh token works once."""


class TokenFile:
    """A JSON file beside the store: 0600, replaced whole, refused when others could read it."""

    def __init__(self, path: str) -> None:
        self._path = path

    def load(self, remote: str) -> Tokens | None:
        """The remote's tokens."""
        found = self._read().get(remote)
        if not isinstance(found, dict):
            return None
        try:
            return _tokens(found)
        except (KeyError, TypeError, ValueError):
            return None

    def save(self, remote: str, tokens: Tokens | None) -> None:
        """Keep the tokens, or forget them."""
        held = self._read()
        if tokens is None:
            held.pop(remote, None)
        else:
            held[remote] = _data(tokens)
        self._write(held)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time."""
        with lock_file(self._path + ".lock"):
            yield

    def _read(self) -> dict[str, Any]:
        try:
            file = os.open(self._path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UsageError(
                f"{self._path} can't be read: {error.strerror}", "`drillr login` makes it anew"
            ) from None
        with os.fdopen(file, "rb") as opened:
            self._check(os.fstat(opened.fileno()))
            try:
                found = json.loads(opened.read())
            except ValueError:
                return {}
        return found if isinstance(found, dict) else {}

    def _check(self, info: os.stat_result) -> None:
        if os.name != "posix":
            return
        mine = info.st_uid == os.geteuid() and stat.S_ISREG(info.st_mode)
        if not mine or info.st_mode & 0o077:
            raise UsageError(
                f"others can read or own {self._path}, which holds your tokens",
                f"`drillr logout`, `chmod 600 {self._path}`, then sign in again",
            )

    def _write(self, held: dict[str, Any]) -> None:
        folder = os.path.dirname(self._path) or "."
        os.makedirs(folder, mode=0o700, exist_ok=True)
        file, fresh = tempfile.mkstemp(dir=folder, prefix=".tokens-")
        try:
            with os.fdopen(file, "wb") as opened:
                opened.write(json.dumps(held).encode())
                opened.flush()
                os.fsync(opened.fileno())
            os.replace(fresh, self._path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(fresh)
            raise


class Keyring:
    """The system's keyring, by the extra `drillr[keyring]`; never mixed with the file."""

    def __init__(self, store: str) -> None:
        self._store = store

    def load(self, remote: str) -> Tokens | None:
        """The remote's tokens."""
        text = self._call("get_password", self._name(remote))
        try:
            return _tokens(json.loads(text)) if text else None
        except (KeyError, TypeError, ValueError):
            return None

    def save(self, remote: str, tokens: Tokens | None) -> None:
        """Keep the tokens; read back at once, because some keyrings swallow what they get."""
        if tokens is None:
            if self._call("get_password", self._name(remote)):
                self._call("delete_password", self._name(remote))
            return
        text = json.dumps(_data(tokens))
        self._call("set_password", self._name(remote), text)
        if self._call("get_password", self._name(remote)) != text:
            raise UsageError(
                "the system's keyring doesn't keep what it is given",
                "`drillr login --tokens file` uses a file instead",
            )

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time."""
        with lock_file(self._store + ".tokens.lock"):
            yield

    def _name(self, remote: str) -> str:
        return f"{os.path.abspath(self._store)}#{remote}"

    def _call(self, method: str, *arguments: str) -> Any:
        try:
            import keyring
            from keyring.errors import KeyringError
        except ImportError:
            raise UsageError(
                "the keyring needs the extra `drillr[keyring]`", "pip install 'drillr[keyring]'"
            ) from None
        try:
            return getattr(keyring, method)(SERVICE, *arguments)
        except KeyringError as error:
            raise UsageError(
                f"the system's keyring can't be used: {error}",
                "`drillr login --tokens file` uses a file instead",
            ) from None


class LockTaken(DrillrError):
    """Another process holds a lock."""


@contextlib.contextmanager
def lock_file(path: str, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock on a file; it is given back even when the process is killed."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            import fcntl
        except ImportError:  # Windows: whoever refreshes a token there does so alone
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockTaken("another drillr is at it already", "Wait for it to finish") from None
        yield
    finally:
        os.close(file)


def _data(tokens: Tokens) -> dict[str, str]:
    return asdict(tokens) | {"expires_at": tokens.expires_at.isoformat()}


def _tokens(data: dict[str, Any]) -> Tokens:
    expires = datetime.fromisoformat(data["expires_at"])
    if expires.tzinfo is None:
        raise ValueError("an instant without a zone")
    return Tokens(str(data["access"]), str(data["refresh"]), expires, str(data.get("attempt", "")))
