"""What many people's answers say about a question."""

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.analytics import FEWEST_LEARNERS, Given, item_statistics

ANSWERS = st.lists(
    st.builds(
        Given, st.integers(0, 14).map(lambda n: bytes([n])), st.booleans(),
        st.integers(0, 99_999), st.sampled_from([None, "A", "A,B"]), st.integers(1, 4),
    ),
    max_size=40,
)  # fmt: skip
ELSEWHERE = st.dictionaries(
    st.integers(0, 14).map(lambda n: bytes([n])),
    st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda p: (min(p) + 5, max(p) + 9)),
)


@given(ANSWERS, ELSEWHERE)
def test_every_answer_counts_once(
    answers: list[Given], elsewhere: dict[bytes, tuple[int, int]]
) -> None:
    """Ratings add up, shares are shares, and a correlation is one."""
    found = item_statistics(answers, elsewhere)
    assert found.responses == len(answers) == sum(found.ratings.values())
    assert found.learners == len({one.learner for one in answers})
    assert (found.difficulty is None) == (not answers)
    assert found.difficulty is None or 0 <= found.difficulty <= 1
    assert found.discrimination is None or -1 <= found.discrimination <= 1
    assert sum(found.picks.values()) == sum(
        len(one.selected.split(",")) for one in answers if one.selected
    )


def test_a_question_discriminates_when_the_good_are_right() -> None:
    """Fully, not at all when all do alike, and nothing is said of few learners."""
    learners = [bytes([n]) for n in range(FEWEST_LEARNERS)]

    def found(right: list[bytes], count: int = FEWEST_LEARNERS) -> float | None:
        answers = [Given(one, one in right, 1, None, 2) for one in learners[:count]]
        return item_statistics(
            answers, {one: (9 + (one in right) if one in learners[:5] else one in right, 20)
                      for one in learners}
        ).discrimination  # fmt: skip

    assert found(learners[:5]) == 1.0
    assert found(learners[5:]) == -1.0
    assert found(learners) is None
    assert found(learners[:5], FEWEST_LEARNERS - 1) is None
