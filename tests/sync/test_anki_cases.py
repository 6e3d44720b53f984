"""What a widespread program loses when two devices work apart, case by case, is kept here.

Each case was measured with Anki 26.09: its sync keeps the card that changed last by the clock. The
docstrings say what was left there.
"""

from datetime import timedelta

from drillr.domain.card import Card, CardState
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.services import statistics
from drillr.services.recording import Answer, record_answer
from drillr.store import cards
from tests.sync.test_exchange import settled
from tests.sync.world import Device, World, facts_of

EASY, MEDIUM, HARD, MISSED = Rating.EASY, Rating.MEDIUM, Rating.HARD, Rating.VERY_HARD


def answer(device: Device, number: int, rating: Rating) -> None:
    """Answer one question now, by the device's clock."""
    context = device.context
    with context.database.transaction() as db:
        given = Answer(question_id(f"q-{number:03d}"), rating, 4000, is_correct=rating.passed)
        record_answer(db, context, context.rulebook(db), given)


def card(device: Device, number: int = 0) -> Card:
    """The card as the device has it."""
    with device.context.database.transaction(write=False) as db:
        return cards.load(db, device.context.user, question_id(f"q-{number:03d}"))


def pair(world: World) -> tuple[Device, Device]:
    """Two devices in step, the first question answered on ten days before."""
    a, b = world.add(), world.add()
    for _ in range(2):
        answer(a, 0, MEDIUM)
        world.now += timedelta(days=10)
    for device in (a, b):
        world.sync(device)
    return a, b


def test_a_lapse_here_and_a_success_there(world: World) -> None:
    """Again on A, later Easy on B: the lapse, its ease penalty and a repetition were gone."""
    for order in ("ab", "ba"):
        a, b = pair(world)
        before = card(a)
        world.now += timedelta(minutes=1)
        answer(a, 0, MISSED)
        world.now += timedelta(minutes=1)
        answer(b, 0, EASY)
        for name in order + order:
            world.sync(a if name == "a" else b)
        after = card(a)
        assert after == card(b)
        assert after.lapses == before.lapses + 1
        assert after.total_reviews == before.total_reviews + 2
        assert after.ease < before.ease + 10
        settled(world)
        for device in (a, b):
            device.context.database.close()
            world.devices.remove(device)


def test_three_reviews_against_one(world: World) -> None:
    """Again, Good, Good on A against one Good on B: the effect of three reviews was lost."""
    a, b = pair(world)
    before = card(a).total_reviews
    for device, ratings in ((a, (MISSED, MEDIUM, MEDIUM)), (b, (MEDIUM,))):
        for rating in ratings:
            world.now += timedelta(seconds=10)
            answer(device, 0, rating)
    settled(world)
    assert (card(a).total_reviews, card(a).lapses) == (before + 4, 1)


def test_two_answers_within_one_second(world: World) -> None:
    """Within one second: the devices stayed apart for good, each sync reporting success."""
    a, b = pair(world)
    answer(a, 0, MISSED)
    world.now += timedelta(milliseconds=200)
    answer(b, 0, EASY)
    settled(world)
    assert card(a) == card(b)
    assert card(a).state is not CardState.NEW


def test_two_answers_in_one_instant(world: World) -> None:
    """In one millisecond: each side was left without the other's row."""
    a, b = pair(world)
    answer(a, 0, MISSED)
    answer(b, 0, EASY)
    answer(b, 1, EASY)
    before = facts_of(a.context).keys() | facts_of(b.context).keys()
    settled(world)
    assert facts_of(a.context).keys() == facts_of(b.context).keys() == before


def test_a_fast_clock(world: World) -> None:
    """A's clock an hour fast: the earlier review won, the later one's effect was lost."""
    a, b = pair(world)
    before = card(a).total_reviews
    a.offset = timedelta(hours=1)
    answer(a, 0, MISSED)
    world.now += timedelta(minutes=1)
    answer(b, 0, EASY)
    settled(world)
    assert (card(a).total_reviews, card(a).lapses) == (before + 2, 1)


def test_the_days_counter(world: World) -> None:
    """Three reviews on A, two on B: the day's counter showed 3 where 5 were made."""
    a, b = pair(world)
    for number in range(3):
        answer(a, number, MEDIUM)
    for number in range(2):
        answer(b, number, HARD)
    settled(world)
    for device in (a, b):
        assert statistics.overview(device.context).today.responses == 5


def test_a_change_of_what_a_question_is(world: World) -> None:
    """A schema change dropped one side whole: 25 of 25 reviews were gone."""
    a, b = pair(world)
    for number in range(25):
        world.now += timedelta(minutes=1)
        answer(b, number % 4, MEDIUM)
    world.change(a, "scheduler", "sm2-classic")
    world.bring(a.context, 1)
    before = facts_of(a.context).keys() | facts_of(b.context).keys()
    settled(world)
    assert facts_of(a.context).keys() == before


def test_a_question_that_one_side_no_longer_asks(world: World) -> None:
    """A deletes the note, B reviews its card: the review was gone with it."""
    a, b = pair(world)
    with a.context.database.transaction() as db:
        db.run("update questions set is_active = 0 where external_id = 'q-000'")
    before = card(b).total_reviews
    answer(b, 0, MEDIUM)
    for device in (b, a, b):
        world.sync(device)
    assert card(a).total_reviews == card(b).total_reviews == before + 1


def test_two_clients_at_once(world: World) -> None:
    """Two clients of one user at once: the server refused 15 to 40 of 40; all are served here."""
    a, b = pair(world)
    for number in range(20):
        for device in (a, b):
            answer(device, number % 4, MEDIUM)
        world.now += timedelta(seconds=1)
        assert world.sync(a)
        assert world.sync(b)
    settled(world)
