"""`drillr register`, `login`, `logout`, `sync` and `subscribe`: what they print."""

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from drillr.cli.exits import Exit
from drillr.cli.flags import given, open_context
from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.domain.text import visible
from drillr.errors import UsageError

if TYPE_CHECKING:
    from drillr.services.remotes import Remote
    from drillr.services.rounds import Synced
    from drillr.sync.session import Client


def client() -> "Client":
    """The client over the store that the flags name."""
    from drillr.config import store_path
    from drillr.sync.session import Client

    return Client(open_context(), store_path(given.store))


def run_sign_in(
    url: str, username: str, *, from_stdin: bool, register: bool = False, **more: Any
) -> int:
    """Make an account or not, sign in, and say what comes next."""
    from drillr.sync.session import Account

    if more["tokens"] not in ("file", "keyring"):
        raise UsageError(f"tokens can't be kept in {more['tokens']!r}", "Use file or keyring")
    password = _password(username, from_stdin, again=register)
    account = Account(url, username, password, **more)
    opened = client()
    remote = opened.register(account) if register else opened.login(account)
    _say(f"signed in to {remote.url} as {remote.username}; `drillr sync` exchanges everything")
    return Exit.DONE


def run_sign_out(name: str | None, *, forget: bool) -> int:
    """Sign out."""
    opened = client()
    remote = opened.forget(name) if forget else opened.logout(name)
    _say(f"signed out of {remote.url}; questions and answers stay here")
    return Exit.DONE


def run_sync(
    name: str | None, *, push_only: bool, pull_only: bool, full: bool, explain: bool, as_json: bool
) -> int:
    """Sync, and say what was done."""
    from drillr.services.rounds import Options

    if push_only and pull_only:
        raise UsageError("--push-only and --pull-only leave nothing to do", "Give one of them")
    opened = client()
    options = Options(push=not pull_only, pull=not push_only, full=full)
    done = opened.sync(name, options, None if as_json else _progress)
    if as_json:
        told = _explained(opened, done.remote) if explain else None
        print(json.dumps(done.summary() | ({"shared_cards": told} if explain else {})))
    else:
        _report(done)
        if explain:
            _explain(opened, done.remote)
    return Exit.REFUSED if done.content.refused or str(done.verdict) == "different" else Exit.DONE


def run_dry(name: str | None, *, as_json: bool) -> int:
    """Say what a sync would exchange."""
    remote, plan = client().foresee(name)
    if as_json:
        found = {"remote": remote.name, "send": plan.outgoing, "receive": plan.incoming}
        print(json.dumps(found | {"forked_devices": len(plan.forked)}))
    else:
        print(
            f"{remote.name}: {counted(plan.outgoing, 'fact')} to send, {plan.incoming} to receive"
        )
        if plan.forked:
            print(f"{len(plan.forked)} devices were copied or restored and get new numbers")
    return Exit.DONE


def show_status(*, as_json: bool) -> int:
    """Print each server with its last exchange, and what waits."""
    from drillr.sync.standing import standing

    now = standing(client())
    parked, clashes = now.parked, now.conflicts
    found = [
        {
            "name": one.name, "url": one.url, "username": one.username,
            "signed_in": place.signed_in, "automatic": one.automatic,
            "scope": list(one.scope), "waiting": place.waiting,
            "last": {key: value for key, value in one.last.items() if key not in _INNER},
        }
        for place in now.places for one in [place.remote]
    ]  # fmt: skip
    if as_json:
        print(json.dumps({"remotes": found, "parked": parked, "conflicts": clashes}))
        return Exit.DONE
    if not found:
        print("no server: `drillr login URL --username NAME` signs in to one")
    for one in found:
        _status_line(one)
    if parked:
        print(f"{parked} facts wait for questions that are not here yet")
    if clashes:
        print(f"{clashes} conflicts of edits: `drillr sync conflicts` lists them")
    return Exit.DONE


def run_subscribe(name: str | None, places: list[str], *, everything: bool, remove: bool) -> int:
    """Change which subtrees a server's content is limited to."""
    from drillr.services import browsing, remotes

    context = open_context()
    remote = remotes.named(context, name)
    wanted = {place.replace("/", "__").strip("_") for place in places}
    held = set(remote.scope)
    scope = set() if everything else held - wanted if remove else held | wanted
    if remove and held and not scope:
        raise UsageError("nothing would be left", "`drillr subscribe --all` receives everything")
    remote = remotes.limit(context, remote, scope)
    shown = ", ".join(pretty(place) for place in remote.scope) or "the whole library"
    print(f"{remote.name}: {shown}")
    if not (everything or remove):
        here = {place.path for place in browsing.tree(context.database)}
        for place in sorted(wanted - here):
            _say(f"nothing of {pretty(place)} is here yet; a sync brings what the server has")
    return Exit.DONE


