"""Which questions a session gets: due ones a page at a time, new ones as the day's limits allow."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drillr.domain import selector, shuffle
from drillr.domain.budget import Budget, new_budget, review_budget
from drillr.domain.card import CardState
from drillr.domain.facts import Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.queue import Entry, Pace, Queue, Stage
from drillr.domain.rulebook import Rulebook
from drillr.domain.scopes import EVERYWHERE, within
from drillr.domain.session import Plan
from drillr.domain.study_day import day_end, day_start
from drillr.errors import NothingToDo, StaleState
from drillr.services.context import Context, Today
from drillr.services.showing import Showing, Turn, show
from drillr.store import cards, content, facts, places, selection
from drillr.store.selection import Page, Part

if TYPE_CHECKING:
    from drillr.store.connection import Connection

PAGE = 500


class Source:
    """Fills one session's queue from a part of the library; `place` is the subtree it lies in."""

    def __init__(self, context: Context, plan: Plan, part: Part, place: str) -> None:
        self.part = part
        self.passed_over: set[QuestionId] = set()
        self.exhausted = False
        self._context, self._plan, self._place = context, plan, place
        self._scenarios: set[str] | None = None

    def begin(self, db: "Connection", rules: Rulebook, seed: int, begun: int) -> Queue:
        """The queue as a session finds it; `begun` new questions count against a wish for some."""
        settings = rules.settings(self._place)
        queue = Queue(pace=Pace.of(settings))
        if self._plan.cram:
            self.exhausted = True
            for key in shuffle.mixed(selection.everything(db, self.part, self._plan), seed):
                queue.append(Entry(key, Stage.CRAM))
            return queue
        while queue.needs_due and not self.exhausted:
            self.fill(db, rules, queue)
        today = self._context.today(rules.everywhere)
        budget = self._new_budget(db, rules, today, begun)
        for key in self._new(db, rules, today.now, budget, settings.new_order):
            queue.append(Entry(key, Stage.NEW))
        return queue

    def fill(self, db: "Connection", rules: Rulebook, queue: Queue) -> None:
        """Bring the next page of what is due: overdue, later today, and again today."""
        today = self._context.today(rules.everywhere)
        end = day_end(
            today.day + timedelta(days=self._plan.ahead_days), today.zone, today.rollover_hour
        )
        budget = self._review_budget(db, rules, today)
        waiting = queue.waiting() | self.passed_over
        most = PAGE + len(waiting)
        open_facets = self._open(db, budget) if budget.is_bounded else None
        part = self.part._replace(open=open_facets)
        rows = selection.due(db, self._context.user, part, self._plan, end, most)
        self.exhausted = len(rows) < most
        queue.beyond = 0
        if not self.exhausted:
            total = selection.count_due(db, self._context.user, self.part, self._plan, end)
            left = max(0, total - len(rows))
            queue.beyond = left if budget.room is None else min(left, budget.room)
        start = day_start(today.day, today.zone, today.rollover_hour)
        for row in rows:
            if row.question_id in waiting:
                continue
            if row.interval_days == 0 and row.last_reviewed_at >= start:
                queue.again(row.question_id, row.last_reviewed_at)
            elif budget.allows(row.path) and self._alone(db, rules, row.path, row.context, start):
                budget.spend(row.path)
                queue.append(Entry(row.question_id, _stage(row.due_at, today)))
            else:
                # Withheld for today: a later page must not bring it either.
                self.passed_over.add(row.question_id)

    def shown(self, db: "Connection", rules: Rulebook, entry: Entry, turn: Turn) -> Showing | None:
        """The entry's question; None when it was withdrawn, set aside or used up elsewhere."""
        showing = show(db, self._context, rules, entry, turn)
        if showing is None or turn.is_cram:
            return showing
        card = showing.card
        is_buried = card.buried_until is not None and card.buried_until > showing.shown_at
        if card.suspended or is_buried or not self._allows(db, rules, showing):
            return None
        return showing

    def check(self, db: "Connection", rules: Rulebook, showing: Showing) -> None:
        """StaleState when the day's limits no longer allow an answer to what is shown."""
        if not self._allows(db, rules, showing):
            raise StaleState(
                "the day's limit was reached elsewhere in the meantime", "Another question is shown"
            )

    def excess(self, db: "Connection", rules: Rulebook, showing: Showing) -> int:
        """By how much the days of a card exceed their limits, where an answer now would move them.

        That is 0 unless the clock went back: then an answer may begin the card on an earlier day,
        and what began it until now becomes a review of its own day.
        """
        at, now, plan = showing.card.updated_at, self._context.clock(), self._plan
        if at is None or now > at or plan.cram or plan.limit is not None or plan.new is not None:
            return 0
        known = facts.of_question(db, self._context.user, showing.question.id)
        days = {one.day for one in known if isinstance(one, Response)}
        path, found = showing.question.path, 0
        for day in days | {self._context.today(rules.everywhere).day}:
            done = selection.done_on(db, self._context.user, day.isoformat())
            found += new_budget(rules, done.new).excess(path)
            found += review_budget(rules, done.reviews).excess(path)
        return found

    def entry_of(self, db: "Connection", rules: Rulebook, key: QuestionId) -> Entry:
        """The entry for a question as its card stands now."""
        if self._plan.cram:
            return Entry(key, Stage.CRAM)
        card, where = cards.load(db, self._context.user, key), places.of_question(db, key)
        if card.next_review_at is None or where is None:
            return Entry(key, Stage.NEW)
        due = rules.due(where.path, card, seed_of(key)) or card.next_review_at
        return Entry(key, _stage(due, self._context.today(rules.everywhere)))

    def _new(
        self, db: "Connection", rules: Rulebook, now: datetime, budget: Budget, order: str
    ) -> list[QuestionId]:
        """New questions within the budget; where a subtree has none left, those of others."""
        today = self._context.today(rules.everywhere)
        start = day_start(today.day, today.zone, today.rollover_hour)
        taken: list[QuestionId] = []
        withheld = set(self.passed_over)
        while (room := budget.room) is None or room > 0:
            part = self.part._replace(facets=self._open(db, budget))
            most = (PAGE if room is None else room) + len(taken) + len(withheld)
            page = Page(now, most, order)
            rows = selection.new(db, self._context.user, part, self._plan, page)
            before = len(taken) + len(withheld)
            for row in rows:
                if row.question_id in withheld or row.question_id in taken:
                    continue
                if not budget.allows(row.path):
                    continue
                if self._alone(db, rules, row.path, row.context, start):
                    budget.spend(row.path)
                    taken.append(row.question_id)
                else:
                    withheld.add(row.question_id)
            if len(rows) < most or len(taken) + len(withheld) == before:
                break
        return taken

    def _alone(
        self, db: "Connection", rules: Rulebook, path: str, context: str | None, start: datetime
    ) -> bool:
        """Whether no sibling, of the same scenario, was asked today or waits; it does from now."""
        if context is None or not rules.settings(path).bury_siblings:
            return True
        if self._scenarios is None:
            self._scenarios = set(selection.contexts_since(db, self._context.user, start))
        if context in self._scenarios:
            return False
        self._scenarios.add(context)
        return True

    def _open(self, db: "Connection", budget: Budget) -> list[FacetId]:
        """The part's facets in which the budget allows one more."""
        paths = places.paths(db)
        keys = paths if self.part.facets is None else self.part.facets
        return [key for key in keys if budget.allows(paths[key])]

    def _new_budget(self, db: "Connection", rules: Rulebook, today: Today, begun: int) -> Budget:
        wish = self._plan.new if self._plan.new is not None else self._plan.limit
        if wish is not None:
            return Budget({EVERYWHERE: wish - begun})
        done = selection.done_on(db, self._context.user, today.day.isoformat())
        return new_budget(rules, done.new, paused=rules.pause_at(today.now) is not None)

    def _review_budget(self, db: "Connection", rules: Rulebook, today: Today) -> Budget:
        if self._plan.limit is not None or not review_budget(rules, {}).is_bounded:
            return Budget({})
        done = selection.done_on(db, self._context.user, today.day.isoformat())
        return review_budget(rules, done.reviews)

    def _allows(self, db: "Connection", rules: Rulebook, showing: Showing) -> bool:
        """Whether the day's limits, as the facts stand now, allow asking this card."""
        card, plan = showing.card, self._plan
        if plan.cram or plan.limit is not None:
            return True
        is_new = card.state is CardState.NEW
        if is_new and plan.new is not None:
            return True
        if not is_new and (card.interval_days == 0 or not review_budget(rules, {}).is_bounded):
            return True
        today = self._context.today(rules.everywhere)
        done = selection.done_on(db, self._context.user, today.day.isoformat())
        paused = rules.pause_at(today.now) is not None
        budget = (
            new_budget(rules, done.new, paused=paused)
            if is_new
            else review_budget(rules, done.reviews)
        )
        return budget.allows(showing.question.path)


