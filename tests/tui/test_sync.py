"""The screen of sync: real keys, the real server application, and a server that means harm."""

import dataclasses
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path

import httpx2 as httpx
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from drillr.bootstrap import open_context
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services import library as shelf
from drillr.services import merging, remotes
from drillr.services.context import Context
from drillr.services.editing import edit, text_of
from drillr.services.library import Cursor
from drillr.services.reviewing import Given, start
from drillr.sync.session import Account, Client
from drillr.tui.app import DrillrApp, Interface
from drillr.tui.bridge import Bridge
from drillr.tui.conflicts import ConflictsScreen
from drillr.tui.exchange import GoOn
from drillr.tui.home import HomeScreen
from drillr.tui.sign_in import SignIn
from drillr.tui.sync import SyncScreen
from tests.conftest import Clock, mcq
from tests.server.conftest import PASSWORD, Server, sqlite_server  # noqa: F401 - a fixture
from tests.server.test_admin import finished, upload
from tests.tui.conftest import Driven, press, screen_text, settled, until

Opened = Callable[..., Driven]
URL = "http://localhost:8000"
ACCOUNT = Account(URL, "ada", PASSWORD)


@pytest.fixture
def opened(context: Context, store: str, bridge: Bridge, interface: Interface) -> Opened:
    """Opens the screen of sync over a way to servers: `async with opened(transport) as pilot:`."""

    @asynccontextmanager
    async def run(
        transport: httpx.BaseTransport, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Pilot[int]]:
        def connect(go_on: GoOn) -> Client:
            return Client(context, store, transport, go_on)

        app = DrillrApp(context, bridge, None, interface, connect)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            await press(pilot, "y")
            assert isinstance(app.screen, SyncScreen)
            yield pilot

    return run


@pytest.fixture
def served(sqlite_server: Server) -> Server:  # noqa: F811
    """A server whose admin is ada, with a library of two questions."""
    questions = {"a__b__c__shared.json": [mcq(71), mcq(72)]}
    assert finished(sqlite_server, upload(sqlite_server, "ada", questions))["state"] == "done"
    return sqlite_server


@pytest.fixture
def line(served: Server) -> httpx.BaseTransport:
    """The way to that server."""
    way: httpx.BaseTransport = served.client._transport
    return way


@pytest.fixture
def client(context: Context, store: str, line: httpx.BaseTransport) -> Client:
    """This store's client, signed in."""
    made = Client(context, store, line)
    made.login(ACCOUNT)
    return made


def answer(context: Context) -> None:
    """Answer the first question."""
    session = start(context, Plan())
    session.answer(Given(), Rating.HARD)
    session.leave()


def shows(pilot: Pilot[int], kind: type[object]) -> bool:
    """Whether a screen of this kind is on top."""
    return isinstance(pilot.app.screen, kind)


async def write(pilot: Pilot[int], text: str) -> None:
    """Type a text as it is."""
    names = {" ": "space", ":": "colon", "/": "slash", ".": "full_stop", "@": "at", "-": "minus"}
    await pilot.press(*[names.get(sign, sign) for sign in text])


async def sign_in(pilot: Pilot[int], password: str = PASSWORD) -> None:
    """Sign in as ada by the dialog."""
    await pilot.press("i")
    await until(pilot, lambda: isinstance(pilot.app.screen, SignIn))
    for text in (URL, "ada", password):
        await write(pilot, text)
        await pilot.press("enter")
    await settled(pilot)


async def idle(pilot: Pilot[int]) -> None:
    """Wait until no server is spoken to, and what came of it is shown."""
    await until(pilot, lambda: not pilot.app.exchange.what)  # type: ignore[attr-defined]
    await settled(pilot)


async def test_without_a_server_the_screen_says_what_to_do(
    opened: Opened, line: httpx.BaseTransport
) -> None:
    """Two keys lead on; what needs a server is not offered, and does no harm."""
    async with opened(line) as pilot:
        text = screen_text(pilot)
        assert "sign in to a server" in text
        assert "send only" not in text
        await press(pilot, *"uneabox", "enter")
        assert shows(pilot, SyncScreen)
        await press(pilot, "escape")
        assert shows(pilot, HomeScreen)


