"""Two stores and a server, as three terminals: signing in, syncing, and what each is told."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, read
from tests.conftest import Bank, mcq, theory
from tests.server.conftest import PASSWORD, Server, on_loopback

Story = Callable[..., Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`drillr serve` as a process of its own."""
    with on_loopback(tmp_path_factory.mktemp("server") / "data") as found:
        assert found.register("boss").json()["role"] == "admin"
        yield found


@pytest.fixture
def url(server: Server) -> str:
    """The server's address."""
    return str(server.client.base_url).rstrip("/")


@pytest.fixture
def ada(drillr: Run, url: str, tmp_path: Path) -> Story:
    """Runs drillr over one of Ada's stores: `ada("laptop", "sync")`; she has an account."""
    name = f"ada-{tmp_path.name[-20:].lower().replace('_', '-')}"
    signed: set[str] = set()

    def run(store: str, *arguments: str | Path, **more: Any) -> Any:
        path = str(tmp_path / f"{store}.db")
        if store not in signed:
            verb = "login" if signed else "register"
            email = () if signed else ("--email", f"{name}@example.org")
            done = drillr(
                verb, url, "--username", name, *email, "--password-stdin", input=PASSWORD + "\n",
                DRILLR_STORE=path,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            signed.add(store)
        return drillr(*arguments, DRILLR_STORE=path, **more)

    return run


def test_the_story_of_three_terminals(ada: Story, bank: Bank, tmp_path: Path) -> None:
    """Both review the same facet offline, both sync, both show the same, `--explain` tells why."""
    folder = bank("a__b__c__d", [mcq(n) for n in range(3)])
    for store in ("laptop", "desktop"):
        assert ada(store, "import", folder).returncode == 0
    ada("laptop", "review", "d", "--plain", input="B\n4\nq\n")
    ada("desktop", "review", "d", "--plain", input="B\n1\nq\n")
    assert "facts sent" in ada("laptop", "sync").stdout
    told = ada("desktop", "sync", "--explain")
    assert told.returncode == 0, told.stderr
    assert "received" in told.stdout
    ada("laptop", "sync")
    why = [json.loads(ada(s, "why", "q-000", "--json").stdout) for s in ("laptop", "desktop")]
    assert why[0] == why[1]
    shared = [line for line in told.stdout.splitlines() if line.startswith("q-")]
    assert shared, told.stdout
    assert "missed" in told.stdout or "first answer" in told.stdout
    again = read(ada("laptop", "sync", "--json"))
    assert (again["sent"], again["received"]) == (0, 0)


def test_a_second_device_from_nothing(
    ada: Story, drillr: Run, bank: Bank, url: str, tmp_path: Path, server: Server
) -> None:
    """Sign in and sync: questions, answers, settings; the cards are the first device's."""
    folder = bank("a__b__second__device", [mcq(n, id=f"s-{n}") for n in range(4)])
    assert ada("first", "publish", folder, "--yes").returncode == 5
    boss = str(tmp_path / "boss.db")
    signed = drillr(
        "login", url, "--username", "boss", "--password-stdin", input=PASSWORD + "\n",
        DRILLR_STORE=boss,
    )  # fmt: skip
    assert signed.returncode == 0
    shown = drillr("publish", folder, "--dry-run", DRILLR_STORE=boss)
    assert "+ new            s-0" in shown.stdout
    assert "4 questions published" in drillr("publish", folder, "--yes", DRILLR_STORE=boss).stdout
    assert ada("first", "import", folder).returncode == 0
    ada("first", "config", "set", "new_per_day", "3")
    ada("first", "review", "--plain", input="B\n1\nB\n4\nq\n")
    assert ada("first", "sync").returncode == 0
    done = read(ada("second", "sync", "--json"))
    assert done["questions"]["new"] >= 4
    assert done["cards"] == "equal"
    assert ada("second", "config", "get", "new_per_day").stdout.strip() == "3"
    one, two = (read(ada(s, "why", "s-0", "--json")) for s in ("first", "second"))
    assert one == two
    assert read(ada("second", "doctor", "--json"))["healthy"]
    assert ada("second", "report", "s-1", "C is right as well").returncode == 0
    ada("second", "sync")
    boss_tokens = server.sign_in("boss")
    found = server.client.get("/api/v1/content/reports", headers=boss_tokens).json()["reports"]
    assert [(one["note"], one["external_id"]) for one in found] == [("C is right as well", "s-1")]


def test_status_says_what_waits(ada: Story, bank: Bank) -> None:
    """Before the first exchange everything waits; afterwards nothing does."""
    ada("laptop", "import", bank("a__b__c__d", [theory(1)]))
    ada("laptop", "review", "--plain", input="\n1\n")
    waiting = read(ada("laptop", "sync", "status", "--json"))["remotes"][0]
    assert waiting["waiting"] > 0
    assert waiting["signed_in"] is True
    assert f"{waiting['waiting']} facts to send" in ada("laptop", "sync", "--dry-run").stdout
    ada("laptop", "sync")
    assert ada("laptop", "sync", "auto", "on").returncode == 0
    ada("laptop", "config", "set", "new_per_day", "7")
    quiet = ada("laptop", "sync", "quietly")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert read(ada("laptop", "sync", "status", "--json"))["remotes"][0]["waiting"] == 0
    ada("laptop", "logout")
    refused = ada("laptop", "sync")
    assert (refused.returncode, "drillr login" in refused.stderr) == (5, True)
    assert "failed" in ada("laptop", "sync", "status").stdout


def test_no_secret_is_seen(ada: Story, tmp_path: Path, drillr: Run, url: str) -> None:
    """Tokens are in a file of one's own; a password is never taken from the command line."""
    ada("laptop", "sync")
    tokens = tmp_path / "laptop.db.tokens"
    assert tokens.stat().st_mode & 0o077 == 0
    tokens.chmod(0o644)
    refused = ada("laptop", "sync")
    assert (refused.returncode, "others can read" in refused.stderr) == (2, True)
    wrong = drillr("login", url, "--username", "nobody", "--password-stdin", input="wrong-pass\n")
    assert wrong.returncode == 5
    assert "wrong-pass" not in wrong.stderr + wrong.stdout
    bare = drillr("login", url, "--username", "nobody")
    assert (bare.returncode, "--password-stdin" in bare.stderr) == (2, True)


def test_a_server_without_tls_is_named_as_such(drillr: Run, url: str) -> None:
    """An address without a scheme means https; a server that doesn't speak it needs http://."""
    bare = url.removeprefix("http://")
    done = drillr("login", bare, "--username", "a", "--password-stdin", input="secret\n")
    assert done.returncode == 5
    assert "does not speak TLS" in done.stderr
    assert "Put http:// in front" in done.stderr
    assert "SSL" not in done.stderr


def test_subscribing_to_what_nobody_knows_says_so(ada: Story, bank: Bank) -> None:
    """It is taken, as the server may have it; of what is here nothing is said."""
    ada("laptop", "import", bank("a__b__c__d", [theory(1)]))
    known = ada("laptop", "subscribe", "a/b")
    assert (known.returncode, known.stderr) == (0, "")
    odd = ada("laptop", "subscribe", "nosuch")
    assert odd.returncode == 0
    assert "nosuch" in odd.stdout
    assert "nothing of nosuch is here yet" in odd.stderr


def test_no_network_is_one_line(drillr: Run) -> None:
    """Nothing to sync with, an address that is none, a server that isn't there."""
    assert "drillr login" in drillr("sync").stderr
    plain = drillr("login", "http://example.org", "--username", "a", "--password-stdin", input="p")
    assert (plain.returncode, "unencrypted" in plain.stderr) == (2, True)
    nobody = drillr(
        "login", "http://127.0.0.1:9", "--username", "a", "--password-stdin", input="secret\n"
    )
    assert nobody.returncode == 5
    assert len(nobody.stderr.splitlines()) == 1
