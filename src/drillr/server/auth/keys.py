"""The keys that sign access tokens: several, by name, so that they can be changed while in use."""

import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from drillr.errors import UsageError
from drillr.server.settings import ServerSettings

FILE = "keys.json"
_KEPT = 3
_SHORTEST = 32


@dataclass(frozen=True, slots=True)
class Key:
    """One key: tokens name the `kid` that signed them."""

    kid: str
    secret: str


class KeyRing:
    """The first key signs, all verify; a file that was changed meanwhile is read again."""

    def __init__(self, keys: list[Key], path: Path | None = None) -> None:
        self._keys, self._path = keys, path
        self._seen = _stamp(path)

    def signing(self) -> Key:
        """The key that signs now."""
        self._refresh()
        return self._keys[0]

    def named(self, kid: str) -> Key | None:
        """The key with that name, if it still counts."""
        self._refresh()
        return next((key for key in self._keys if key.kid == kid), None)

    def _refresh(self) -> None:
        if self._path is None:
            return
        now = _stamp(self._path)
        if now != self._seen and now is not None:
            self._keys, self._seen = read_file(self._path), now


def open_ring(settings: ServerSettings) -> KeyRing:
    """The keys from the settings, else from the data's file, which is made when there is none."""
    given = settings.keys.get_secret_value()
    if given:
        return KeyRing([_parse(one) for one in given.split(",")])
    path = settings.data / FILE
    if not path.exists():
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, [_fresh()], exclusive=True)
    return KeyRing(read_file(path), path)


def rotate(settings: ServerSettings) -> str:
    """Make a new key that signs from now on, and keep the last ones to verify; its name."""
    if settings.keys.get_secret_value():
        raise UsageError(
            "the keys come from the environment", "Put the new key before the others there"
        )
    open_ring(settings)
    path = settings.data / FILE
    fresh = _fresh()
    _write(path, [fresh, *read_file(path)][:_KEPT])
    return fresh.kid


def read_file(path: Path) -> list[Key]:
    """The keys in a file; UsageError when others can read it, or it is not what we wrote."""
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise UsageError(f"{path} is not a file of ours", "It must belong to who runs drillr")
        if found.st_mode & 0o077:
            raise UsageError(f"{path} can be read by others", f"chmod 600 {path}")
        keys = [Key(one["kid"], one["secret"]) for one in json.loads(path.read_text())["keys"]]
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is no file of keys", "Restore it, or delete it") from None
    if not keys:
        raise UsageError(f"{path} holds no key", "Delete it: everyone signs in again")
    return keys


def _parse(text: str) -> Key:
    kid, _, secret = text.strip().partition(":")
    if not kid or len(secret) < _SHORTEST:
        raise UsageError(
            "a signing key is too short", f"Write kid:secret, the secret {_SHORTEST}+ characters"
        )
    return Key(kid, secret)


def _fresh() -> Key:
    return Key(secrets.token_hex(4), secrets.token_hex(32))


def _write(path: Path, keys: list[Key], *, exclusive: bool = False) -> None:
    """Put the file there whole, or leave the one of whoever was first."""
    fresh = path.with_name(f".{FILE}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"keys": [{"kid": key.kid, "secret": key.secret} for key in keys]}, file)
        file.flush()
        os.fsync(file.fileno())
    if not exclusive:
        os.replace(fresh, path)
        return
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(fresh)


def _stamp(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