async def test_signing_in_and_syncing(
    opened: Opened, line: httpx.BaseTransport, library: Context
) -> None:
    """The password shows as dots; the first sync brings the server's questions."""
    start(library, Plan())
    async with opened(line) as pilot:
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, SignIn))
        for text in (URL, "ada"):
            await write(pilot, text)
            await pilot.press("enter")
        await write(pilot, PASSWORD)
        assert PASSWORD not in screen_text(pilot)
        assert "•" * len(PASSWORD) in screen_text(pilot)
        await pilot.press("enter")
        await idle(pilot)
        assert "ada, signed in" in screen_text(pilot)
        assert "never: enter exchanges" in screen_text(pilot)
        await press(pilot, "enter")
        await idle(pilot)
        text = screen_text(pilot)
        assert "1 fact sent" in text
        assert "questions: 2 new" in text
        assert "nothing: the server has all" in text
        await press(pilot, "q")
        assert "synced just now · 0 waiting" in screen_text(pilot)


async def test_a_wrong_password_loses_nothing_else(
    opened: Opened, line: httpx.BaseTransport
) -> None:
    """The dialog comes back with address and name; escape leaves it."""
    async with opened(line) as pilot:
        await sign_in(pilot, "wrong")
        await until(pilot, lambda: getattr(pilot.app.focused, "id", "") == "password")
        held = {str(one.id): one.value for one in pilot.app.screen.query(Input)}
        assert (held["url"], held["username"], held["password"]) == (URL, "ada", "")
        assert pilot.app.focused is pilot.app.screen.query_one("#password")
        await press(pilot, "escape")
        assert shows(pilot, SyncScreen)
        assert "sign in to a server" in screen_text(pilot)


async def test_an_account_is_made(
    opened: Opened, served: Server, line: httpx.BaseTransport
) -> None:
    """The password is asked for twice; what the server needs is sent."""
    async with opened(line) as pilot:
        await press(pilot, "r")
        for text in (URL, "bob", PASSWORD, "something else"):
            await write(pilot, text)
            await pilot.press("enter")
        await press(pilot, "ctrl+s")
        assert "the two passwords differ" in screen_text(pilot)
        pilot.app.screen.query_one("#again", Input).value = PASSWORD
        pilot.app.screen.query_one("#email", Input).value = "bob@example.org"
        await press(pilot, "ctrl+s")
        await idle(pilot)
        assert "bob, signed in" in screen_text(pilot)
    assert served.call("GET", "/auth/me", "bob").json()["email"] == "bob@example.org"


async def test_a_preview_changes_nothing_and_each_way_can_be_gone_alone(
    opened: Opened, line: httpx.BaseTransport, client: Client, library: Context
) -> None:
    """Sending brings no questions; receiving sends no facts."""
    start(library, Plan())
    async with opened(line) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: "a sync would send 1 fact " in screen_text(pilot))
        await idle(pilot)
        assert "never: enter" in screen_text(pilot)
        await press(pilot, "d")
        await idle(pilot)
        assert "0 facts sent" in screen_text(pilot)
        assert "questions: 2 new" in screen_text(pilot)
        assert "1 fact (answers" in screen_text(pilot)
        await press(pilot, "u")
        await idle(pilot)
        assert "1 fact sent" in screen_text(pilot)


async def test_a_report_reaches_the_admins(
    opened: Opened, line: httpx.BaseTransport, client: Client, served: Server, context: Context
) -> None:
    """`!` in a review, then a sync: the server's admins read the note."""
    async with opened(line) as pilot:
        await press(pilot, "enter")
        await idle(pilot)
        await press(pilot, "q", "enter", "exclamation_mark")
        await write(pilot, "B is wrong")
        await press(pilot, "enter")
        assert "number 71" in screen_text(pilot)
        await press(pilot, "q", "q", "y", "enter")
        await idle(pilot)
    (report,) = served.call("GET", "/content/reports", "ada").json()["reports"]
    assert (report["external_id"], report["note"]) == ("q-071", "B is wrong")


async def test_it_syncs_by_itself_after_a_session(
    opened: Opened, line: httpx.BaseTransport, client: Client, served: Server, context: Context
) -> None:
    """Where that is switched on, and without a word."""
    client.sync()
    async with opened(line) as pilot:
        await press(pilot, "a")
        assert "at every start and after a session" in screen_text(pilot)
        await press(pilot, "q", "enter", "a", "1", "q", "q")
        await idle(pilot)
        await until(pilot, lambda: "0 waiting" in screen_text(pilot))
    assert remotes.named(context, None).last["sent"] > 1


