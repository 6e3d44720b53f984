"""Taking a history that was made elsewhere into the log: once, however often it is brought."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.facts import EventType
from drillr.domain.history import (
    ORIGIN,
    OUTCOME,
    WITHOUT_LOG,
    Past,
    PastAnswer,
    PastMark,
    device_of,
    fact_id,
    named_for,
)
from drillr.domain.ids import FactId, QuestionId, UserId, id_text, parse_id, question_id
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run
from drillr.services.context import Context, Today
from drillr.services.exchange import Arrived, append
from drillr.store import cards, fact_log, facts, naming, places, profile

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_BATCH = 20_000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_Named = tuple[FactId, QuestionId, Past]


class Taken(NamedTuple):
    """What of a past became facts: answers, schedules without answers, and marks."""

    answers: int = 0
    schedules: int = 0
    marks: int = 0


def take(
    db: "Connection",
    context: Context,
    past: Iterable[Past],
    name: str,
    renamed: Callable[[str], str],
) -> Taken:
    """Append what is new of a past and derive what follows.

    `past` is walked through twice: the device under which its facts are numbered follows from all
    of them, so the same import gives the same facts in every store. `renamed` gives the id under
    which a question came in; what is about questions that didn't is left out.
    """
    person = profile.account(db, context.user)
    new = [
        key for batch in _batches(past, renamed, person) for key, _, _ in _fresh(db, context, batch)
    ]
    if not new:
        return Taken()
    device, wanted = device_of(new), set(new)
    if device not in fact_log.device_owners(db, [device]):
        fact_log.add_device(db, context.user, device, name, context.clock())
    settings, zone = context.settings(db), context.system_zone
    counts, number = [0, 0, 0], facts.next_seq(db, context.user, device)
    for batch in _batches(past, renamed, person):
        arrived: list[Arrived] = []
        for row in batch:
            if row[0] in wanted:
                wanted.discard(row[0])
                day = Today.of(row[2].at, settings, zone).day
                arrived.append((device, _fact(row, number, day)))
                counts[_kind(row[2])] += 1
                number += 1
        append(db, context, arrived)
    return Taken(*counts)


def claim(context: Context, account: UserId) -> bool:
    """Name what was imported for the account that this store joins; whether anything was.

    Until then its ids were those of nobody, so that others who bring the same history would have
    the same facts. A store does so once, before any of its facts has left it.
    """
    with context.database.transaction() as db:
        if profile.account(db, context.user) is not None:
            return False
        profile.join(db, account)
        wanted = {key: named_for(account, key) for key in naming.imported(db, context.user)}
        taken = fact_log.elsewhere(db, list(wanted.values()))
        names = {old: new for old, new in wanted.items() if new not in taken}
        naming.rename(db, context.user, names)
    return bool(names)


def named(context: Context, runs: Sequence[Run], names: dict[str, str]) -> list[Run]:
    """Runs from an archive, the facts from other programs named for the account of this store.

    The archive may be older than the joining. `names` collects what was renamed, run by run.
    """
    with context.database.transaction(write=False) as db:
        person = profile.account(db, context.user)
    return list(runs) if person is None else [_named_run(run, person, names) for run in runs]


def _named_run(run: Run, person: UserId, names: dict[str, str]) -> Run:
    facts: list[RawFact] = []
    for fact in run.facts:
        if f'"{ORIGIN}":' in (fact.metadata if isinstance(fact, RawResponse) else fact.data):
            names[id_text(fact.id)] = id_text(named_for(person, fact.id))
            fact = fact._replace(id=named_for(person, fact.id))
        elif isinstance(fact, RawEvent) and fact.type == EventType.RESPONSE_RETRACTED:
            fact = fact._replace(data=naming.with_names(fact.data, names))
        facts.append(fact)
    before = None if run.previous is None else names.get(id_text(run.previous))
    previous = run.previous if before is None else FactId(parse_id(before))
    return Run(run.device, run.name, previous, tuple(facts))


def _kind(past: Past) -> int:
    """Where a piece of the past is counted."""
    return 2 if isinstance(past, PastMark) else int(past.outcome is not None)


def _batches(
    past: Iterable[Past], renamed: Callable[[str], str], person: UserId | None
) -> Iterator[list[_Named]]:
    pieces = iter(past)
    while batch := list(islice(pieces, _BATCH)):
        yield [
            (fact_id(each, person), question_id(renamed(each.external_id)), each) for each in batch
        ]


def _fresh(db: "Connection", context: Context, batch: list[_Named]) -> list[_Named]:
    """What is about questions of this store and not in its log, each once.

    An answer at the very instant of one that the log holds is that one, come back from elsewhere;
    a mark that the card has, and a schedule for a card that was answered, say nothing new.
    """
    here = places.of_questions(db, list({question for _, question, _ in batch}))
    mine = {row[0]: row for row in batch if row[1] in here}
    known = fact_log.elsewhere(db, list(mine))
    given = facts.instants(db, context.user, list({row[1] for row in mine.values()}))
    return [
        row
        for key, row in mine.items()
        if key not in known and not _is_held(db, context, row, given.get(row[1], set()))
    ]


def _is_held(db: "Connection", context: Context, row: _Named, given: set[int]) -> bool:
    _, question, past = row
    if isinstance(past, PastAnswer):
        if past.key.endswith(WITHOUT_LOG):
            return bool(given)
        return int(past.at.timestamp() * 1000) in given
    card = cards.load(db, context.user, question)
    if past.kind == EventType.CARD_FLAGGED:
        return card.flag is not None
    return card.suspended


def _fact(row: _Named, number: int, day: date) -> RawFact:
    key, question, past = row
    if isinstance(past, PastMark):
        data = {**past.data, ORIGIN: past.key.partition(":")[0]}
        return RawEvent(number, key, past.kind, question, past.at, _encode(data))
    details: dict[str, Any] = {
        ORIGIN: past.key.partition(":")[0], "day": day.isoformat(), "elapsed_ms": past.elapsed_ms
    }  # fmt: skip
    if past.cram:
        details["cram"] = True
    if past.outcome is not None:
        details[OUTCOME] = dict(past.outcome)
    return RawResponse(
        number, key, question, None, int(past.rating), past.rating.passed, None, None, None,
        past.at, _encode(details),
    )  # fmt: skip
