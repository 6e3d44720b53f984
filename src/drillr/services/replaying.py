"""Deriving cards, days and progress from the log: for some questions, some facets, or all.

Whoever appends a fact that is not the last of its card comes here, and so does whoever changes the
rules. Nothing else writes derived rows, but for the answer that comes last (`recording`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from drillr.domain import progress as rules_of_progress
from drillr.domain import replay, rulebook
from drillr.domain.card import Card
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FacetId, FactId, QuestionId
from drillr.domain.progress import Activity, daily, daily_of
from drillr.domain.rulebook import Rulebook
from drillr.domain.session import SESSION_EVENTS, fold_sessions
from drillr.services.context import Context
from drillr.store import cards, content, facts, histories, places, profile, progress, sessions
from drillr.store.cards import Changed
from drillr.store.places import Place

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def derive(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    arrived: Mapping[QuestionId, Collection[FactId]],
) -> dict[QuestionId, Card | None]:
    """Derive the cards of some questions anew, and move days and progress along; the cards.

    `arrived` names, for each question, the facts that are in the log and not yet in the derived
    rows. A question that the store doesn't hold is left out: its facts wait for it.
    """
    found: dict[QuestionId, Card | None] = {}
    touched: set[FacetId] = set()
    for question, ids in arrived.items():
        where = places.of_question(db, question, hold=True)
        if where is None:
            continue
        known, seed = facts.of_question(db, context.user, question), seed_of(question)
        by, fresh = rules.rules(where.path), frozenset(ids)
        before = daily(replay.steps([one for one in known if one.id not in fresh], by, seed))
        steps = list(replay.steps(known, by, seed))
        card = found[question] = card_after(steps)
        due = _due(rules, question, where, card)
        cards.save(db, context.user, question, where.facet, card, due)
        progress.add_activity(db, context.user, where.facet, difference(before, daily(steps)))
        touched.add(where.facet)
    progress.recount_facets(db, context.user, sorted(touched))
    return found


def rederive(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    facets: Sequence[FacetId] | None = None,
    on_progress: Callable[[int], object] = lambda _: None,
) -> None:
    """Derive every card, day and progress of some facets anew, or of all of them.

    `on_progress` hears now and then how many cards are done; what it raises stops the work.
    """
    progress.clear_derived(db, context.user, facets)
    # Summed up first: many cards share a day, and a row of the days is written once.
    days: dict[FacetId, dict[date, Activity]] = {}
    pages, done = histories.by_question(db, context.user, facets), 0
    while page := dict(islice(pages, histories.PAGE)):
        on_progress(done)
        done += len(page)
        here = places.of_questions(db, list(page), hold=True)
        changed: list[Changed] = []
        for question, known in page.items():
            where = here.get(question)
            if where is None:
                continue
            by, seed = rules.rules(where.path), seed_of(question)
            card = replay.fold(known, by, seed)
            changed.append(Changed(question, where.facet, card, _due(rules, question, where, card)))
            sums = days.setdefault(where.facet, {})
            for day, activity in daily_of(known, by, seed).items():
                sums[day] = sums[day] + activity if day in sums else activity
        cards.save_many(db, context.user, changed)
    progress.add_activities(db, context.user, days)
    progress.recount_facets(db, context.user, sorted(days))


def redate(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    facets: Sequence[FacetId],
    since: datetime | None = None,
) -> None:
    """Move due dates as exams and pauses are now; cards stay, so nothing is replayed.

    With `since` only those of cards that their engine has due at that instant or later.
    """
    changed = []
    for one in cards.held(db, context.user, facets, since):
        due = rules.due(one.path, one.card, seed_of(one.question)) if one.is_active else None
        if due != one.due_at:
            changed.append((one.question, due))
    cards.set_due(db, context.user, changed)


def follow_content(
    db: "Connection",
    context: Context,
    touched: Collection[FacetId],
    moved: Collection[FacetId] = (),
) -> None:
    """Let everybody's derived rows follow content that was written in some facets.

    Progress counts the questions there are, due dates may hang on a plan; where questions moved
    between facets, days and cards move along. Whoever has answered there is waited for, and waits.
    """
    gone = frozenset(moved)
    people = progress.people(db, sorted({*touched, *gone}))
    for user in sorted(people):
        context.turn(db, user)
        one, facets = replace(context, user=user), people[user]
        if not gone.isdisjoint(facets):
            rederive(db, one, one.rulebook(db), sorted(gone))
        progress.recount_facets(db, user, [key for key in facets if key not in gone])
        rules = one.rulebook(db)
        if rules.moves_dates:
            redate(db, one, rules, facets)


def rederive_all(db: "Connection", context: Context) -> None:
    """Derive everything anew: settings, cards, days, progress, sessions, counts of content."""
    rules = refold(db, context)
    content.count_active(db, [facet.id for facet in content.facets(db)])
    rederive(db, context, rules)
    for session in fold_sessions(facts.events_of_types(db, context.user, SESSION_EVENTS)):
        sessions.save(db, context.user, session)
    totals = facts.session_totals(db, context.user)
    for key in sessions.ids(db, context.user):
        sessions.set_totals(db, key, *totals.get(key, (0, 0)))


def refold(db: "Connection", context: Context) -> Rulebook:
    """Write the settings that the facts give, and give the rulebook that follows."""
    events = facts.events_of_types(db, context.user, rulebook.SOURCES)
    rules = Rulebook.fold(events)
    profile.save_settings(db, context.user, rules.as_data(), context.clock())
    return rules


def adopt(
    db: "Connection", context: Context, on_progress: Callable[[int], object] = lambda _: None
) -> list[FacetId]:
    """Take up rules whose facts were just appended, replaying what they shape; those facets.

    `on_progress` hears how many cards were replayed; what it raises stops the work.
    """
    before = context.rulebook(db)
    after = refold(db, context)
    paths = places.paths(db)
    facets = [key for key, path in paths.items() if before.rules(path) != after.rules(path)]
    if facets:
        rederive(db, context, after, facets, on_progress)
    done = frozenset(facets)
    moved = [
        key
        for key, path in paths.items()
        if key not in done and before.calendar(path) != after.calendar(path)
    ]
    if moved:
        redate(db, context, after, moved, _earliest_moved(before, after))
    return facets


def _due(rules: Rulebook, question: QuestionId, where: Place, card: Card | None) -> datetime | None:
    if card is None or not where.is_active:
        return None
    return rules.due(where.path, card, seed_of(question))


def _earliest_moved(before: Rulebook, after: Rulebook) -> datetime | None:
    """From which due date on calendars differ; None where any may.

    An exam moves what would come due after it, and a pause whatever it holds up.
    """
    if before.pauses or after.pauses:
        return None
    return min((exam.at for exam in (*before.exams, *after.exams)), default=None)


def card_after(steps: Sequence[replay.Step]) -> Card | None:
    """The card at the end; None when no fact shaped it."""
    return steps[-1].after if steps and steps[-1].after.created_at is not None else None


def difference(
    before: Mapping[date, Activity], after: Mapping[date, Activity]
) -> dict[date, rules_of_progress.Activity]:
    """What to add to the days' sums so that they become `after`."""
    moved = {day: -activity for day, activity in before.items()}
    for day, activity in after.items():
        moved[day] = moved.get(day, Activity()) + activity
    return moved
