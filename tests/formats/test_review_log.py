"""Review logs: what is read, and what is refused with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.evaluation import Review
from drillr.domain.rating import Rating
from drillr.errors import ContentError
from drillr.formats.review_log import parse_log, read_log

DAY = 86_400_000


def test_a_log_with_elapsed_days_is_taken_as_it_is(tmp_path: Path) -> None:
    """Days are the log's own; the first review of a card has none, whatever it says."""
    path = tmp_path / "log.csv"
    path.write_text(
        "card_id,review_ts_ms,rating,elapsed_days,type\n"
        "7,1000,1,-1,0\n7,2000,3,0,0\nx,2500,4,12,0\n7,90000000,2,1,0\n",
        encoding="utf-8-sig",
    )
    assert read_log(path) == [
        Review("7", Rating.VERY_HARD, 0), Review("7", Rating.MEDIUM, 0),
        Review("x", Rating.EASY, 0), Review("7", Rating.HARD, 1),
    ]  # fmt: skip


def test_a_log_with_instants_alone_counts_days_of_utc() -> None:
    """Days between calendar days, and lines are put in the order of time."""
    lines = [
        "card_id,rating,review_ts_ms",
        f"1,3,{5 * DAY}",
        f"1,4,{DAY - 1}",
        f"1,1,{5 * DAY + 9}",
    ]
    assert parse_log(lines, "log") == [
        Review("1", Rating.EASY, 0), Review("1", Rating.MEDIUM, 5),
        Review("1", Rating.VERY_HARD, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["a,b", "1,2"], "is no review log"),
        ([], "is no review log"),
        (["card_id,rating", "1,2"], "is no review log"),
        (["card_id,rating,elapsed_days", "1,3,0", "1,5,0"], ":3: rating is 5"),
        (["card_id,rating,elapsed_days", "1,0,0"], ":2: rating is 0"),
        (["card_id,rating,elapsed_days", "1,,0"], "Use a whole number"),
        (["card_id,rating,elapsed_days", "1"], "Use a whole number"),
        (["card_id,rating,elapsed_days", "1,3,0", "1,3,x\x1b[31m"], ":3: elapsed_days is"),
        (["card_id,rating,elapsed_days", "1,3,0", "1,3,99999999999"], "days have passed"),
    ],
)
def test_a_log_that_makes_no_sense_is_refused(lines: list[str], what: str) -> None:
    """The error names the line and what it should be, and no control character gets through."""
    with pytest.raises(ContentError, match=what) as caught:
        parse_log(lines, "log.csv")
    assert "\x1b" not in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Neither a missing file nor bytes end in a traceback."""
    path = tmp_path / "log.csv"
    with pytest.raises(ContentError, match="can't be read"):
        read_log(path)
    path.write_bytes(b"card_id,rating,elapsed_days\n\xff\xfe\n")
    with pytest.raises(ContentError, match="can't be read"):
        read_log(path)


@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_text_is_read_or_refused(lines: list[str]) -> None:
    """Whatever follows a good header, there is a log or an error that says why."""
    try:
        assert isinstance(parse_log(["card_id,rating,elapsed_days", *lines], "log"), list)
    except ContentError as error:
        assert error.remedy
