"""Says on a terminal how far longer work is; short work, and work in a pipe, says nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from drillr.cli.flags import given

_PATIENCE = 0.5
"""Seconds after which a person wonders."""


@contextmanager
def waiting(what: str, clock: Callable[[], float] = monotonic) -> Iterator[Callable[[float], None]]:
    """Gives what hears the share done (0 to 1); the line it writes on stderr is gone at the end."""
    began, told = clock(), False
    asked = sys.stderr.isatty() and not given.quiet

    def hear(share: float) -> None:
        nonlocal told
        if asked and clock() - began > _PATIENCE:
            done = f" {100 * share:3.0f} %" if share else ""
            print(f"\r{what} …{done}", end="", file=sys.stderr, flush=True)
            told = True

    try:
        yield hear
    finally:
        if told:
            print("\r" + " " * (len(what) + 8) + "\r", end="", file=sys.stderr, flush=True)
