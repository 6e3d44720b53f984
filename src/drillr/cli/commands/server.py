"""Commands of the shared server: serve, and everything of `drillr server`."""

from typing import Annotated, Optional

import typer

from drillr.cli.flags import Json, app

server_app = typer.Typer(
    help="Run a shared server's upkeep: tables, accounts, keys.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(server_app, name="server")

Database = Annotated[
    Optional[str],
    typer.Option(
        help="mariadb+asyncmy://user@host/name (or DRILLR_SERVER_DATABASE, which keeps a password"
        " out of the process list). Default: SQLite in the data folder.",
        metavar="URL",
    ),
]
Data = Annotated[
    Optional[str],
    typer.Option(help="The folder of keys, uploads and the embedded database.", metavar="DIR"),
]
Username = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="user or admin.")]


@app.command()
def serve(
    host: Annotated[Optional[str], typer.Option(metavar="HOST", help="Where to listen.")] = None,
    port: Annotated[Optional[int], typer.Option(metavar="N", help="Default 8001.")] = None,
    database: Database = None,
    data: Data = None,
    workers: Annotated[
        Optional[int], typer.Option(metavar="N", help="Processes; needs MariaDB.")
    ] = None,
) -> int:
    """Run the shared server. Example: drillr serve --data /srv/drillr"""
    from drillr.cli.server import run_server

    return run_server(host=host, port=port, database=database, data=data, workers=workers)


@server_app.command()
def migrate(database: Database = None, data: Data = None) -> int:
    """Make or upgrade the database's tables."""
    from drillr.cli.server import run_migrate

    return run_migrate(database=database, data=data)


@server_app.command("create-user")
def create_user(
    username: Username,
    email: Annotated[
        Optional[str], typer.Option(metavar="EMAIL", help="Their email address.")
    ] = None,
    admin: Annotated[bool, typer.Option("--admin", help="They may change content.")] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    database: Database = None,
    data: Data = None,
) -> int:
    """Make an account. Example: drillr server create-user ada --admin --password-stdin < file"""
    from drillr.cli.server import run_create_user

    return run_create_user(
        username, email, admin=admin, from_stdin=password_stdin, database=database, data=data
    )


@server_app.command()
def invite(
    email: Annotated[
        Optional[str], typer.Option(metavar="EMAIL", help="Only for this address.")
    ] = None,
    admin: Annotated[bool, typer.Option("--admin", help="Whoever comes is an admin.")] = False,
    days: Annotated[int, typer.Option(metavar="N", help="How long it holds.", min=1, max=365)] = 7,
    database: Database = None,
    data: Data = None,
) -> int:
    """Print an invitation that lets one account in."""
    from drillr.cli.server import run_invite

    return run_invite(email, admin=admin, days=days, database=database, data=data)


@server_app.command("set-role")
def set_role(username: Username, role: Role, database: Database = None, data: Data = None) -> int:
    """Make an account `admin` or `user`."""
    from drillr.cli.server import run_set_role

    return run_set_role(username, role, database=database, data=data)


@server_app.command()
def revoke(
    username: Username,
    close: Annotated[bool, typer.Option("--close", help="Also keep them out.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Let them in again.")] = False,
    database: Database = None,
    data: Data = None,
) -> int:
    """End every login of an account, on all its devices."""
    from drillr.cli.server import run_revoke

    return run_revoke(username, close=close, reopen=reopen, database=database, data=data)


@server_app.command("rotate-keys")
def rotate_keys(data: Data = None) -> int:
    """Sign with a new key from now on. What older ones signed stays good while it lasts."""
    from drillr.cli.server import run_rotate_keys

    return run_rotate_keys(data=data)


@server_app.command()
def backup(data: Data = None) -> int:
    """Copy the embedded database into the storage, at any time."""
    from drillr.cli.server import run_backup

    return run_backup(data=data)


@server_app.command("settings")
def settings(as_json: Json = False) -> int:
    """Every setting of the server. Secrets are hidden."""
    from drillr.cli.server import run_settings

    return run_settings(as_json=as_json)


@server_app.command()
def worker(
    concurrency: Annotated[int, typer.Option(metavar="N", help="Jobs at once.", min=1, max=64)] = 2,
) -> int:
    """Run what the API servers queue. Needs DRILLR_SERVER_BROKER."""
    from drillr.cli.server import run_worker

    return run_worker(concurrency)


@server_app.command()
def beat() -> int:
    """Start what is due: plans, statistics, forgotten jobs. Run one of it."""
    from drillr.cli.server import run_beat

    return run_beat()