def part_named(db: "Connection", wanted: str) -> tuple[list[FacetId] | None, str]:
    """The facets that a selector names (None: all), and the place itself."""
    if not wanted.strip():
        return None, EVERYWHERE
    by_path = {facet.path: facet.id for facet in content.facets(db) if facet.active_questions}
    place = selector.place_named(wanted, by_path)
    return [key for path, key in by_path.items() if within(path, place)], place


def nothing_to_ask(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    plan: Plan,
    part: Part,
) -> NothingToDo:
    """Why there is nothing to ask, and what there would be."""
    if not content.has_questions(db):
        return NothingToDo(
            "the library is empty",
            "`drillr import --starter` brings the starter banks, `drillr import PATH` your own",
        )
    unmatched = _unmatched(db, part, plan)
    if unmatched is not None:
        return unmatched
    today = context.today(rules.everywhere)
    paused = None if plan.cram else pausing(rules, today)
    if paused is not None:
        return paused
    if selection.count_due(db, context.user, part, plan, today.end):
        return NothingToDo(
            "all done for today: the rest waits for tomorrow",
            "`--limit 20` asks twenty more, whatever the day's limits",
        )
    if selection.new(db, context.user, part, plan, Page(today.now, 1)):
        return NothingToDo(
            "all done for today", "`--new 10` brings ten more new questions, `--cram` asks any"
        )
    return NothingToDo(
        "nothing is due here",
        "`--ahead 1` asks what is due tomorrow, `--cram` any, without touching the schedule",
    )


