"""Plans for exams and forecasts: whatever is simulated keeps its limits and loses no question."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from drillr.domain.budget import Budget
from drillr.domain.calendar import Calendar
from drillr.domain.card import Card, CardState
from drillr.domain.exam_plan import ExamPlan, plan, remedies
from drillr.domain.exams import Exam
from drillr.domain.forecast import Days, Habits, Studied, habits_of, questions, simulate
from drillr.domain.progress import Activity
from drillr.domain.sm2 import Sm2
from drillr.domain.strata import grouped, thinned

END = datetime(2026, 1, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
SURE = Habits((0.2, 0.6, 0.2, 0.0), (0.2, 0.6, 0.2, 0.0), 30)
USUAL = habits_of(Activity())


@st.composite
def begun(draw: st.DrawFn) -> list[Studied]:
    """Cards in all states, overdue ones too."""
    found = []
    for number in range(draw(st.integers(0, 25))):
        days = draw(st.integers(0, 120))
        last = END - timedelta(days=draw(st.integers(1, 90)), hours=draw(st.integers(0, 23)))
        card = Card(
            state=CardState.REVIEW, interval_days=days, repetitions=1, total_reviews=1,
            last_reviewed_at=last, next_review_at=last + days * DAY,
        )  # fmt: skip
        found.append(Studied("a__b__c__d", card, number * 7919, Sm2(), Calendar()))
    return found


def unseen(count: int) -> list[Studied]:
    """Questions never begun."""
    return [Studied("a__b__c__d", Card(), n * 104_729, Sm2(), Calendar()) for n in range(count)]


def exam_on(day: int, target: float = 0.9) -> Exam:
    """An exam so many days after today."""
    at = END + (day - 1) * DAY
    return Exam("e", "", at.date(), at, target)


@given(
    begun(), st.integers(0, 40), st.integers(1, 40), st.sampled_from([0.8, 0.9, 0.95, 0.97]),
    st.one_of(st.none(), st.integers(1, 30)),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_plan_keeps_to_its_own_limits(
    cards: list[Studied], fresh: int, day: int, target: float, minutes: int | None
) -> None:
    """No day is longer than allowed, no question is begun too late, and none is counted twice."""
    made = plan(exam_on(day, target), cards, unseen(fresh), USUAL, END, minutes)
    assert len(made.loads) == day
    assert all(minutes is None or load.minutes <= minutes + 1e-9 for load in made.loads)
    assert all(load.new <= made.new_a_day for load in made.loads)
    assert (
        sum(load.new for load in made.loads) + made.unseen == fresh == made.questions - len(cards)
    )
    assert day == 1 or made.loads[-1].new == 0
    assert 0 <= made.ready <= 1
    if minutes is None:
        assert made.fits


@given(
    begun(), st.integers(0, 10), st.integers(1, 20), st.integers(1, 60),
    st.one_of(st.none(), st.integers(1, 90)), st.integers(0, 40),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_one_for_many_keeps_to_the_same_limits(
    cards: list[Studied], fresh: int, day: int, many: int, minutes: int | None, limit: int
) -> None:
    """Where each question stands for many, none is lost, and no limit is exceeded by one."""
    alike = [replace(one, count=many) for one in cards]
    new = [replace(one, count=many) for one in unseen(fresh)]
    made = plan(exam_on(day), alike, new, USUAL, END, minutes)
    assert made.questions == many * (len(cards) + fresh)
    assert all(minutes is None or load.minutes <= minutes + 1e-9 for load in made.loads)
    assert all(load.new <= made.new_a_day for load in made.loads)
    assert sum(load.new for load in made.loads) + made.unseen == many * fresh
    days = Days(
        END, day, lambda _: Budget({"": limit}), lambda _: Budget({"a": limit}), minutes
    )  # fmt: skip
    done = simulate(alike, new, USUAL, days, 1)
    assert questions(done.begun) + questions(done.unseen) == made.questions
    assert all(load.new <= limit and load.reviews <= limit for load in done.days)
    assert all(minutes is None or load.minutes <= minutes + 1e-9 for load in done.days)


def test_one_for_many_foretells_what_all_of_them_would() -> None:
    """A hundred for a thousand: the reviews of a month differ by less than a tenth."""

    def due(count: int, many: int) -> list[Studied]:
        return [
            Studied("a__b__c__d", Card(
                state=CardState.REVIEW, interval_days=5, repetitions=2, total_reviews=2,
                last_reviewed_at=END - 9 * DAY, next_review_at=END - 4 * DAY,
            ), number * 7919, Sm2(), Calendar(), many)
            for number in range(count)
        ]  # fmt: skip

    days = Days(END, 30, lambda _: Budget({"": 0}), lambda _: Budget({"": 300}), 180)
    each = simulate(due(1_000, 1), [], USUAL, days, 3)
    some = simulate(due(100, 10), [], USUAL, days, 3)
    exact, close = (sum(load.reviews for load in found.days) for found in (each, some))
    assert abs(close - exact) < exact / 10
    assert each.days[0].reviews == some.days[0].reviews == 300


@given(st.lists(st.tuples(st.integers(0, 3), st.integers())))
def test_groups_keep_the_order_of_what_is_in_them(pairs: list[tuple[int, int]]) -> None:
    """Each item is in its group, behind those that came before it."""
    found = grouped(pairs)
    assert list(found) == list(dict.fromkeys(key for key, _ in pairs))
    for key, items in found.items():
        assert items == [one for other, one in pairs if other == key]


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(), max_size=30)), st.integers(1, 50))
def test_some_stand_for_all_and_groups_keep_their_sizes(
    groups: dict[int, list[int]], most: int
) -> None:
    """Not many more than asked for, each from its own group, and together they count for all."""
    found = thinned(groups, most)
    total = sum(map(len, groups.values()))
    assert sum(count for _, count in found) == total
    assert len(found) <= most + len(groups)
    tagged = {key: [(key, n) for n in range(len(group))] for key, group in groups.items()}
    for key, group in tagged.items():
        mine = [(one, count) for one, count in thinned(tagged, most) if one[0] == key]
        assert sum(count for _, count in mine) == len(group)
        assert all(one in group for one, _ in mine)
    if total <= most:
        assert [one for one, _ in found] == [one for group in groups.values() for one in group]


@given(begun(), st.integers(0, 25), st.integers(3, 40), st.sampled_from([0.8, 0.9, 0.95]))
@settings(max_examples=40, deadline=None)
def test_a_schedule_satisfies_the_caps_of_its_exam(
    cards: list[Studied], fresh: int, day: int, target: float
) -> None:
    """After every answer before the exam a card is due before it, or lasts until it."""
    exam = exam_on(day, target)
    calendar = Calendar(exams=(exam,))
    days = Days(END, day, lambda _: Budget({"": 5}), lambda _: Budget({}))
    done = simulate(
        [replace(one, calendar=calendar) for one in cards],
        [replace(one, calendar=calendar) for one in unseen(fresh)], SURE, days, 1,
    )  # fmt: skip
    assert len(done.begun) + len(done.unseen) == len(cards) + fresh
    for one in done.begun:
        last, interval = one.card.last_reviewed_at, one.card.interval_days
        assert last is not None
        reached = (exam.at - last) / DAY <= exam.reach(interval, 0.9) + 1e-9
        # The evening before the exam leaves no day for another review.
        assert reached or exam.at - last < 2 * DAY


@given(begun(), st.integers(0, 30), st.integers(0, 6), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_a_forecast_loses_no_question_and_keeps_its_budgets(
    cards: list[Studied], fresh: int, new: int, reviews: int
) -> None:
    """Reviews over the day's limit wait for the next; new ones come in their order."""
    days = Days(END, 12, lambda _: Budget({"": new}), lambda _: Budget({"": reviews}))
    done = simulate(cards, unseen(fresh), USUAL, days, 7)
    assert all(load.new <= new and load.reviews <= reviews for load in done.days)
    assert len(done.begun) + len(done.unseen) == len(cards) + fresh
    assert sum(load.new for load in done.days) == fresh - len(done.unseen) == min(fresh, 12 * new)
    again = simulate(cards, unseen(fresh), USUAL, days, 7)
    assert again.days == done.days


