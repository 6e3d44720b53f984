"""Bringing everything derived up to date with a batch of facts from elsewhere.

They may come late and in any order. A card whose facts all came before these is carried on from
where it stands; any other is derived anew from its whole history. Either way a batch costs a few
statements, not some for each card.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, cast

from drillr.domain import replay, rulebook
from drillr.domain.card import Card
from drillr.domain.facts import MARKS, Event, EventType, Fact, Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FacetId, FactId, QuestionId, SessionId, parse_id
from drillr.domain.progress import (
    Activity,
    Gain,
    Sums,
    add_answer,
    add_straight,
    daily_of,
    summed,
)
from drillr.domain.replay import Rules
from drillr.domain.rulebook import Rulebook
from drillr.domain.session import SESSION_EVENTS, Sitting, fold_sessions, session_of
from drillr.services.context import Context
from drillr.services.replaying import adopt, difference
from drillr.store import cards, facts, histories, progress, sessions
from drillr.store.cards import Changed
from drillr.store.places import Place

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def settle(db: "Connection", context: Context, arrived: Sequence[Fact]) -> None:
    """Derive what these facts change; they are in the log, and not in the derived rows."""
    if any(type(fact) is Event and fact.type in rulebook.SOURCES for fact in arrived):
        done = frozenset(adopt(db, context))
    else:
        done = frozenset()
    about: dict[QuestionId, list[Fact]] = {}
    for fact in arrived:
        question = fact.question_id
        if question is not None:
            news = about.get(question)
            if news is None:
                about[question] = [fact]
            else:
                news.append(fact)
    gone = histories.taken_back(db, context.user, list(about))
    held = cards.standing(db, context.user, list(about))
    batch = _Batch(db, context, context.rulebook(db), gone)
    for question, (place, card) in held.items():
        if place.facet not in done:
            batch.add(question, place, card, about[question])
    batch.write()
    _count_sessions(db, context, arrived, gone)


_NEW = Card()
_order = attrgetter("order")


class _Ledger:
    """What the facts about questions of one facet come to, while they are added up."""

    __slots__ = ("facet", "gain", "late", "recount", "rules", "sums")

    def __init__(self, place: Place, rules: Rules) -> None:
        self.facet, self.rules = place.facet, rules
        self.sums: Sums = {}
        self.gain = Gain()
        self.late: dict[date, Activity] = {}
        self.recount = False

    def come_late(self, before: Card, after: Card, moved: Mapping[date, Activity]) -> None:
        """Add what facts between others made of a card and of the days."""
        for day, activity in moved.items():
            self.late[day] = self.late[day] + activity if day in self.late else activity
            # A day may be left with nothing, and then a run of days is another.
            self.recount |= activity.responses < 0
            self.gain.day(day, activity)
        self.gain.card(before, after)
        at, last = after.last_reviewed_at, before.last_reviewed_at
        self.recount |= last is not None and (at is None or at < last)

    @property
    def days(self) -> dict[date, Activity]:
        """What to add to each day."""
        found = summed(self.sums)
        for day, activity in self.late.items():
            found[day] = found[day] + activity if day in found else activity
        return found


class _Late(NamedTuple):
    """A question whose card has to be replayed: how it was before, and the facts that came."""

    place: Place
    card: Card
    news: Sequence[Fact]


class _Batch:
    """Cards, days and progress of some questions, gathered and then written together."""

    def __init__(
        self, db: "Connection", context: Context, rules: Rulebook, gone: frozenset[bytes]
    ) -> None:
        self._db, self._context, self._rules, self._gone = db, context, rules, gone
        self._moved = rules.moves_dates
        self._ledgers: dict[FacetId, _Ledger] = {}
        self._late: dict[QuestionId, _Late] = {}
        self._cards: list[Changed] = []

    def add(self, question: QuestionId, place: Place, card: Card | None, news: list[Fact]) -> None:
        """Carry a card on with the facts that came about its question, or leave it for a replay."""
        ledger = self._ledgers.get(place.facet)
        if ledger is None:
            ledger = _Ledger(place, self._rules.rules(place.path))
            self._ledgers[place.facet] = ledger
        if len(news) > 1:
            news.sort(key=_order)
        if self._comes_last(card, news):
            self._carry(ledger, question, place, card, news)
        else:
            self._late[question] = _Late(place, card or _NEW, news)

    def write(self) -> None:
        """Replay what has to be, and write everything."""
        self._replay()
        user = self._context.user
        cards.save_many(self._db, user, self._cards)
        progress.add_activities(
            self._db, user, {key: ledger.days for key, ledger in self._ledgers.items()}
        )
        self._progress()

    def _comes_last(self, card: Card | None, news: Sequence[Fact]) -> bool:
        """Whether these facts only add to the card, behind all that shaped it so far."""
        if (
            card is not None
            and card.updated_at is not None
            and (news[0].created_at <= card.updated_at)
        ):
            return False
        for fact in news:
            if fact.id in self._gone if isinstance(fact, Response) else fact.type not in MARKS:
                return False
        return True

    def _carry(
        self,
        ledger: _Ledger,
        question: QuestionId,
        place: Place,
        card: Card | None,
        news: list[Fact],
    ) -> None:
        rules, sums, gain, seed = ledger.rules, ledger.sums, ledger.gain, seed_of(question)
        # The engine runs through the first answers to a question in one go.
        after = replay.straight(news, rules, seed) if card is None else None
        if after is not None:
            answers = cast("list[Response]", news)
            add_straight(sums, answers, rules)
            for answer in answers:
                gain.answer(answer)
        else:
            after = card or _NEW
            for fact in news:
                before, after = after, replay.apply(after, fact, rules, seed)
                if isinstance(fact, Response):
                    add_answer(sums, fact, before)
                    gain.answer(fact)
        gain.card(card or _NEW, after)
        if after.created_at is not None:
            self._keep(question, place, after)
        if not place.is_active:
            ledger.recount = True

    def _replay(self) -> None:
        known = histories.of_questions(self._db, self._context.user, list(self._late))
        for question, (place, card, news) in self._late.items():
            ledger, seed = self._ledgers[place.facet], seed_of(question)
            rules = ledger.rules
            fresh = {fact.id for fact in news}
            every = known.get(question, [])
            every.sort(key=_order)
            before = daily_of([fact for fact in every if fact.id not in fresh], rules, seed)
            after = replay.fold(every, rules, seed)
            self._keep(question, place, after)
            moved = difference(before, daily_of(every, rules, seed))
            ledger.come_late(card, after or _NEW, moved)
            if not place.is_active:
                ledger.recount = True

    def _keep(self, question: QuestionId, place: Place, card: Card | None) -> None:
        due = None
        if card is not None and place.is_active:
            if self._moved:
                due = self._rules.due(place.path, card, seed_of(question))
            else:
                due = card.due_at
        self._cards.append(Changed(question, place.facet, card, due))

    def _progress(self) -> None:
        """Carry on the progress of facets where all answers came last, count the others anew."""
        user, carried = self._context.user, {}
        recount = {key for key, ledger in self._ledgers.items() if ledger.recount}
        held = progress.of_facets(
            self._db, user, [key for key in self._ledgers if key not in recount]
        )
        for facet, before in held.items():
            after = before.gained(self._ledgers[facet].gain)
            if after is None:
                recount.add(facet)
            elif after != before:
                carried[facet] = after
        progress.save_facets(self._db, user, carried)
        progress.recount_facets(self._db, user, sorted(recount))


def open_sessions(db: "Connection", context: Context, arrived: Sequence[Fact]) -> None:
    """Make the rows of the sessions that these facts name; before their responses are appended.

    A session whose `session_started` event is still on its way begins with its first answer here,
    and is put right by that event.
    """
    begun = {
        fact.session_id: fact.created_at
        for fact in sorted(arrived, key=lambda one: one.order, reverse=True)
        if isinstance(fact, Response) and fact.session_id is not None
    }
    events = {
        fact.id: fact for fact in arrived if isinstance(fact, Event) and fact.type in SESSION_EVENTS
    }
    wanted = begun.keys() | {session_of(event) for event in events.values()}
    known = sessions.known(db, sorted(wanted))
    missing = {key: at for key, at in begun.items() if key not in known}
    if any(session_of(event) in known for event in events.values()):
        for event in facts.events_of_types(db, context.user, SESSION_EVENTS):
            if session_of(event) in wanted:
                events[event.id] = event
    sittings = {one.id: one for one in fold_sessions(events.values())}
    for key in sorted(wanted):
        if key in sittings:
            sessions.save(db, context.user, sittings[key])
        elif key in missing:
            sessions.save(db, context.user, Sitting(key, missing[key]))


def _count_sessions(
    db: "Connection", context: Context, arrived: Sequence[Fact], gone: frozenset[bytes]
) -> None:
    """Add what came to its sessions' totals; count anew where an answer was taken back."""
    anew = _sessions_of_retracted(db, context, arrived)
    added: dict[SessionId, tuple[int, int]] = {}
    for fact in arrived:
        if isinstance(fact, Response) and fact.session_id is not None and fact.id not in gone:
            answered, correct = added.get(fact.session_id, (0, 0))
            added[fact.session_id] = (answered + 1, correct + fact.counts_as_correct)
    for key, (answered, correct) in added.items():
        if key not in anew:
            sessions.add(db, key, answered, correct)
    for key in anew:
        standing = facts.of_session(db, context.user, key)
        right = sum(response.counts_as_correct for response in standing)
        sessions.set_totals(db, key, len(standing), right)


def _sessions_of_retracted(
    db: "Connection", context: Context, arrived: Iterable[Fact]
) -> set[SessionId]:
    """The sessions whose answers these facts took back."""
    found = set()
    for fact in arrived:
        if isinstance(fact, Event) and fact.type == EventType.RESPONSE_RETRACTED:
            key = FactId(parse_id(str(fact.data["response_id"])))
            response = facts.response(db, context.user, key)
            if response is not None and response.session_id is not None:
                found.add(response.session_id)
    return found
