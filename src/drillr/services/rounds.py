"""One whole sync with a server: content, facts, the comparison at the end, and a note of it all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from drillr.domain.ids import QuestionId, UserId
from drillr.domain.sync_plan import skew
from drillr.errors import DrillrError, UsageError
from drillr.services import checking, merging, past, remotes, reporting, syncing
from drillr.services.checking import Auditor, Verdict
from drillr.services.context import Context
from drillr.services.library import PAGE, Cursor, Shelf
from drillr.services.merging import Brought
from drillr.services.remotes import Remote
from drillr.services.reporting import Report
from drillr.services.syncing import Exchanged, Peer, Say
from drillr.store import fact_log, upstream

_COMPARE_EVERY = timedelta(days=7)


class Server(Peer, Shelf, Auditor, Protocol):
    """All that a sync asks of a server."""

    def report(self, report: Report) -> None:
        """Hand over what a learner found wrong; the same report again changes nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a sync may do; `full` asks for all content again and compares in any case."""

    push: bool = True
    pull: bool = True
    full: bool = False


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did."""

    remote: Remote
    facts: Exchanged = field(default_factory=Exchanged)
    content: Brought = field(default_factory=Brought)
    verdict: Verdict = Verdict.UNKNOWN

    def summary(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "remote": self.remote.name, "sent": self.facts.sent, "received": self.facts.fetched,
            "parked": self.facts.parked, "parked_there": self.facts.parked_there,
            "renumbered": self.facts.renumbered, "clock_ahead_seconds": self.facts.skew,
            "questions": {
                "new": self.content.new, "updated": self.content.updated,
                "moved": self.content.moved, "deactivated": self.content.deactivated,
                "conflicts": self.content.clashes, "refused": self.content.refused,
            },
            "cards": str(self.verdict),
        }  # fmt: skip


def sync(
    context: Context,
    remote: Remote,
    server: Server,
    options: Options = Options(),
    say: Say | None = None,
) -> Synced:
    """Exchange everything with a server; what was done stays done when it breaks off."""
    try:
        done = _sync(context, remote, server, options, say)
    except DrillrError as error:
        current = remotes.named(context, remote.name)
        note = {**current.last, "error": error.message, "tried_at": _now(context)}
        remotes.save(context, replace(current, last=note))
        raise
    known = _known(context) if options.push else remote.last.get("known", {})
    last = {**done.summary(), "at": _now(context), "known": known}
    # What the exchange before this one left: from there on `--explain` tells.
    moved = done.facts.sent or done.facts.fetched
    last["before"] = remote.last.get("known" if moved else "before", {})
    if done.verdict is not Verdict.UNKNOWN:
        last["compared_at"] = _now(context)
    elif "compared_at" in remote.last:
        last["compared_at"] = remote.last["compared_at"]
    kept = replace(remotes.named(context, remote.name), last=last)
    remotes.save(context, kept)
    return replace(done, remote=kept)


def _sync(
    context: Context, remote: Remote, server: Server, options: Options, say: Say | None
) -> Synced:
    facts = Exchanged()
    plan, hello = syncing.foresee(context, server)
    _same_account(remote, hello.user.hex())
    joined = any(one.user for one in remotes.every(context))
    if not joined and past.claim(context, UserId(hello.user)):
        # The facts that were compared have other ids now.
        plan, hello = syncing.foresee(context, server)
    if remote.user != hello.user.hex():
        remote = replace(remote, user=hello.user.hex())
        remotes.save(context, remote)
    content = Brought()
    if options.pull:
        remote, content = _content(context, remote, server, hello.content, options, say)
    if not plan.done:
        facts = syncing.exchange_facts(
            context, server, push=options.push, pull=options.pull, say=say, first=(plan, hello)
        )
    else:
        facts = replace(facts, skew=skew(context.clock(), hello.at), user=hello.user)
    if options.push:
        remote = _report(context, remote, server)
    changed = not plan.done or content.total or content.released
    verdict = Verdict.UNKNOWN
    if options.push and options.pull and (changed or options.full or _overdue(context, remote)):
        verdict = checking.compare(context, server, remote.name, remote.scope)
    return Synced(remote, facts, content, verdict)


def _report(context: Context, remote: Remote, server: Server) -> Remote:
    """Tell the server what learners found wrong with its questions."""
    for report in reporting.pending(context, remote.name, remote.reported):
        server.report(report)
        remote = replace(remote, reported=(*remote.reported, report.id.hex()))
        remotes.save(context, remote)
    return remote


def _content(
    context: Context, remote: Remote, server: Server, newest: int, options: Options,
    say: Say | None,
) -> tuple[Remote, Brought]:  # fmt: skip
    """Bring in what changed at the server; each page is on disk with its cursor."""
    brought = Brought()
    # A server that was put back to an older state counts from there again.
    if options.full or newest < remote.revision:
        remote = remote.at(Cursor())
    if newest <= remote.revision and not remote.after:
        return remote, brought
    start, more = remote.revision, True
    while more:
        page = server.content(remote.cursor, remote.scope)
        _add(brought, merging.take(context, remote.name, page.questions))
        remote, more = remote.at(page.next), page.more
        remotes.save(context, remote)
        if say is not None:
            say("questions", brought.total, brought.total)
    if remote.scope:
        _add(brought, _elsewhere(context, remote, server, start))
    return remote, brought


def _elsewhere(context: Context, remote: Remote, server: Server, start: int) -> Brought:
    """What became of questions that are here, but no longer (or never) in what is subscribed."""
    brought = Brought()
    with context.database.transaction(write=False) as db:
        held: Sequence[QuestionId] = [key for key, _ in upstream.held(db, remote.name)]
    for first in range(0, len(held), PAGE):
        page = server.content_among(start, held[first : first + PAGE])
        _add(brought, merging.take(context, remote.name, page.questions))
    return brought


def _add(total: Brought, more: Brought) -> None:
    total.new += more.new
    total.updated += more.updated
    total.moved += more.moved
    total.deactivated += more.deactivated
    total.clashes += more.clashes
    total.released += more.released
    total.refused += more.refused


def _same_account(remote: Remote, user: str) -> None:
    if remote.user and remote.user != user:
        raise UsageError(
            f"this store belongs to another account of {remote.url}",
            "Sign in as that one, or use another store (--store) for this account",
        )


def _overdue(context: Context, remote: Remote) -> bool:
    """Whether the cards haven't been compared for a week."""

    then = remote.last.get("compared_at")
    return then is None or context.clock() - datetime.fromisoformat(then) > _COMPARE_EVERY


def _known(context: Context) -> dict[str, int]:
    with context.database.transaction(write=False) as db:
        return {key.hex(): seq for key, seq in fact_log.lasts(db, context.user).items()}


def _now(context: Context) -> str:
    return context.clock().isoformat()
