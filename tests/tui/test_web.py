"""The interface in a browser: who may use it, and one question answered in a real Chromium."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from drillr.bootstrap import open_context
from drillr.services.importing import import_paths
from tests.conftest import Bank, mcq

pytest.importorskip("textual_serve", reason="the extra web is not installed")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    " --disable-background-networking --disable-component-update --window-size=1000,700"
).split()


@pytest.fixture
def store(tmp_path: Path, bank: Bank) -> Path:
    """A store with three questions."""
    path = tmp_path / "web" / "drillr.db"
    context = open_context(str(path))
    import_paths(context, [str(bank("a__b__c__d", [mcq(1), mcq(2), mcq(3)]))])
    context.database.close()
    return path


@pytest.fixture
def address(store: Path, tmp_path: Path) -> Iterator[str]:
    """The address that a running `drillr web` printed."""
    config = {"DRILLR_CONFIG": str(tmp_path / "config.toml"), "DRILLR_STORE": str(store)}
    with subprocess.Popen(
        [sys.executable, "-m", "drillr", "web"], env=os.environ | config, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


def count(store: Path, table: str) -> int:
    """Rows of a table, read beside the running interface."""
    import sqlite3

    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        found: int = database.execute(f"select count(*) from {table}").fetchone()[0]
        return found


def handshake(address: str, origin: str | None, host: str | None = None) -> int:
    """The status of a WebSocket request to the interface."""
    url = httpx.URL(address)
    lines = [
        f"GET {url.path}ws?width=80&height=24 HTTP/1.1", f"Host: {host or url.netloc.decode()}",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + base64.b64encode(b"0123456789abcdef").decode(),
    ]  # fmt: skip
    if origin is not None:
        lines.append(f"Origin: {origin}")
    with socket.create_connection((url.host, url.port or 0), timeout=20) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(connection.recv(100).split()[1])


def test_only_the_own_page_with_the_token_is_served(address: str) -> None:
    """No token, a wrong one, another site's Origin or another Host name: refused."""
    url = httpx.URL(address)
    root = f"http://{url.netloc.decode()}"
    page = httpx.get(address)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "http://" not in page.text.replace(root, "")
    assert "https://" not in page.text
    for refused in (
        f"{root}/",
        f"{root}/static/js/textual.js",
        f"{root}/{'x' * 43}/",
        f"{root}/ws",
    ):
        assert httpx.get(refused).status_code == 403, refused
    assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 403
    assert httpx.get(address, headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx.get(f"{address}static/js/textual.js").status_code == 200
    assert handshake(address, "http://evil.example") == 403
    assert handshake(address, None) == 403
    assert handshake(address, root, host="evil.example") == 403
    assert handshake(f"{root}/{'x' * 43}/", root) == 403
    assert handshake(address, root) == 101


def test_it_listens_on_this_machine_alone(address: str) -> None:
    """The address is the loopback's, and the token is long enough not to be guessed."""
    url = httpx.URL(address)
    assert url.host == "127.0.0.1"
    assert len(url.path.strip("/")) >= 43


class Browser:
    """A headless Chromium, driven over the WebDriver protocol."""

    def __init__(self, port: int, profile: Path) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        options = {"args": [*_FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}}
        found = self._post("/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{found['sessionId']}"

    def open(self, address: str) -> None:
        """Open a page."""
        self._post(f"{self._session}/url", {"url": address})

    def press(self, keys: str) -> None:
        """Press keys, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._post(
            f"{self._session}/actions",
            {"actions": [{"type": "key", "id": "keys", "actions": actions}]},
        )

    def focus(self) -> None:
        """Give the terminal the keyboard."""
        script = "const t = document.querySelector('textarea'); if (t) t.focus()"
        self._post(f"{self._session}/execute/sync", {"script": script, "args": []})

    def requested(self) -> list[str]:
        """Every address that the page asked for."""
        import json

        entries = self._post(f"{self._session}/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [
            message["params"]["request"]["url"] for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ] + [
            message["params"]["url"] for message in messages
            if message["method"] == "Network.webSocketCreated"
        ]  # fmt: skip

    def close(self) -> None:
        """End the browser."""
        self._http.delete(self._session)
        self._http.close()

    def _post(self, path: str, body: object) -> Any:
        answer = self._http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser, where one is installed."""
    driver = shutil.which("chromedriver")
    if driver is None:
        if os.environ.get("DRILLR_REQUIRE_SERVICES") == "1":
            pytest.fail("chromedriver is required and not installed")
        pytest.skip("chromedriver is not installed")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [driver, f"--port={port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        while "started successfully" not in process.stdout.readline():
            assert process.poll() is None
        made = Browser(port, tmp_path / "profile")
        yield made
        made.close()
        process.terminate()


def until(holds: Callable[[], bool], act: Callable[[], None]) -> None:
    """Do something again and again until it has had its effect."""
    end, pause = time.monotonic() + 60, threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never happened"
        act()
        pause.wait(0.3)


def test_a_question_is_answered_in_a_browser(store: Path, address: str, browser: Browser) -> None:
    """Keys reach the interface, answers the store, and nothing is asked of any other host."""
    browser.open(address)

    def enter() -> None:
        browser.focus()
        browser.press("\ue007")

    until(lambda: count(store, "learning_sessions") > 0, enter)
    until(lambda: count(store, "user_responses") > 0, lambda: browser.press("a2"))
    own = httpx.URL(address).netloc.decode()
    asked = [url for url in browser.requested() if url.startswith(("http", "ws"))]
    assert any(url.startswith("ws") for url in asked)
    assert [url for url in asked if httpx.URL(url).netloc.decode() != own] == []