def test_what_would_fit_does_fit_and_less_does_not() -> None:
    """The minutes, and the days, that are named are the least that make the plan fit."""
    exam, fresh = exam_on(10), unseen(120)

    def again(one: Exam, minutes: float | None) -> ExamPlan:
        return plan(one, [], fresh, USUAL, END, minutes)

    wanted = again(exam, 3.0)
    assert not wanted.fits
    found = remedies(exam, wanted, again)
    assert found.minutes is not None
    assert again(exam, found.minutes).fits
    assert not again(exam, found.minutes - 1).fits
    assert found.days_later is not None
    later = replace(
        exam, at=exam.at + found.days_later * DAY, day=exam.day + found.days_later * DAY
    )
    assert again(later, 3.0).fits
    assert found.questions == 120 - wanted.unseen
    assert remedies(exam, again(exam, None), again).minutes is None


def test_habits_follow_the_answers_once_there_are_many() -> None:
    """With few answers what is usual counts; with many, what the person did."""
    assert USUAL.answers == 0
    assert abs(USUAL.later[3] - 0.1) < 1e-9
    many = Activity(
        responses=1000, correct=900, new_cards=100, reviewed=800, retained=760, easy=100,
        medium=700, hard=100, very_hard=100, time_ms=12_000_000,
    )  # fmt: skip
    rates = habits_of(many)
    assert abs(rates.later[3] - 0.05) < 0.002
    assert abs(rates.seconds - 12) < 0.5
    assert abs(sum(rates.later) - 1) < 1e-9
    assert abs(sum(rates.first) - 1) < 1e-9
    assert rates.later[1] > 6 * rates.later[0]


