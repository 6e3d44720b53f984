"""The order in which options are shown: shuffled per showing, unless their texts forbid it."""

import re
from collections.abc import Sequence
from random import Random
from typing import TypeVar

from drillr.domain.question import Option

T = TypeVar("T")
# "All of the above", "None of these", "All these choices are correct" belong at the end.
_SUMS_UP = re.compile(
    r"^\W*(all|none|any|both|neither|either)\b.{0,20}"
    r"\b(above|these|those|choices|answers|options|of them)\b",
    re.IGNORECASE,
)
# "A and C", "Both B and D", "option A": such texts name letters, so every option keeps its own.
_NAMES_LETTERS = re.compile(
    r"\b(options?|answers?|choices?)\s+[A-H]\b|\b[A-H]\b\s*(,|and|or|&|/)\s*\b[A-H]\b"
)


def shown_order(options: Sequence[Option], seed: int) -> tuple[Option, ...]:
    """The options as they are shown for this seed: the same seed gives the same order."""
    ordered = sorted(options, key=lambda option: option.key)
    if any(_NAMES_LETTERS.search(option.text) for option in ordered):
        return tuple(ordered)
    staying = [option for option in ordered if _SUMS_UP.search(option.text)]
    moving = [option for option in ordered if option not in staying] if staying else ordered
    Random(seed).shuffle(moving)  # noqa: S311 - an order to show, no secret
    return (*moving, *staying)


def letters(count: int) -> list[str]:
    """The letters under which `count` options are shown: A, B, C, …"""
    return [chr(ord("A") + index) for index in range(count)]


def mixed(things: Sequence[T], seed: int) -> list[T]:
    """The things in an order that the seed decides."""
    order = list(things)
    Random(seed).shuffle(order)  # noqa: S311 - an order to show, no secret
    return order