async def test_two_devices_and_one_story(
    opened: Opened,
    line: httpx.BaseTransport,
    client: Client,
    served: Server,
    context: Context,
    tmp_path: Path,
    clock: Clock,
) -> None:
    """A card that both touched is told with both histories; markup in a device's name is text."""
    client.sync()
    answer(context)
    other = dataclasses.replace(
        open_context(str(tmp_path / "other" / "drillr.db")), clock=clock, system_zone=UTC
    )
    second = Client(other, str(tmp_path / "other" / "drillr.db"), line)
    second.login(ACCOUNT)
    second.sync()
    answer(other)
    second.sync()
    other.database.close()
    async with opened(line, size=(120, 40)) as pilot:
        await press(pilot, "enter")
        await idle(pilot)
        await press(pilot, "e")
        text = screen_text(pilot)
        assert "touched by two devices: 1" in text
        assert "q-071" in text
        assert text.count(" + 20") == 2
        assert "= " in text
        await press(pilot, "escape")
        assert shows(pilot, SyncScreen)


async def test_parts_signing_out_and_forgetting(
    opened: Opened, line: httpx.BaseTransport, client: Client, context: Context
) -> None:
    """Each of several servers has its own; the arrows choose."""
    client.sync()
    client.login(dataclasses.replace(ACCOUNT, name="work"))
    async with opened(line) as pilot:
        await press(pilot, "down", "b")
        await write(pilot, "a/b, x")
        await press(pilot, "enter")
        assert remotes.named(context, "work").scope == ("a__b", "x")
        assert remotes.named(context, "server").scope == ()
        await press(pilot, "o")
        await idle(pilot)
        assert "signed out: i signs in" in screen_text(pilot)
        assert client.signed_in(remotes.named(context, "server"))
        await press(pilot, "x", "escape")
        assert len(remotes.every(context)) == 2
        await press(pilot, "x", "y")
        await idle(pilot)
        assert [one.name for one in remotes.every(context)] == ["server"]
        await press(pilot, "o")
        await idle(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "nobody is signed in" in screen_text(pilot))


# A network that fails, a server that means harm ------------------------------------------------


class Says(httpx.BaseTransport):
    """A server that answers everything in one way."""

    def __init__(self, answer: Callable[[], httpx.Response]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """That answer."""
        return self._answer()


class Endless(httpx.SyncByteStream):
    """Drops of an answer that never ends, until the test has seen enough."""

    def __init__(self) -> None:
        self.enough, self.began = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        while not self.enough.wait(0.01):
            self.began.set()
            yield b" "


class Body(httpx.SyncByteStream):
    """An answer's bytes, as they come from a network."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self._data


def reply(status: int, data: bytes = b"", **headers: str) -> httpx.Response:
    """An answer."""
    return httpx.Response(status, headers=headers, stream=Body(data))


def problem(**more: str) -> httpx.Response:
    """An error of the server's, in its own words."""
    return reply(409, json.dumps({"type": "urn:drillr:problem:upgrade-needed"} | more).encode())


def gone() -> httpx.Response:
    """No answer at all."""
    raise httpx.ConnectError("no route to host")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (gone, "can't be reached"),
        (lambda: problem(detail="[bold]old[/] [@click=app.quit]x[/]"), "[bold]old[/]"),
        (lambda: problem(detail="\x1b[2Jgone\x07", remedy="\x1b]0;x\x07"), "[2Jgone"),
        (lambda: reply(302, location="http://elsewhere/"), "understood"),
        (lambda: reply(200, b"\x00" * 1000), "understood"),
        (lambda: reply(500, b"<html>" * 9), "answered 500"),
    ],
)
async def test_trouble_is_one_line_and_the_screen_stays(
    answer: Callable[[], httpx.Response], said: str, opened: Opened, client: Client,
) -> None:  # fmt: skip
    """Whatever a server or the network does: a toast, a note of the last try, and no more."""
    async with opened(Says(answer)) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: said in screen_text(pilot))
        await idle(pilot)
        text = screen_text(pilot)
        assert "\x1b" not in text
        assert "last try" in text
        await press(pilot, "q")
        assert shows(pilot, HomeScreen)


