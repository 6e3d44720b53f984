"""Calibration: Wilson's interval, held to published values, and bins that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.calibration import Said, calibrate, wilson


@pytest.mark.parametrize(
    ("right", "answers", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: the score interval.
    [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ],
)  # fmt: skip
def test_the_interval_equals_published_ones(
    right: int, answers: int, low: float, high: float
) -> None:
    """To four digits."""
    found = wilson(right, answers)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    """Within 0 and 1, around the share that was right."""
    low, high = wilson(*counts)
    assert 0 <= low <= high <= 1
    if counts[1]:
        assert low - 1e-12 <= counts[0] / counts[1] <= high + 1e-12


SAID = st.builds(
    Said, st.sampled_from(["a__b__c__d", "a__x__c__d", "z__b__c__d"]), st.integers(1, 5),
    st.booleans(),
)  # fmt: skip


@given(st.lists(SAID))
def test_every_answer_counts_once_for_its_topic_and_once_for_all(said: list[Said]) -> None:
    """The topics' bins add up to the library's."""
    found = calibrate(said)
    whole = [one for one in found if not one.topic]
    topics = [one for one in found if one.topic]
    assert sum(b.answers for one in whole for b in one.bins) == len(said)
    assert sum(b.answers for one in topics for b in one.bins) == len(said)
    assert sum(b.right for one in whole for b in one.bins) == sum(one.is_right for one in said)
    assert all(b.low - 1e-9 <= b.share <= b.high + 1e-9 for one in found for b in one.bins)
