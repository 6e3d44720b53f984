"""Bringing everything derived up to date with a batch of facts from elsewhere.

They may come late and in any order. A card whose facts all came before these is carried on from
where it stands; any other is derived anew from its whole history. Either way a batch costs a few
statements, not some for each card.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

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
from drillr.domain.rulebook import Rulebook
from drillr.domain.session import SESSION_EVENTS, Sitting, fold_sessions, session_of
from drillr.services.context import Context
from drillr.services.replaying import adopt, difference
from drillr.store import cards, facts, histories, places, progress, sessions
from drillr.store.cards import Changed
from drillr.store.places import Place

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def settle(db: "Connection", context: Context, arrived: Sequence[Fact]) -> None:
    """Derive what these facts change; they are in the log, and not in the derived rows."""
    if any(isinstance(fact, Event) and fact.type in rulebook.SOURCES for fact in arrived):
        done = frozenset(adopt(db, context))
    else:
        done = frozenset()
    about: dict[QuestionId, list[Fact]] = {}
    for fact in arrived:
        if fact.question_id is not None:
            about.setdefault(fact.question_id, []).append(fact)
    gone = _taken_back(db, context, about)
    where = places.of_questions(db, list(about), hold=True)
    batch = _Batch(db, context, context.rulebook(db), gone)
    for question, news in about.items():
        place = where.get(question)
        if place is not None and place.facet not in done:
            batch.add(question, place, news)
    batch.write()
    _count_sessions(db, context, arrived, gone)


_NEW = Card()
_order = attrgetter("order")


class _Batch:
    """Cards, days and progress of some questions, gathered and then written together."""

    def __init__(
        self, db: "Connection", context: Context, rules: Rulebook, gone: frozenset[bytes]
    ) -> None:
        self._db, self._context, self._rules, self._gone = db, context, rules, gone
        self._questions: dict[QuestionId, tuple[Place, list[Fact]]] = {}
        self._cards: list[Changed] = []
        self._sums: dict[FacetId, Sums] = {}
        self._late: dict[FacetId, dict[date, Activity]] = {}
        self._gains: dict[FacetId, Gain] = {}
        self._recount: set[FacetId] = set()

    def add(self, question: QuestionId, place: Place, news: list[Fact]) -> None:
        """A question, and the facts about it that came."""
        self._questions[question] = (place, news)

    def write(self) -> None:
        """Carry on or replay each card, and write everything."""
        held = cards.load_many(self._db, self._context.user, list(self._questions))
        late: dict[QuestionId, list[Fact]] = {}
        for question, (place, news) in self._questions.items():
            if len(news) > 1:
                news.sort(key=_order)
            card = held.get(question, _NEW)
            if self._comes_last(card, news):
                self._carry(question, place, card, news)
            else:
                late[question] = news
        self._replay(late)
        user = self._context.user
        cards.save_many(self._db, user, self._cards)
        progress.add_activities(self._db, user, self._activities())
        self._progress()

    def _comes_last(self, card: Card, news: Sequence[Fact]) -> bool:
        """Whether these facts only add to the card, behind all that shaped it so far."""
        if card.updated_at is not None and news[0].created_at <= card.updated_at:
            return False
        return all(
            fact.id not in self._gone if isinstance(fact, Response) else fact.type in MARKS
            for fact in news
        )

    def _carry(self, question: QuestionId, place: Place, card: Card, news: Sequence[Fact]) -> None:
        rules, seed = self._rules.rules(place.path), seed_of(question)
        sums, gain = self._sums_of(place.facet), self._gain_of(place.facet)
        first = after = card
        if card is _NEW and replay.is_straight(news):
            # The engine runs through the first answers to a question in one go.
            after = replay.fold(news, rules, seed) or card
            add_straight(sums, news, rules)
            for answer in news:
                gain.answer(answer)
        else:
            for fact in news:
                card, after = after, replay.apply(after, fact, rules, seed)
                if isinstance(fact, Response):
                    add_answer(sums, fact, card)
                    gain.answer(fact)
        gain.card(first, after)
        if after.created_at is not None:
            self._keep(question, place, after)
        if not place.is_active:
            self._recount.add(place.facet)

    def _sums_of(self, facet: FacetId) -> Sums:
        found = self._sums.get(facet)
        if found is None:
            found = self._sums[facet] = {}
        return found

    def _gain_of(self, facet: FacetId) -> Gain:
        found = self._gains.get(facet)
        if found is None:
            found = self._gains[facet] = Gain()
        return found

    def _replay(self, late: Mapping[QuestionId, Sequence[Fact]]) -> None:
        known = histories.of_questions(self._db, self._context.user, list(late))
        for question, news in late.items():
            place, _ = self._questions[question]
            rules, seed = self._rules.rules(place.path), seed_of(question)
            fresh = {fact.id for fact in news}
            every = known.get(question, [])
            every.sort(key=_order)
            before = daily_of([fact for fact in every if fact.id not in fresh], rules, seed)
            self._keep(question, place, replay.fold(every, rules, seed))
            days = self._late.setdefault(place.facet, {})
            for day, activity in difference(before, daily_of(every, rules, seed)).items():
                days[day] = days[day] + activity if day in days else activity
            self._recount.add(place.facet)

    def _activities(self) -> dict[FacetId, dict[date, Activity]]:
        found = {facet: summed(sums) for facet, sums in self._sums.items()}
        for facet, late in self._late.items():
            days = found.setdefault(facet, {})
            for day, activity in late.items():
                days[day] = days[day] + activity if day in days else activity
        return found

    def _keep(self, question: QuestionId, place: Place, card: Card | None) -> None:
        due = None
        if card is not None and place.is_active:
            due = self._rules.due(place.path, card, seed_of(question))
        self._cards.append(Changed(question, place.facet, card, due))

    def _progress(self) -> None:
        """Carry on the progress of facets where all answers came last, count the others anew."""
        user, carried = self._context.user, {}
        held = progress.of_facets(self._db, user, list(self._gains))
        for facet, gain in self._gains.items():
            after = None if facet in self._recount else held[facet].gained(gain)
            if after is None:
                self._recount.add(facet)
            elif after != held[facet]:
                carried[facet] = after
        progress.save_facets(self._db, user, carried)
        progress.recount_facets(self._db, user, sorted(self._recount))


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


def _taken_back(
    db: "Connection", context: Context, about: Mapping[QuestionId, Sequence[Fact]]
) -> frozenset[bytes]:
    """The ids of answers to these questions that somebody took back."""
    return frozenset(
        parse_id(str(event.data["response_id"]))
        for event in histories.events_about(
            db, context.user, list(about), EventType.RESPONSE_RETRACTED
        )
    )


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
