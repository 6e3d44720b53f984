"""A connection to one server: requests with tokens, repeated where that helps, errors in words.

Every request of sync may be repeated, so a lost reply costs time and nothing else.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx2 as httpx

from drillr.domain.text import visible
from drillr.errors import (
    ContentError,
    DeviceForked,
    DrillrError,
    ExchangeError,
    FactKnown,
    FactsMissing,
    NetworkError,
    SignInNeeded,
)
from drillr.formats import wire, wire_bytes
from drillr.sync.tokens import Tokens, TokenStore

API = "/api/v1"
ATTEMPTS = 3
LONGEST_WAIT = 30.0
MOST_REPLY = wire.MOST_BYTES
_EARLY = timedelta(seconds=30)
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What versions of OpenSSL call an answer that is no TLS."""
_PROBLEM = "urn:drillr:problem:"
Reply = TypeVar("Reply", bound=wire.Message)
_KINDS: dict[str, type[ExchangeError]] = {"facts-missing": FactsMissing, "fact-known": FactKnown}


@dataclass(frozen=True, slots=True)
class Means:
    """What a connection needs besides the network: the time, names of attempts, waiting.

    `go_on` is called again and again; what it raises ends the request.
    """

    clock: Callable[[], datetime]
    new_attempt: Callable[[], str]
    sleep: Callable[[float], None] = time.sleep
    go_on: Callable[[], None] = lambda: None


class Connection:
    """Requests to one server, signed in as whoever the token store says."""

    def __init__(self, http: httpx.Client, tokens: TokenStore, remote: str, means: Means) -> None:
        self._http, self._tokens, self._remote, self._means = http, tokens, remote, means
        self._packs = "gzip"

    def exchange(self, path: str, message: wire.Message, reply: type[Reply]) -> Reply:
        """Post a message, and read the one that answers."""
        data, encoding = wire_bytes.pack(message, self._packs)
        headers = {
            "Content-Type": wire.MEDIA_TYPE,
            "Accept": wire.MEDIA_TYPE,
            "Accept-Encoding": ", ".join(wire_bytes.encodings()),
        } | ({} if encoding == "identity" else {"Content-Encoding": encoding})
        answer = self.request("POST", path, content=data, headers=headers)
        # A server that packs by Zstandard also reads it.
        used = answer.headers.get("content-encoding", "")
        self._packs = wire_bytes.chosen(answer.headers.get("drillr-sync-encodings", self._packs))
        try:
            return wire_bytes.unpack(reply, answer.body, used, MOST_REPLY)
        except ContentError as error:
            raise NetworkError(
                f"the server's answer can't be understood: {error.message}",
                "Is it a drillr server? Perhaps one of you needs an upgrade",
            ) from None

    def request(self, method: str, path: str, *, signed: bool = True, **more: Any) -> "Answer":
        """One request below the API, repeated while the server is busy or out of reach."""
        given = more.pop("headers", {})
        refreshed = False
        for attempt in range(ATTEMPTS):
            headers = dict(given)
            if signed:
                headers["Authorization"] = f"Bearer {self._access(force=False)}"
            answer = self._once(method, path, last=attempt + 1 == ATTEMPTS, headers=headers, **more)
            if answer is None:
                continue
            if answer.status == 401 and signed and not refreshed:
                refreshed = True
                self._access(force=True, stale=headers["Authorization"])
                headers["Authorization"] = f"Bearer {self._access(force=False)}"
                answer = self._once(method, path, last=True, headers=headers, **more)
            if answer is not None and answer.status < 400:
                return answer
            if answer is not None:
                raise _error(answer)
        raise NetworkError("the server can't answer now", "Try again later")

    def _once(self, method: str, path: str, *, last: bool, **more: Any) -> "Answer | None":
        """The answer, or None when asking again is worth the wait that is over then."""
        self._means.go_on()
        try:
            with self._http.stream(method, API + path, **more) as response:
                body = _body(response, self._means.go_on)
                answer = Answer(response.status_code, response.headers, body)
        except httpx.HTTPError as error:
            if last:
                raise _unreachable(error) from None
            self._means.sleep(0.2)
            return None
        if answer.status in (429, 500, 502, 503, 504) and not last:
            self._means.sleep(_wait(answer.headers.get("retry-after", "")))
            return None
        return answer

    def _access(self, *, force: bool, stale: str = "") -> str:
        """An access token that holds a little longer; a new pair where the old one has run out."""
        tokens = self._tokens.load(self._remote)
        if tokens is None:
            raise _signed_out()
        if not force and tokens.expires_at > self._means.clock() + _EARLY:
            return tokens.access
        with self._tokens.locked():
            tokens = self._tokens.load(self._remote)
            if tokens is None:
                raise _signed_out()
            if force and f"Bearer {tokens.access}" != stale:
                return tokens.access  # another process was quicker
            tokens = tokens.beginning(self._means.new_attempt())
            # On disk before it is asked for: after a crash the same attempt is repeated.
            self._tokens.save(self._remote, tokens)
            return self._refresh(tokens).access

    def _refresh(self, tokens: Tokens) -> Tokens:
        try:
            answer = self.request(
                "POST", "/auth/refresh", signed=False,
                json={"refresh_token": tokens.refresh, "attempt": tokens.attempt},
            )  # fmt: skip
        except SignInNeeded:
            self._tokens.save(self._remote, None)
            raise
        fresh = tokens_in(answer.json(), self._means.clock())
        self._tokens.save(self._remote, fresh)
        return fresh


