"""Access tokens (JWT, short-lived) and refresh tokens (random, stored as digests)."""

import secrets
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

import jwt

from drillr.domain.ids import UserId
from drillr.server.auth.keys import KeyRing

_ALGORITHM = "HS256"
_AUDIENCE = "drillr"


class Claims(NamedTuple):
    """Whose token it is, and of which login."""

    user: UserId
    login: bytes


def issue(keys: KeyRing, claims: Claims, now: datetime, lifetime: timedelta) -> str:
    """A signed access token."""
    key = keys.signing()
    payload = {
        "sub": claims.user.hex(),
        "login": claims.login.hex(),
        "aud": _AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return jwt.encode(payload, key.secret, _ALGORITHM, headers={"kid": key.kid})


def read(keys: KeyRing, token: str, now: datetime) -> Claims | None:
    """What a token says, if we signed it and it still holds."""
    try:
        key = keys.named(str(jwt.get_unverified_header(token).get("kid", "")))
        if key is None:
            return None
        # The clock is ours, not the library's: one clock for everything that expires.
        payload = jwt.decode(
            token, key.secret, [_ALGORITHM], audience=_AUDIENCE,
            options={
                "require": ["exp", "sub", "aud"], "verify_exp": False, "verify_iat": False,
                "verify_sub": True,
            },
        )  # fmt: skip
        if int(payload["exp"]) <= now.timestamp():
            return None
        user, login = bytes.fromhex(payload["sub"]), bytes.fromhex(payload["login"])
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, OverflowError):
        return None
    return Claims(UserId(user), login) if len(user) == len(login) == 16 else None


def new_secret() -> str:
    """A refresh token or an invitation: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """The 16 bytes under which a secret is stored: what is in the database lets nobody in."""
    return blake2b(secret.encode(), digest_size=16, person=b"drillr-token").digest()
