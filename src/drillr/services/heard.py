"""Going through many things and saying so on the way, so that long work can be stopped."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
EACH = 500
"""So many things take some hundredths of a second at most."""


def heard(things: Iterable[T], on_some: Callable[[], object], each: int = EACH) -> Iterator[T]:
    """The things; `on_some` is called before each first of so many, and raises to stop the work."""
    for number, thing in enumerate(things):
        if number % each == 0:
            on_some()
        yield thing