class Answer:
    """A reply that was read to its end."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def json(self) -> dict[str, Any]:
        """The JSON object in it; NetworkError when there is none."""
        import json

        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise NetworkError("the server's answer is no JSON object", "Is it a drillr server?")
        return found


def tokens_in(data: Mapping[str, Any], now: datetime) -> Tokens:
    """The tokens that an answer holds; NetworkError when it holds none."""
    try:
        lasts = timedelta(seconds=min(int(data["expires_in"]), 86_400))
        return Tokens(str(data["access_token"]), str(data["refresh_token"]), now + lasts)
    except (KeyError, TypeError, ValueError):
        raise NetworkError("the server gave no tokens", "Is it a drillr server?") from None


def _body(response: httpx.Response, go_on: Callable[[], None]) -> bytes:
    """The raw bytes of a reply, still packed; NetworkError when they are too many or too few."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_raw():
        go_on()
        parts.append(part)
        size += len(part)
        if size > MOST_REPLY:
            raise NetworkError("the server's answer is too large", "Is it a drillr server?")
    return b"".join(parts)


def _unreachable(error: Exception) -> NetworkError:
    if any(words in str(error).upper() for words in _NO_TLS):
        return NetworkError(
            "the server does not speak TLS there",
            "Put http:// in front of its address: that is taken for this machine, and for others"
            " with --allow-plain-http",
        )
    return NetworkError(
        f"the server can't be reached: {_reason(error)}",
        "Nothing is lost: sync again when there is a network",
    )


def _reason(error: Exception) -> str:
    """What went wrong, without the system's number for it."""
    text = str(error)
    number, _, words = text.partition("] ")
    return visible(words if number.startswith("[Errno ") else text) or type(error).__name__


def _wait(text: str) -> float:
    return min(LONGEST_WAIT, float(text)) if text.isascii() and text.isdigit() else 0.2


def _signed_out() -> SignInNeeded:
    return SignInNeeded("nobody is signed in to this server", "`drillr login URL` signs in")


def _error(answer: Answer) -> DrillrError:
    """What a problem means here; its words are shown without control characters."""
    try:
        data = answer.json()
    except NetworkError:
        data = {}
    name = str(data.get("type", "")).removeprefix(_PROBLEM)
    detail = visible(str(data.get("detail", "")))[:500]
    remedy = visible(str(data.get("remedy", "")))[:500]
    if answer.status == 401:
        return SignInNeeded(detail or "the server asks who you are", "`drillr login URL` signs in")
    if name == "device-forked":
        return DeviceForked(_device(answer.headers.get("drillr-device", "")), detail)
    if name in _KINDS:
        return _KINDS[name](detail, remedy)
    if name == "upgrade-needed":
        return NetworkError(detail, remedy or "Upgrade drillr")
    shown = detail or f"the server answered {answer.status}"
    return NetworkError(f"the server refuses: {shown}", remedy)


def _device(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
