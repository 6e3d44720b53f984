"""Settings: what is taken, what is refused, and that they survive being stored."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.fsrs_parameters import DEFAULTS, LOWER_BOUNDS, UPPER_BOUNDS
from drillr.domain.settings import (
    LearningSettings,
    allowed,
    choices,
    from_mapping,
    names,
    parse,
    text_of,
    zone_named,
)
from drillr.errors import UsageError

PARAMETERS = st.tuples(
    *(st.floats(low, high) for low, high in zip(LOWER_BOUNDS, UPPER_BOUNDS, strict=True))
)


@given(st.floats(0.70, 0.97), st.one_of(st.just(()), PARAMETERS))
def test_what_fsrs_needs_survives_text_and_store(
    retention: float, parameters: tuple[float, ...]
) -> None:
    """Every number comes back as it was, through the command line's text and the store's JSON."""
    assert parse("desired_retention", text_of(retention)) == retention
    assert parse("fsrs_parameters", text_of(parameters)) == parameters
    chosen = LearningSettings(desired_retention=retention, fsrs_parameters=parameters)
    assert from_mapping(json.loads(json.dumps(asdict(chosen)))) == chosen


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("scheduler", "anki"),
        ("desired_retention", "0.5"),
        ("desired_retention", "0.98"),
        ("desired_retention", "nan"),
        ("desired_retention", "much"),
        ("fsrs_parameters", "1,2,3"),
        ("fsrs_parameters", ",".join(["nan", *map(str, DEFAULTS[1:])])),
        ("fsrs_parameters", ",".join([*map(str, DEFAULTS[:20]), "0.9"])),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, text: str) -> None:
    """The error says what is allowed."""
    with pytest.raises(UsageError, match="Use "):
        parse(name, text)


def test_default_means_the_published_parameters() -> None:
    """`default` is no numbers at all, so that a better default reaches those who never fitted."""
    assert parse("fsrs_parameters", "default") == ()
    assert text_of(()) == "default"


@given(st.sampled_from(names()), st.text(max_size=12) | st.integers(-5, 10**6).map(str))
def test_any_text_is_a_value_or_refused_with_what_is_allowed(name: str, text: str) -> None:
    """What is taken is written back as text that gives the same value."""
    try:
        value = parse(name, text)
    except UsageError as error:
        assert error.remedy
    else:
        assert parse(name, text_of(value)) == value
        assert text_of(True) == "true"
        assert getattr(from_mapping({name: value}), name) == value


def test_what_a_setting_can_be_is_said_and_true() -> None:
    """Every setting says it, and the choices that are named are taken."""
    for name in names():
        assert allowed(name)
        for choice in choices(name):
            assert choice in allowed(name)
            assert text_of(parse(name, choice)) == choice
    assert str(len(DEFAULTS)) in allowed("fsrs_parameters")


def test_every_kind_of_setting_is_parsed() -> None:
    """Choices, whole numbers, switches, zones; a name that is none lists those there are."""
    assert [parse("fuzz", word) for word in ("Yes", "off")] == [True, False]
    assert [parse("new_mix", "mixed"), parse("new_per_day", " 7 ")] == ["mixed", 7]
    assert [parse("timezone", zone) for zone in ("system", "Asia/Tokyo")] == [
        "system", "Asia/Tokyo",
    ]  # fmt: skip
    for name, text in (
        ("colour", "red"), ("fuzz", "maybe"), ("new_mix", "never"), ("new_per_day", "-1"),
        ("timezone", "Mars/Base"),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            parse(name, text)


def test_a_zone_that_this_machine_lacks_says_how_to_set_another() -> None:
    """A store may have been made where it was known."""
    assert zone_named("Asia/Tokyo").key == "Asia/Tokyo"
    for name in ("Mars/Base", "../etc/passwd", ""):
        with pytest.raises(UsageError, match="timezone"):
            zone_named(name)
