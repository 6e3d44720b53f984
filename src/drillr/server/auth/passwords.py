"""Hashes and checks passwords with Argon2id, always in the same time."""

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher


class Passwords:
    """Argon2id takes some 30 ms and 64 MiB on purpose, so few run at once, outside of the loop."""

    def __init__(self, hasher: Argon2Hasher | None = None, at_once: int = 2) -> None:
        """`hasher` None is the parameters that pwdlib recommends."""
        self._hasher = PasswordHash((hasher or Argon2Hasher(),))
        self._limiter = CapacityLimiter(at_once)
        # What an unknown name's password is compared with, so that it takes as long.
        self._dummy = self._hasher.hash("nobody has this password")

    def hash_now(self, password: str) -> str:
        """The hash to store; for programs without an event loop."""
        return self._hasher.hash(password)

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await to_thread.run_sync(self._hasher.hash, password, limiter=self._limiter)

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; `stored` None takes as long and is False."""
        known = stored is not None and stored.startswith("$argon2")
        against = stored if known and stored is not None else self._dummy
        same = await to_thread.run_sync(
            self._hasher.verify, password, against, limiter=self._limiter
        )
        return same and known
