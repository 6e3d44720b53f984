"""Requests to a server: what is repeated, what is refused, and what a hostile one can't do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from drillr.errors import DeviceForked, DrillrError, FactsMissing, NetworkError, SignInNeeded
from drillr.formats import wire
from drillr.sync.connection import Connection, Means
from drillr.sync.tokens import TokenFile, Tokens

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "01900000000070008000000000000001"
Handler = Callable[[httpx.Request], httpx.Response]


class Line:
    """A connection whose server is a function; `waits` are the pauses it took."""

    def __init__(self, folder: Path, handler: Handler, *, expires: int = 600) -> None:
        self.tokens = TokenFile(str(folder / "tokens"))
        self.tokens.save("server", Tokens("old", "refresh", AT + timedelta(seconds=expires)))
        self.waits: list[float] = []
        self.seen: list[httpx.Request] = []

        def handle(request: httpx.Request) -> httpx.Response:
            self.seen.append(request)
            return handler(request)

        http = httpx.Client(transport=httpx.MockTransport(handle), base_url="https://host")
        means = Means(lambda: AT, lambda: "attempt-attempt-attempt", self.waits.append)
        self.connection = Connection(http, self.tokens, "server", means)

    def ask(self) -> wire.Accepted:
        """One exchange."""
        return self.connection.exchange("/sync/push", wire.Facts(), wire.Accepted)


class _Stream(httpx.SyncByteStream):
    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Any:
        yield self._data


def reply(status: int = 200, body: Any = None, **headers: str) -> httpx.Response:
    """A reply of the server."""
    data = body if isinstance(body, bytes) else json.dumps(body or {"new": 1}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=_Stream(data))


def problem(status: int, name: str, **headers: str) -> httpx.Response:
    """A problem."""
    body = {"type": f"urn:drillr:problem:{name}", "detail": "so \x1b[31mit is", "remedy": "do"}
    return reply(status, body, **headers)


def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    """After the pause that it asks for, as long as that is not for ever."""
    answers = [reply(503, retry_after="7"), reply(429, retry_after="99999"), reply()]
    line = Line(tmp_path, lambda _: answers.pop(0))
    assert line.ask().new == 1
    assert line.waits == [7.0, 30.0]


def test_a_lost_reply_is_asked_for_again(tmp_path: Path) -> None:
    """What was cut off is repeated; when it stays so, the error says that nothing is lost."""

    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut \x1b off")

    line = Line(tmp_path, cut)
    with pytest.raises(NetworkError, match=r"can.t be reached: cut \ufffd off.*Nothing is lost"):
        line.ask()
    assert len(line.seen) == 3


def test_an_access_token_that_ran_out_is_renewed(tmp_path: Path) -> None:
    """Before it is used; the attempt is on disk before it is sent."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            held = line.tokens.load("server")
            assert held is not None
            body = json.loads(request.read())
            assert body == {"refresh_token": "refresh", "attempt": held.attempt}
            assert "authorization" not in request.headers
            return reply(200, {"access_token": "new", "refresh_token": "r2", "expires_in": 900})
        return reply()

    line = Line(tmp_path, answer, expires=5)
    line.ask()
    assert line.seen[-1].headers["authorization"] == "Bearer new"
    assert line.tokens.load("server") == Tokens("new", "r2", AT + timedelta(seconds=900))


def test_a_token_that_the_server_rejects_is_renewed_once(tmp_path: Path) -> None:
    """A 401 leads to one refresh and one more try, then to signing in."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            return reply(200, {"access_token": "new", "refresh_token": "r2", "expires_in": 900})
        return problem(401, "not-signed-in")

    line = Line(tmp_path, answer)
    with pytest.raises(SignInNeeded, match="drillr login"):
        line.ask()
    assert [request.url.path[8:] for request in line.seen] == [
        "sync/push", "auth/refresh", "sync/push",
    ]  # fmt: skip


def test_a_revoked_login_is_forgotten(tmp_path: Path) -> None:
    """When the refresh token no longer holds, nobody is signed in any more."""
    line = Line(tmp_path, lambda _: problem(401, "login-ended"), expires=-5)
    with pytest.raises(SignInNeeded):
        line.ask()
    assert line.tokens.load("server") is None
    with pytest.raises(SignInNeeded, match="nobody is signed in"):
        line.ask()


@pytest.mark.parametrize(("name", "kind"), [
    ("device-forked", DeviceForked), ("facts-missing", FactsMissing),
    ("upgrade-needed", NetworkError), ("anything", NetworkError),
])  # fmt: skip
def test_problems_become_errors(tmp_path: Path, name: str, kind: type[DrillrError]) -> None:
    """Each problem of sync is the error that it stands for; its words are safe to show."""
    line = Line(tmp_path, lambda _: problem(409, name, drillr_device=KEY))
    with pytest.raises(kind, match="\ufffd") as caught:
        line.ask()
    if isinstance(caught.value, DeviceForked):
        assert caught.value.device == bytes.fromhex(KEY)


@pytest.mark.parametrize(("body", "headers"), [
    (b"<html>", {}), (b"", {}), (b"{}", {"content_encoding": "gzip"}), (b"[1]", {}),
    (b'{"new": "many"}', {}), (b"{}", {"content_encoding": "rot13"}),
])  # fmt: skip
def test_answers_that_are_none(tmp_path: Path, body: bytes, headers: dict[str, str]) -> None:
    """Whatever else answers at that address, the error is in words."""
    line = Line(tmp_path, lambda _: reply(200, body, **headers))
    with pytest.raises(NetworkError, match="can't be understood"):
        line.ask()


def test_an_error_page_is_no_problem(tmp_path: Path) -> None:
    """A proxy's own page is named by its status."""
    line = Line(tmp_path, lambda _: reply(404, b"<html>not here</html>"))
    with pytest.raises(NetworkError, match="answered 404"):
        line.ask()


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """A token goes to the server it belongs to, and nowhere else."""
    line = Line(tmp_path, lambda _: reply(307, b"", location="https://evil.example/"))
    with pytest.raises(NetworkError):
        line.ask()
    assert {request.url.host for request in line.seen} == {"host"}
