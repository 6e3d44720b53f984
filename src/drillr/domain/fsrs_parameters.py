"""FSRS-6's 21 parameters: the published ones, and the bounds within which they make sense.

Source: the reference implementation, py-fsrs 6 (MIT), whose optimiser found them over some
10,000 people's reviews.
"""

from collections.abc import Sequence
from math import isnan

DEFAULTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
LOWER_BOUNDS = (
    0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001, 0.001, 0.0, 0.0, 0.001, 0.001, 0.001, 0.001,
    0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1,
)  # fmt: skip
UPPER_BOUNDS = (
    100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5, 5.0, 0.25, 0.9, 4.0, 1.0,
    6.0, 2.0, 2.0, 0.8, 0.8,
)  # fmt: skip


def within_bounds(parameters: tuple[float, ...]) -> bool:
    """Whether these are 21 numbers, each where FSRS-6 allows it; NaN is nowhere."""
    return len(parameters) == len(DEFAULTS) and all(
        low <= number <= high
        for number, low, high in zip(parameters, LOWER_BOUNDS, UPPER_BOUNDS, strict=True)
    )


def clamped(parameters: Sequence[float]) -> tuple[float, ...]:
    """Parameters moved to the nearest bound where they lie outside; the defaults for NaN."""
    moved = tuple(
        min(high, max(low, number))
        for number, low, high in zip(parameters, LOWER_BOUNDS, UPPER_BOUNDS, strict=True)
    )
    return DEFAULTS if any(map(isnan, parameters)) else moved
