"""Sums of many answers: every one is counted once, in the place where it belongs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import analysis

counts = st.tuples(st.integers(0, 5_000), st.integers(1, 50))


def test_hours_are_the_persons_own() -> None:
    """An answer at 23:30 UTC belongs to half past midnight in Berlin in winter, to half past one
    in summer."""
    winter, summer = (datetime(2026, month, 3, 23, tzinfo=UTC) for month in (1, 7))
    shares = analysis.by_hour([(winter, 3, 2), (summer, 1, 1)], ZoneInfo("Europe/Berlin"))
    assert [(share.label, share.right, share.total) for share in shares if share.total] == [
        ("0", 2, 3), ("1", 1, 1),
    ]  # fmt: skip
    assert shares[0].percent == 200 / 3
    assert shares[5].percent is None


@given(st.lists(counts))
def test_every_answer_after_a_day_or_more_is_in_one_bucket(rows: list[tuple[int, int]]) -> None:
    """Buckets cover all gaps from one day on; what came within the day measures no memory."""
    shares = analysis.by_gap([(days, count, count // 2) for days, count in rows])
    assert sum(share.total for share in shares) == sum(count for days, count in rows if days >= 1)
    assert sum(s.right for s in shares) == sum(count // 2 for days, count in rows if days >= 1)


def test_the_bounds_of_the_buckets_are_where_their_names_say() -> None:
    """A gap of a bucket's first day is in it, the day before in the one below."""
    for days, label in ((1, "1 d"), (2, "2-3 d"), (3, "2-3 d"), (4, "4-7 d"), (241, "241+ d")):
        assert [s.label for s in analysis.by_gap([(days, 1, 1)]) if s.total] == [label]


@given(st.lists(counts))
def test_every_card_is_in_one_interval(rows: list[tuple[int, int]]) -> None:
    """The histogram loses no card, whatever its interval."""
    assert sum(n for _, n in analysis.histogram(rows)) == sum(n for _, n in rows)


@given(st.lists(st.tuples(st.integers(130, 999), st.integers(1, 50))))
def test_every_card_is_in_one_step_of_ease(rows: list[tuple[int, int]]) -> None:
    """Steps have no gap between them and no empty ends."""
    found = analysis.eases(rows)
    assert sum(n for _, n in found) == sum(n for _, n in rows)
    if found:
        assert found[0][1]
        assert found[-1][1]


def test_confidence_is_held_against_what_was_right() -> None:
    """Each degree has its own share; the instants don't matter."""
    shares = analysis.by_sureness([(5, 4, 4), (1, 3, 1), (5, 1, 0)])
    assert [(s.label, s.right, s.total) for s in shares] == [
        ("1", 1, 3), ("2", 0, 0), ("3", 0, 0), ("4", 0, 0), ("5", 4, 5),
    ]  # fmt: skip
