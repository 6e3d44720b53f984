"""What is asked for in words: understood whole, or refused with what would do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import wishes
from drillr.domain.question import QuestionType
from drillr.errors import UsageError


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    """With blanks around it too."""
    assert wishes.day(f" {day.isoformat()} ") == day


@pytest.mark.parametrize("text", ["", "tomorrow", "2027-13-01", "01.06.2027"])
def test_no_day_is_made_of_something_else(text: str) -> None:
    """The form that would do is named."""
    with pytest.raises(UsageError, match="such as 2027-06-01"):
        wishes.day(text)


@given(st.integers(-50, 150))
def test_a_number_is_taken_within_its_bounds_alone(value: int) -> None:
    """Both bounds are included."""
    if 1 <= value <= 100:
        assert wishes.number("limit", str(value), 1, 100) == value
    else:
        with pytest.raises(UsageError, match="1 to 100"):
            wishes.number("limit", str(value), 1, 100)


def test_no_number_is_none() -> None:
    """An empty field asks for nothing; words and other scripts' digits are refused."""
    assert wishes.number("limit", "  ", 1, 9) is None
    for text in ("many", "\u0663", "1.5"):
        with pytest.raises(UsageError, match="limit can't be"):
            wishes.number("limit", text, 1, 9)


@pytest.mark.parametrize(("text", "value"), [("0.9", 0.9), ("90%", 0.9), (" 85 % ", 0.85)])
def test_a_share_is_a_number_or_percent(text: str, value: float) -> None:
    """People write both."""
    assert wishes.share("target", text) == pytest.approx(value)


def test_a_share_that_is_no_number_is_refused() -> None:
    """The name of the field is in the message."""
    with pytest.raises(UsageError, match="target can't be 'most'"):
        wishes.share("target", "most")


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=4))
def test_difficulties_are_the_union_of_ranges(ranges: list[tuple[int, int]]) -> None:
    """A range that runs backwards is refused, whatever stands beside it."""
    texts = [f"{low}-{high}" for low, high in ranges]
    if any(low > high for low, high in ranges):
        with pytest.raises(UsageError, match="range such as 2-4"):
            wishes.difficulties(texts)
        return
    wanted = {level for low, high in ranges for level in range(low, high + 1)}
    assert wishes.difficulties(texts) == tuple(sorted(wanted))


@pytest.mark.parametrize("text", ["0", "6", "1-", "-3", "x", "1-9", ""])
def test_other_difficulties_are_refused(text: str) -> None:
    """There are five."""
    with pytest.raises(UsageError):
        wishes.difficulties([text])


def test_kinds_go_by_their_names() -> None:
    """In any case."""
    assert wishes.kinds(["MCQ", " theory"]) == (QuestionType.MCQ, QuestionType.THEORY)
    with pytest.raises(UsageError, match="essay"):
        wishes.kinds(["essay"])


def test_tags_are_named_once_and_as_a_question_can_have_them() -> None:
    """What no question can have is refused, before it is kept in a session's plan."""
    assert wishes.tags([" sql ", "deep", "sql"]) == ("sql", "deep")
    for names in ([""], ["x" * 65], ["\x1b[31m"], ["\udcff"]):
        with pytest.raises(UsageError, match="there is no tag"):
            wishes.tags(names)
    with pytest.raises(UsageError, match="at most 50"):
        wishes.tags([f"t{number}" for number in range(51)])