def test_a_plan_that_nothing_makes_fit_says_so() -> None:
    """Neither more minutes nor more days would do."""
    never = ExamPlan((), 10, 10, 0, 0.0, 1, 3.0)
    found = remedies(exam_on(3), never, lambda exam, minutes: never)
    assert (found.minutes, found.days_later, found.questions) == (None, None, 0)
    assert never.most_minutes == 0
    made = plan(exam_on(5), [], unseen(20), SURE, END, None)
    assert made.most_minutes == max(load.minutes for load in made.loads) > 0


def test_a_card_without_a_review_is_not_counted_as_ready() -> None:
    """It was brought along with a date alone."""
    card = Card(state=CardState.REVIEW, interval_days=900, next_review_at=END + 900 * DAY)
    one = Studied("a__b__c__d", card, 1, Sm2(), Calendar())
    assert plan(exam_on(3), [one], [], SURE, END, None).ready == 0


def test_suspended_cards_and_full_subtrees_wait() -> None:
    """A suspended card never comes; a subtree's limit leaves its new questions for later."""
    held = Studied("a__b__c__d", Card(suspended=True), 1, Sm2(), Calendar())
    days = Days(END, 3, lambda _: Budget({"a": 1, "": 9}), lambda _: Budget({}))
    fresh = [*unseen(5), Studied("z__b__c__d", Card(), 5, Sm2(), Calendar())]
    done = simulate([held], fresh, SURE, days, 1)
    assert [load.new for load in done.days] == [2, 1, 1]
    assert len(done.unseen) == 2
    begun_suspended = simulate([], [held], SURE, days, 1)
    assert sum(load.new for load in begun_suspended.days) == 1
