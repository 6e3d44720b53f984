"""What many people's answers say about a question."""

import pytest

from drillr.domain.analytics import FEWEST_LEARNERS, Given, item_statistics


def given(learner: int, correct: bool, selected: str = "A", ms: int = 1000) -> Given:
    """One answer."""
    return Given(bytes([learner]), correct, ms, selected, 1 if correct else 4)


def test_counts_and_shares() -> None:
    """Responses, learners, picks (each of several), ratings and the median time."""
    found = item_statistics(
        [given(1, True, "A,C", 1000), given(1, False, "B", 3000), given(2, True, "A", 9000)], {}
    )
    assert (found.responses, found.learners, found.correct, found.median_ms) == (3, 2, 2, 3000)
    assert found.difficulty == pytest.approx(2 / 3)
    assert found.picks == {"A": 2, "B": 1, "C": 1}
    assert found.ratings == {1: 2, 4: 1}


def test_nothing_is_made_up_from_nothing() -> None:
    """No answers, few learners, or learners who all did alike give no number."""
    assert item_statistics([], {}).difficulty is None
    few = [given(n, n % 2 == 0) for n in range(FEWEST_LEARNERS - 1)]
    totals = {bytes([n]): (n, 20) for n in range(FEWEST_LEARNERS)}
    assert item_statistics(few, totals).discrimination is None
    alike = [given(n, True) for n in range(FEWEST_LEARNERS)]
    assert item_statistics(alike, totals).discrimination is None


@pytest.mark.parametrize(("good", "sign"), [(True, 1), (False, -1)])
def test_discrimination_tells_who_is_right_here(good: bool, sign: int) -> None:
    """1 when just those who are right elsewhere are right here, -1 the other way round."""
    answers = [given(n, (n >= 5) is good) for n in range(10)]
    totals = {}
    for n in range(10):
        right = 20 if n >= 5 else 0
        totals[bytes([n])] = (right + answers[n].correct, 21)
    assert item_statistics(answers, totals).discrimination == pytest.approx(sign)


def test_an_answer_doesnt_count_for_itself() -> None:
    """The share elsewhere leaves this question out: answers at random correlate with nothing."""
    answers = [given(n, n % 2 == 0) for n in range(12)]
    totals = {bytes([n]): (int(answers[n].correct) + (n // 2) % 2, 3) for n in range(12)}
    assert item_statistics(answers, totals).discrimination == pytest.approx(0.0)
