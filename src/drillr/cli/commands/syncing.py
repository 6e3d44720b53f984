"""Commands for servers: register, login, logout, sync, subscribe, publish."""

from typing import Annotated, Optional

import typer

from drillr.cli.flags import Json, app

sync_app = typer.Typer(
    help="Exchange answers and questions with a server.",
    rich_markup_mode=None,
    invoke_without_command=True,
    add_completion=False,
)
app.add_typer(sync_app, name="sync")

Url = Annotated[str, typer.Argument(metavar="URL", help="https://host[:port]")]
Username = Annotated[str, typer.Option(metavar="NAME", help="The account's name.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
Remote = Annotated[
    Optional[str], typer.Option(help="Which server, where there are several.", metavar="NAME")
]
AllowPlain = Annotated[
    bool,
    typer.Option("--allow-plain-http", help="Speak to another machine without encryption."),
]
TokenPlace = Annotated[
    str, typer.Option(metavar="PLACE", help="Where tokens are kept: file or keyring.")
]


@app.command()
def register(
    url: Url,
    username: Username,
    email: Annotated[
        Optional[str], typer.Option(metavar="EMAIL", help="The account's email address.")
    ] = None,
    invitation: Annotated[
        Optional[str], typer.Option(metavar="CODE", help="Where the server asks for one.")
    ] = None,
    password_stdin: PasswordStdin = False,
    remote: Annotated[
        str, typer.Option(metavar="NAME", help="What to call the server here.")
    ] = "server",
    allow_plain_http: AllowPlain = False,
    tokens: TokenPlace = "file",
) -> int:
    """Make an account on a server, and sign in.

    Example: drillr register https://drillr.example.org --username ada --email ada@example.org
    """
    from drillr.cli.sync import run_sign_in

    return run_sign_in(
        url, username, email=email, invitation=invitation, from_stdin=password_stdin, name=remote,
        allow_plain=allow_plain_http, tokens=tokens, register=True,
    )  # fmt: skip


@app.command()
def login(
    url: Url,
    username: Username,
    password_stdin: PasswordStdin = False,
    remote: Annotated[
        str, typer.Option(metavar="NAME", help="What to call the server here.")
    ] = "server",
    allow_plain_http: AllowPlain = False,
    tokens: TokenPlace = "file",
) -> int:
    """Sign in to a server. Example: drillr login https://drillr.example.org --username ada"""
    from drillr.cli.sync import run_sign_in

    return run_sign_in(
        url, username, from_stdin=password_stdin, name=remote, allow_plain=allow_plain_http,
        tokens=tokens,
    )  # fmt: skip


@app.command()
def logout(
    remote: Remote = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Forget the server too; questions and answers stay.")
    ] = False,
) -> int:
    """Sign out of a server."""
    from drillr.cli.sync import run_sign_out

    return run_sign_out(remote, forget=forget)


@sync_app.callback()
def sync(
    context: typer.Context,
    remote: Remote = None,
    push_only: Annotated[bool, typer.Option("--push-only", help="Only send.")] = False,
    pull_only: Annotated[bool, typer.Option("--pull-only", help="Only receive.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell of every card that two devices touched.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Ask for all questions again, and compare every card.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Exchange answers, settings and questions with a server.

    Examples: drillr sync; drillr sync --explain; drillr sync status
    """
    if context.invoked_subcommand is not None:
        return 0
    from drillr.cli.sync import run_dry, run_sync

    if dry_run:
        return run_dry(remote, as_json=as_json)
    return run_sync(
        remote, push_only=push_only, pull_only=pull_only, full=full, explain=explain,
        as_json=as_json,
    )  # fmt: skip


@sync_app.command("status")
def sync_status(as_json: Json = False) -> int:
    """Servers, the last exchange, and what waits."""
    from drillr.cli.sync import show_status

    return show_status(as_json=as_json)


@sync_app.command("auto")
def sync_auto(
    switch: Annotated[str, typer.Argument(metavar="on|off")], remote: Remote = None
) -> int:
    """Sync by itself when drillr starts and after a session."""
    from drillr.cli.sync import switch_automatic

    return switch_automatic(remote, switch)


@sync_app.command("quietly", hidden=True)
def sync_quietly() -> int:
    """Sync with every server that is to be synced by itself, and say nothing."""
    from drillr.cli.sync import run_quietly

    return run_quietly()


@sync_app.command("conflicts")
def sync_conflicts(as_json: Json = False) -> int:
    """Questions that both you and the server edited, field by field."""
    from drillr.cli.conflicts import show_conflicts

    return show_conflicts(as_json=as_json)


@sync_app.command("settle")
def sync_settle(
    question: Annotated[Optional[str], typer.Argument(metavar="[ID]", help="Default: all.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Keep your own text.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Take the server's text.")] = False,
) -> int:
    """Settle conflicts for one side. Example: drillr sync settle graphql-001 --theirs"""
    from drillr.cli.conflicts import run_settle

    return run_settle(question, mine=mine, theirs=theirs)


@app.command()
def report(
    question: Annotated[str, typer.Argument(metavar="ID")],
    note: Annotated[str, typer.Argument(help="What is wrong, in a sentence.")],
) -> int:
    """Say what is wrong with a question.

    The next sync tells the admins of its server.

    Example: drillr report graphql-014 "B is right as well"
    """
    from drillr.cli.sync import run_report

    return run_report(question, note)


@app.command()
def subscribe(
    places: Annotated[
        Optional[list[str]], typer.Argument(metavar="[PATH]...", help="Subtrees to receive.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Receive the whole library again.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="No longer receive these.")] = False,
    remote: Remote = None,
) -> int:
    """Receive only parts of a server's library. Example: drillr subscribe backend_nodejs"""
    from drillr.cli.sync import run_subscribe

    return run_subscribe(remote, places or [], everything=everything, remove=remove)


@app.command()
def publish(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A folder of question files.")],
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the differences.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Deactivate there what is gone from the files.")
    ] = False,
    remote: Remote = None,
    as_json: Json = False,
) -> int:
    """Bring a server's library to these files (admins).

    What would change is shown first.

    Example: drillr publish data/questions
    """
    from drillr.cli.publish import run_publish

    return run_publish(
        folder, remote, yes=yes, dry_run=dry_run, prune=prune, as_json=as_json
    )  # fmt: skip