def _unmatched(db: "Connection", part: Part, plan: Plan) -> NothingToDo | None:
    """What to say where no question of the library is what a plan asks for, due or not."""
    filters = (*plan.tags, *plan.types, *plan.difficulties)
    if not (plan.query or filters) or selection.everything(db, part, plan):
        return None
    if plan.tags:
        known = content.tags(db)
        for tag in plan.tags:
            if tag not in known:
                return _no_such_tag(tag, known)
    if plan.query:
        return NothingToDo(
            f"the search {plan.query!r} finds no question here",
            f"`drillr search '{plan.query}'` shows what it finds in the whole library",
        )
    return NothingToDo(
        "no question here is of that kind: " + ", ".join(_kinds(plan)),
        "Ask for less at once, or in another part of the library",
    )


def _no_such_tag(tag: str, known: set[str]) -> NothingToDo:
    from difflib import get_close_matches  # few sessions end here

    lower = {name.casefold(): name for name in sorted(known)}
    near = get_close_matches(tag.casefold(), lower, n=1, cutoff=0.6)
    remedy = f"Did you mean {lower[near[0]]}?" if near else "Tags are those of the question files"
    return NothingToDo(f"no question has the tag {tag!r}", remedy)


def _kinds(plan: Plan) -> list[str]:
    return [
        *(f"tag {tag}" for tag in plan.tags),
        *(f"type {kind}" for kind in plan.types),
        *(f"difficulty {level}" for level in plan.difficulties),
    ]


def pausing(rules: Rulebook, today: Today) -> NothingToDo | None:
    """What to say while a pause runs: until when, how to end it, and how to study all the same."""
    pause = rules.pause_at(today.now)
    if pause is None:
        return None
    until = pause.until.astimezone(today.zone)
    return NothingToDo(
        f"nothing is asked: you pause until {until:%Y-%m-%d}",
        "`drillr pause --end` ends it, `--new 10` begins ten new questions all the same, `--cram`"
        " asks any, without touching the schedule",
    )


def _stage(due: datetime, today: Today) -> Stage:
    if due <= today.now:
        return Stage.OVERDUE
    return Stage.LATER if due < today.end else Stage.AHEAD
