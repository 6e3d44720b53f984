"""A server as a process: it starts from nothing, says what is unsafe, and keeps secrets secret."""

import logging
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from drillr.errors import NetworkError, UsageError
from drillr.server.auth import keys
from drillr.server.logs import JsonLines, TextLines
from drillr.server.serving import serve, warnings
from drillr.server.settings import from_environment
from drillr.store.mariadb import MariaDatabase
from tests.server.conftest import PASSWORD, on_loopback, settings_for

PROGRAM = str(Path(sys.executable).with_name("drillr"))


def drillr(folder: Path, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """Run a command over the server's data."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DRILLR_SERVER_DATA": str(folder),
    }
    return subprocess.run(
        [PROGRAM, *arguments], env=environment, input=typed, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip


def test_an_empty_folder_becomes_a_server(tmp_path: Path) -> None:
    """One command, nothing installed beside it; its log names no secret."""
    with on_loopback(tmp_path / "data", DRILLR_SERVER_LOG_FORMAT="json") as server:
        assert server.client.get("/healthz").json()["status"] == "ok"
        headers = server.sign_in("ada")
        answer = server.client.get("/api/v1/auth/me", headers=headers)
        assert answer.json()["role"] == "admin"
        assert answer.headers["drillr-api"] == "1"
        secrets = [PASSWORD, *server.tokens["ada"].values(), headers["Authorization"]]
    log = (tmp_path / "data" / "log").read_text()
    assert '"event": "answered"' in log
    assert not [secret for secret in map(str, secrets) if len(secret) > 10 and secret in log]
    mode = (tmp_path / "data" / keys.FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_accounts_by_command(tmp_path: Path) -> None:
    """create-user, set-role, invite and revoke; the password comes by standard input."""
    folder = tmp_path / "data"
    made = drillr(folder, "server", "create-user", "ada", "--admin", "--password-stdin",
                  typed=PASSWORD + "\n")  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "made admin ada\n")
    assert drillr(folder, "server", "create-user", "ada", "--password-stdin",
                  typed=PASSWORD).returncode == 1  # fmt: skip
    assert drillr(folder, "server", "create-user", "bob", "--password-stdin",
                  typed="short").returncode == 2  # fmt: skip
    invitation = drillr(folder, "server", "invite", "--email", "eve@example.org").stdout.strip()
    with on_loopback(folder, DRILLR_SERVER_REGISTRATION="invitation") as server:
        assert server.register("bob").status_code == 403
        assert server.register("bob", invitation=invitation).status_code == 403
        assert server.register("eve", invitation=invitation).status_code == 201
        assert server.register("eve2", email="eve@example.org", invitation=invitation
                               ).status_code == 403  # fmt: skip
        headers = server.sign_in("eve")
        assert drillr(folder, "server", "set-role", "eve", "admin").returncode == 0
        me = server.client.get("/api/v1/auth/me", headers=headers)
        assert me.json()["role"] == "admin"
        assert "ended 1 logins" in drillr(folder, "server", "revoke", "eve", "--close").stderr
        assert server.client.get("/api/v1/auth/me", headers=headers).status_code == 401
        body = {"username": "eve", "password": PASSWORD}
        assert server.client.post("/api/v1/auth/token", json=body).status_code == 401


def test_keys_change_while_the_server_runs(tmp_path: Path) -> None:
    """After rotate-keys new tokens have the new key, and old ones still hold."""
    import jwt

    folder = tmp_path / "data"
    with on_loopback(folder) as server:
        old = server.sign_in("ada")
        assert drillr(folder, "server", "rotate-keys").returncode == 0
        server.tokens.clear()
        new = server.sign_in("ada")
        kids = {jwt.get_unverified_header(one["Authorization"][7:])["kid"] for one in (old, new)}
        assert len(kids) == 2
        for headers in (old, new):
            assert server.client.get("/api/v1/auth/me", headers=headers).status_code == 200


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    """A key file with the wrong mode, or that is a link, signs nothing."""
    settings = settings_for(tmp_path)
    keys.open_ring(settings)
    path = tmp_path / keys.FILE
    path.chmod(0o640)
    with pytest.raises(UsageError, match="can be read by others"):
        keys.open_ring(settings)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="not a file of ours"):
        keys.open_ring(settings)


def test_a_short_key_is_refused() -> None:
    """Keys from the environment are checked too."""
    with pytest.raises(UsageError, match="too short"):
        keys.open_ring(from_environment({"DRILLR_SERVER_KEYS": "a:short"}))


@pytest.mark.parametrize(
    ("flags", "warned"),
    [
        ({"host": "127.0.0.1"}, False), ({"host": "0.0.0.0"}, True), ({"host": "::"}, True),
        ({"host": "0.0.0.0", "proxies": "10.0.0.1"}, False),
        ({"host": "0.0.0.0", "tls_certificate": "c.pem"}, False),
    ],
)  # fmt: skip
def test_listening_in_the_open_warns(flags: dict[str, str], warned: bool) -> None:
    """Anything but loopback needs TLS, here or at a proxy."""
    assert bool(warnings(from_environment({}, **flags))) is warned


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_a_log_line_has_no_colours(lines: logging.Formatter) -> None:
    """What uvicorn adds for terminals stays out; other fields are shown."""
    extra = {"color_message": "started [\x1b[36m%d\x1b[0m]", "url": "http://here"}
    record = logging.makeLogRecord({"msg": "started [%d]", "args": (7,), **extra})
    line = lines.format(record)
    assert "started [7]" in line
    assert "http://here" in line
    assert "color" not in line


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    """It says what to do, and no script takes it for "nothing to do"."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        drillr(tmp_path / "data", "server", "migrate")
        done = drillr(tmp_path / "data", "serve", "--port", port)
    assert done.returncode == 5
    assert done.stderr.splitlines() == [
        f"drillr: port {port} of 127.0.0.1 is taken. Stop what listens there, or choose another by"
        " --port"
    ]


def test_a_start_that_fails_later_is_no_code_of_uvicorns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as for a port that somebody else took in between."""

    def fail(*_: object, **__: object) -> None:
        raise SystemExit(3)

    assert drillr(tmp_path, "server", "migrate").returncode == 0
    monkeypatch.setattr("uvicorn.run", fail)
    monkeypatch.setattr("gc.freeze", lambda: None)
    monkeypatch.setattr("drillr.server.logs.install", lambda *_: None)
    settings = settings_for(tmp_path).model_copy(update={"port": 0})
    with pytest.raises(NetworkError, match="couldn't start"):
        serve(settings)


def test_an_address_without_a_database_says_so() -> None:
    """Before anything connects."""
    with pytest.raises(UsageError, match="names no database"):
        MariaDatabase("mysql://root@127.0.0.1")


def test_settings_come_from_flags_then_environment_then_files(tmp_path: Path) -> None:
    """`_FILE` reads a secret from a file; what makes no sense is named."""
    secret = tmp_path / "secret"
    secret.write_text("redis://host/1\n")
    found = from_environment(
        {"DRILLR_SERVER_PORT": "9000", "DRILLR_SERVER_REDIS_FILE": str(secret)}, host="::1"
    )
    assert (found.port, found.host, found.redis.get_secret_value()) == (
        9000, "::1", "redis://host/1",
    )  # fmt: skip
    with pytest.raises(UsageError, match="DRILLR_SERVER_PORT"):
        from_environment({"DRILLR_SERVER_PORT": "many"})


def test_a_backup_restores_to_the_same_server(tmp_path: Path) -> None:
    """Taken while the server runs; in another folder it knows the same people."""
    folder, other = tmp_path / "data", tmp_path / "other"
    with on_loopback(folder) as server:
        server.sign_in("ada")
        done = drillr(folder, "server", "backup")
        assert done.returncode == 0, done.stderr
        server.sign_in("bob")
    other.mkdir()
    kept = folder / "storage" / done.stdout.strip()
    (other / "server.db").write_bytes(kept.read_bytes())
    with on_loopback(other) as server:
        body = {"username": "ada", "password": PASSWORD}
        assert server.client.post("/api/v1/auth/token", json=body).status_code == 200
        body["username"] = "bob"
        assert server.client.post("/api/v1/auth/token", json=body).status_code == 401
