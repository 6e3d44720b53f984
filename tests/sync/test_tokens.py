"""Where tokens are kept, and which servers they may be sent to."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drillr.errors import NetworkError, UsageError
from drillr.sync.address import checked
from drillr.sync.connection import tokens_in
from drillr.sync.tokens import LockTaken, TokenFile, Tokens, lock_file

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOKENS = Tokens("access", "refresh", AT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the tokens go; there are none yet."""
    return tmp_path / "folder" / "drillr.db.tokens"


def test_tokens_come_back_by_remote(path: Path) -> None:
    """What was saved is loaded, remote by remote; forgetting one leaves the other."""
    store = TokenFile(str(path))
    assert store.load("server") is None
    store.save("server", TOKENS)
    store.save("work", TOKENS.beginning("attempt"))
    assert TokenFile(str(path)).load("server") == TOKENS
    assert TokenFile(str(path)).load("work") == Tokens("access", "refresh", AT, "attempt")
    store.save("server", None)
    assert (store.load("server"), store.load("work") is None) == (None, False)


def test_nobody_else_can_read_the_file(path: Path) -> None:
    """It is made with mode 0600, whatever the umask, and no half of it is ever seen."""
    before = os.umask(0)
    try:
        TokenFile(str(path)).save("server", TOKENS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [name.name for name in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    """Tokens that others may have seen are not used."""
    TokenFile(str(path)).save("server", TOKENS)
    path.chmod(mode)
    with pytest.raises(UsageError, match="others can read"):
        TokenFile(str(path)).load("server")


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    """A link in the file's place could lead anywhere."""
    TokenFile(str(tmp_path / "real")).save("server", TOKENS)
    path.parent.mkdir()
    path.symlink_to(tmp_path / "real")
    with pytest.raises(UsageError, match="can't be read"):
        TokenFile(str(path)).load("server")


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"server": 5}', '{"server": {}}',
    '{"server": {"access": "a", "refresh": "r", "expires_at": "2026-01-01"}}'])  # fmt: skip
def test_a_damaged_file_is_nobody_signed_in(path: Path, text: str) -> None:
    """Whatever stands in the file, one signs in again."""
    TokenFile(str(path)).save("server", TOKENS)
    path.write_text(text)
    assert TokenFile(str(path)).load("server") is None


def test_a_refresh_keeps_the_name_of_its_first_attempt() -> None:
    """Repeating a refresh whose answer was lost is the same attempt, not a stolen token."""
    begun = TOKENS.beginning("first")
    assert begun.beginning("second").attempt == "first"


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """While one holds it, another who doesn't wait is told so; afterwards it is free."""
    name = str(tmp_path / "lock")
    with lock_file(name), pytest.raises(LockTaken), lock_file(name, wait=False):
        pass
    with lock_file(name, wait=False):
        pass


@pytest.mark.parametrize("url", [
    "https://drillr.example.org", "https://drillr.example.org:8443/base", "http://127.0.0.1:8001",
    "http://localhost:8001", "http://[::1]:8001",
])  # fmt: skip
def test_addresses_that_are_safe(url: str) -> None:
    """TLS anywhere, plain http to this machine."""
    assert checked(url) == url
    assert checked(url + "/") == url


def test_a_bare_host_means_tls() -> None:
    """Who types a name gets https."""
    assert checked("drillr.example.org") == "https://drillr.example.org"


@pytest.mark.parametrize("url", [
    "ftp://x", "https://", "https://me:secret@host", "https://host/?q=1", "https://host/#x",
    "https://ho st", "https://host:port", "", "http://[::1",
])  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    """What is no server's address says so."""
    with pytest.raises(UsageError, match="no server's address"):
        checked(url)


@pytest.mark.parametrize("url", ["http://drillr.example.org", "http://127.0.0.1.example.org",
    "http://10.0.0.1"])  # fmt: skip
def test_plain_http_goes_nowhere_else(url: str) -> None:
    """Another machine gets nothing unencrypted, unless that is asked for."""
    with pytest.raises(UsageError, match="unencrypted"):
        checked(url)
    assert checked(url, allow_plain=True) == url


def test_tokens_that_a_server_gives() -> None:
    """They hold from now on for as long as it says, a day at most; less is an error in words."""
    given = {"access_token": "a", "refresh_token": "r", "expires_in": 900}
    assert tokens_in(given, AT) == Tokens("a", "r", AT + timedelta(seconds=900))
    assert tokens_in(given | {"expires_in": 10**9}, AT).expires_at == AT + timedelta(days=1)
    for broken in ({}, given | {"expires_in": "soon"}, given | {"expires_in": None}):
        with pytest.raises(NetworkError, match="no tokens"):
            tokens_in(broken, AT)
