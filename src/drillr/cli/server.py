"""Runs the server's commands: needs what the extra `server` brings."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from drillr import bootstrap
from drillr.cli.flags import given
from drillr.errors import UsageError

if TYPE_CHECKING:
    from drillr.server.administration import Administration
    from drillr.server.settings import ServerSettings

_NEEDED = ("fastapi", "uvicorn", "jwt", "pwdlib", "asyncmy", "redis", "celery")
_SHORTEST = 8
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def _settings(**flags: Any) -> "ServerSettings":
    """The server's settings; UsageError without the extra."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"the server's packages are not installed ({', '.join(missing)})",
            "pip install 'drillr[server]'",
        )
    from drillr.server.settings import from_environment

    if flags.get("data") is None and "DRILLR_SERVER_DATA" not in os.environ:
        from drillr.config import server_folder

        flags["data"] = server_folder()
    return from_environment(**flags)


@contextmanager
def _administration(**flags: Any) -> Iterator["Administration"]:
    settings = _settings(**flags)
    from drillr.server.administration import Administration
    from drillr.server.database import check_versions, open_plain

    database = open_plain(settings)
    try:
        with database.transaction(write=False) as db:
            check_versions(db)
        yield Administration(database, bootstrap.now, bootstrap.new_id)
    finally:
        database.close()


def run_server(**flags: Any) -> int:
    """Serve until told to stop."""
    settings = _settings(**flags)
    from drillr.server.serving import serve

    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the folder {settings.data} can't be made: {error.strerror}", "Name another by --data"
        ) from error
    # On this machine alone, with a database of its own, whoever comes first runs it.
    if settings.embedded and settings.on_loopback and "DRILLR_SERVER_FIRST_ADMIN" not in os.environ:
        settings = settings.model_copy(update={"first_admin": True})
    return serve(settings)


def run_migrate(**flags: Any) -> int:
    """Make or upgrade the tables."""
    settings = _settings(**flags)
    from drillr.server.database import HEAD, migrate
    from drillr.store import versions

    migrate(settings)
    _say(f"the database is up to date: {versions.HEAD}, server {HEAD}")
    return 0


def run_create_user(
    username: str, email: str | None, *, admin: bool, from_stdin: bool, **flags: Any
) -> int:
    """Make an account; the password comes from standard input or a prompt, never an argument."""
    name = username.lower()
    if not _USERNAME.fullmatch(name):
        raise UsageError(
            f"{username!r} can't be a username", "Use 2 to 40 letters, digits, '.', '_' or '-'"
        )
    password = read_password(from_stdin=from_stdin)
    if len(password) < _SHORTEST:
        raise UsageError("the password is too short", f"Use at least {_SHORTEST} characters")
    with _administration(**flags) as administration:
        from drillr.server.auth.entering import Registration
        from drillr.server.auth.passwords import Passwords
        from drillr.server.records.accounts import Role

        wanted = Registration(name, email.lower() if email else None, None, password)
        role = Role.ADMIN if admin else Role.USER
        made = administration.create_user(wanted, role, Passwords())
    _say(f"made {made.role} {made.username}")
    return 0


def run_invite(email: str | None, *, admin: bool, days: int, **flags: Any) -> int:
    """Print an invitation."""
    with _administration(**flags) as administration:
        from drillr.server.records.accounts import Role
        from drillr.server.records.invitations import Invitation

        role = Role.ADMIN if admin else Role.USER
        secret = administration.invite(Invitation(email.lower() if email else None, role), days)
    print(secret)
    _say(f"it lets one account in, within {days} days")
    return 0


def run_set_role(username: str, role: str, **flags: Any) -> int:
    """Make somebody an admin, or no longer one."""
    if role not in ("user", "admin"):
        raise UsageError(f"there is no role {role!r}", "Use user or admin")
    with _administration(**flags) as administration:
        from drillr.server.records.accounts import Role

        changed = administration.set_role(username, Role(role))
    _say(f"{changed.username} is {changed.role}")
    return 0


def run_revoke(username: str, *, close: bool, reopen: bool, **flags: Any) -> int:
    """End all logins of somebody."""
    with _administration(**flags) as administration:
        if reopen:
            administration.reopen(username)
            _say(f"{username} may sign in again")
            return 0
        ended = administration.revoke(username, close=close)
    _say(f"ended {ended} logins of {username}" + (" and closed the account" if close else ""))
    return 0


def run_rotate_keys(**flags: Any) -> int:
    """Sign with a new key."""
    settings = _settings(**flags)
    from drillr.server.auth.keys import rotate

    _say(f"key {rotate(settings)} signs from now on")
    return 0


def run_backup(**flags: Any) -> int:
    """Copy the embedded database; the copy's key is what is printed."""
    settings = _settings(**flags)
    from drillr.server.backup import back_up
    from drillr.server.storage import open_storage

    key, size = back_up(settings, open_storage(settings), bootstrap.now())
    print(key)
    _say(f"copied {size} bytes; stop the server and put it back as server.db to restore")
    return 0


def run_worker(concurrency: int) -> int:
    """Run jobs until told to stop."""
    settings = _settings()
    from drillr.server.tasks.celery import work

    return work(settings, concurrency)


def run_beat() -> int:
    """Start what is due until told to stop."""
    settings = _settings()
    from drillr.server.tasks.celery import beat

    return beat(settings)


def run_settings(*, as_json: bool) -> int:
    """Print the server's settings, secrets hidden."""
    settings = _settings()
    from drillr.server.settings import shown

    values = shown(settings)
    if as_json:
        print(json.dumps(values, indent=1))
    else:
        for name, value in values.items():
            print(f"DRILLR_SERVER_{name.upper()}={'' if value is None else value}")
    return 0


def read_password(*, from_stdin: bool) -> str:
    """A password from standard input, or asked for on a terminal without showing it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the password", "Use --password-stdin")
    from getpass import getpass

    return getpass("Password: ")


def _say(text: str) -> None:
    if not given.quiet:
        print(text, file=sys.stderr)