async def test_an_endless_answer_is_stopped_and_nothing_waits_for_it(
    opened: Opened, client: Client, context: Context
) -> None:
    """Escape ends it; until then, and while it ends, everything else works."""
    stream = Endless()
    async with opened(Says(lambda: httpx.Response(200, stream=stream))) as pilot:
        await pilot.press("enter")
        await until(pilot, stream.began.is_set)
        await until(pilot, lambda: "esc stops" in screen_text(pilot))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        await pilot.press("y")
        await until(pilot, lambda: "esc stops" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "still runs" in screen_text(pilot))
        await pilot.press("escape")
        await idle(pilot)
        assert "esc stops" not in screen_text(pilot)
        assert "last try" not in screen_text(pilot)
    assert not stream.enough.is_set()


async def test_closing_does_not_wait_for_a_server_that_is_silent(
    opened: Opened, client: Client
) -> None:
    """The application ends while a server still keeps it waiting."""
    silence, began = threading.Event(), threading.Event()

    def never() -> httpx.Response:
        began.set()
        silence.wait(30)
        return reply(500)

    async with opened(Says(never)) as pilot:
        await pilot.press("enter")
        await until(pilot, began.is_set)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)
    assert not silence.is_set()
    silence.set()


# Conflicts -------------------------------------------------------------------------------------


@pytest.fixture
def clashes(library: Context, tmp_path: Path, clock: Clock) -> Context:
    """Both sides edited two fields of one question and one of another; markup is text."""
    other = open_context(str(tmp_path / "other" / "drillr.db"))
    server = dataclasses.replace(other, clock=clock, system_zone=UTC)
    mine, here = Cursor(), shelf.page(library, Cursor(), []).questions
    merging.accept(server, here)
    merging.take(library, "server", shelf.page(server, mine, []).questions)
    for where, word in ((library, "Mine"), (server, "Theirs")):
        for name, fields in (("q-001", ("question", "explanation")), ("q-002", ("question",))):
            item = json.loads(text_of(where, name))
            edits = dict.fromkeys(fields, f"Which one, [b]{word}[/b] or {word}?")
            edit(where, name, json.dumps(item | edits))
    assert merging.take(library, "server", shelf.page(server, mine, []).questions).clashes == 3
    other.database.close()
    return library


def texts(context: Context) -> dict[str, str]:
    """Whose text each field that clashed has."""
    found = {}
    for name, field in (("q-001", "question"), ("q-001", "explanation"), ("q-002", "question")):
        text = json.loads(text_of(context, name))[field]
        found[f"{name} {field}"] = "theirs" if "Theirs" in text else "mine"
    return found


async def test_conflicts_are_settled_field_by_field(
    opened: Opened, line: httpx.BaseTransport, client: Client, clashes: Context
) -> None:
    """Three versions are shown; one key a field says whose stays."""
    async with opened(line, size=(120, 40)) as pilot:
        assert "3 edits clash" in screen_text(pilot)
        await press(pilot, "c")
        assert shows(pilot, ConflictsScreen)
        text = screen_text(pilot)
        assert "3 conflicts" in text
        assert "[b]Mine[/b]" in text
        assert "[b]Theirs[/b]" in text
        assert "It comes second." in text
        await press(pilot, "t")
        assert "2 conflicts" in screen_text(pilot)
        await press(pilot, "down", "t", "m")
        assert "No conflicts." in screen_text(pilot)
        await press(pilot, "m", "t", "M", "T", "q")
        assert shows(pilot, SyncScreen)
        assert "clash" not in screen_text(pilot)
    assert texts(clashes) == {
        "q-001 explanation": "theirs", "q-001 question": "mine", "q-002 question": "theirs",
    }  # fmt: skip


@pytest.mark.parametrize(("key", "whose"), [("M", "mine"), ("T", "theirs")])
async def test_all_conflicts_are_settled_at_once(
    key: str,
    whose: str,
    opened: Opened,
    line: httpx.BaseTransport,
    client: Client,
    clashes: Context,
) -> None:
    """After a question, because nobody can take it back."""
    async with opened(line) as pilot:
        await press(pilot, "c", key, "escape")
        assert "3 conflicts" in screen_text(pilot)
        await press(pilot, key, "y")
        assert "No conflicts." in screen_text(pilot)
    assert set(texts(clashes).values()) == {whose}
