"""Which automatic backups to keep: the latest, and the last of some days, weeks and months."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta

DAYS, WEEKS, MONTHS = 7, 5, 12
RECENT = timedelta(days=2)
"""All that are at most so much older than the newest stay: some come before large imports."""


def kept(
    instants: Iterable[datetime], days: int = DAYS, weeks: int = WEEKS, months: int = MONTHS
) -> frozenset[datetime]:
    """Of the instants of backups (UTC), those to keep: the newest always among them.

    Days, weeks and months that have no backup don't count, so a long pause loses nothing.
    """
    newest_first = sorted(set(instants), reverse=True)
    found = {at for at in newest_first if newest_first[0] - at < RECENT}
    periods: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (days, lambda at: at.date()),
        (weeks, lambda at: at.isocalendar()[:2]),
        (months, lambda at: (at.year, at.month)),
    )
    for most, period_of in periods:
        seen: set[Hashable] = set()
        for at in newest_first:
            period = period_of(at)
            if period not in seen and len(seen) < most:
                seen.add(period)
                found.add(at)
    return frozenset(found)