def switch_automatic(name: str | None, switch: str) -> int:
    """Switch automatic sync on or off."""
    from drillr.services import remotes

    if switch not in ("on", "off"):
        raise UsageError(f"{switch!r} is neither on nor off", "`drillr sync auto on`")
    context = open_context()
    remote = replace(remotes.named(context, name), automatic=switch == "on")
    remotes.save(context, remote)
    print(f"{remote.name}: syncs {'by itself' if remote.automatic else 'when you say so'}")
    return Exit.DONE


def run_quietly() -> int:
    """Sync in the background: trouble is noted for `sync status`, and said to nobody."""
    client().quietly()
    return Exit.DONE


def run_report(question: str, note: str) -> int:
    """Report a question."""
    from drillr.services import reporting

    reporting.report(open_context(), question, note)
    print("noted; the next sync tells the server")
    return Exit.DONE


_INNER = ("known", "before")


def _report(done: "Synced") -> None:
    facts, content = done.facts, done.content
    print(f"{done.remote.name}: {counted(facts.sent, 'fact')} sent, {facts.fetched} received")
    if content.total:
        print(
            f"questions: {content.new} new, {content.updated} updated, {content.moved} moved,"
            f" {content.deactivated} deactivated"
        )
    if facts.parked or facts.parked_there:
        print(f"waiting for their questions: {facts.parked} here, {facts.parked_there} there")
    if content.clashes:
        print(f"{content.clashes} conflicts with your edits: `drillr sync conflicts`")
    for refused in content.refused:
        print(visible(f"refused: {refused}"), file=sys.stderr)
    if facts.renumbered:
        print(f"this store was copied or restored: {facts.renumbered} facts have new numbers")
    if facts.skew:
        ahead = "ahead of" if facts.skew > 0 else "behind"
        print(f"this clock is {abs(facts.skew)} s {ahead} the server's", file=sys.stderr)
    if str(done.verdict) not in ("equal", "not compared"):
        print(f"cards: {done.verdict}", file=sys.stderr)


def _explain(opened: "Client", remote: "Remote") -> None:
    from drillr.cli.show import local
    from drillr.services.explaining_sync import shared_cards

    found, today = shared_cards(opened.context, remote.last.get("before", {}))
    if not found:
        print("no card was touched by two devices")
    for one in found:
        print(visible(f"{one.question.external_id}  {pretty(one.question.path)}"))
        for told in one.told:
            mark = "+" if told.fresh else " "
            at = local(told.step.fact.created_at, today.zone)
            print(visible(f" {mark} {at}  {told.device}: {told.text}"))
        due = one.card.due_at
        end = "not asked" if due is None else f"due {local(due, today.zone)}"
        print(f"   = {one.card.state}, interval {one.card.interval_days} d, {end}")


def _explained(opened: "Client", remote: "Remote") -> list[dict[str, Any]]:
    from drillr.services.explaining_sync import shared_cards

    found, _ = shared_cards(opened.context, remote.last.get("before", {}))
    return [
        {
            "id": one.question.external_id, "state": str(one.card.state),
            "interval_days": one.card.interval_days,
            "due_at": None if one.card.due_at is None else one.card.due_at.isoformat(),
            "steps": [
                {
                    "at": told.step.fact.created_at.isoformat(), "device": told.device,
                    "new": told.fresh, "text": told.text,
                }
                for told in one.told
            ],
        }
        for one in found
    ]  # fmt: skip


def _status_line(one: dict[str, Any]) -> None:
    state = "signed in" if one["signed_in"] else "signed out"
    scope = ", ".join(pretty(place) for place in one["scope"]) or "the whole library"
    print(visible(f"{one['name']}  {one['url']}  {one['username']}, {state}; {scope}"))
    last = one["last"]
    if last.get("at"):
        print(f"  last: {last['at'][:16]}, {last['sent']} sent, {last['received']} received")
    if last.get("error"):
        print(visible(f"  failed {last['tried_at'][:16]}: {last['error']}"))
    print(f"  {one['waiting']} facts wait to be sent")


def _password(username: str, from_stdin: bool, *, again: bool) -> str:
    if from_stdin:
        text = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        import getpass

        text = getpass.getpass(f"Password of {username}: ")
        if again and getpass.getpass("Once more: ") != text:
            raise UsageError("the two passwords differ", "Try again")
    else:
        raise UsageError(
            "there is no terminal to ask for the password", "--password-stdin reads it from a pipe"
        )
    if not text:
        raise UsageError("the password is empty", "Type it, or pipe it to --password-stdin")
    return text


def _progress(what: str, count: int, total: int) -> None:
    if sys.stderr.isatty() and not given.quiet:
        end = "\n" if count >= total else ""
        print(f"\r{what} {count} of {total}", end=end, file=sys.stderr, flush=True)


def _say(text: str) -> None:
    if not given.quiet:
        print(visible(text), file=sys.stderr)
