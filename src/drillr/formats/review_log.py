"""Review logs: CSV with a header, as spaced-repetition programs share them for research.

Columns: `card_id`, `rating` (1 again, 2 hard, 3 good, 4 easy), and `elapsed_days` (whole days since
the card's last review; below 0 for its first) or `review_ts_ms` (milliseconds since 1970, UTC), or
both. Others are left alone. Lines are in the order of time, or else `review_ts_ms` tells it.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from drillr.domain.evaluation import Review
from drillr.domain.rating import Rating
from drillr.domain.text import visible
from drillr.errors import ContentError

_DAY_MS = 86_400_000
# Far beyond any life; a number above it is a mistake, and would overflow a date.
_MOST_DAYS = 36_500


def read_log(path: Path) -> list[Review]:
    """The reviews of a file, in the order of time; ContentError names the line that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return parse_log(file, path.name)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ContentError(
            f"the review log {visible(str(path))} can't be read: {why}", "Name a CSV file in UTF-8"
        ) from error


def parse_log(lines: Iterable[str], name: str) -> list[Review]:
    """The reviews in these lines, the first of which is the header."""
    rows = csv.DictReader(lines)
    try:
        columns = set(rows.fieldnames or ())
        if not {"card_id", "rating"} <= columns or not columns & {"elapsed_days", "review_ts_ms"}:
            raise ContentError(
                f"{visible(name)} is no review log",
                "Its header needs card_id, rating, and elapsed_days or review_ts_ms",
            )
        found = [_Line(row, name, rows.line_num) for row in rows]
    except csv.Error as error:
        raise ContentError(f"{visible(name)}:{rows.line_num}: {error}", "Check the file") from error
    if "review_ts_ms" in columns:
        found.sort(key=lambda line: line.number("review_ts_ms"))
    return _reviews(found, by_days="elapsed_days" in columns)


class _Line:
    """One line, and where it stands."""

    def __init__(self, row: dict[str, str], name: str, at: int) -> None:
        self._row, self._where = row, f"{visible(name)}:{at}"
        self.card = row["card_id"]
        grade = self.number("rating")
        if not 1 <= grade <= 4:
            raise ContentError(f"{self._where}: rating is {grade}", "Use 1 (again) to 4 (easy)")
        self.rating = Rating(5 - grade)

    def number(self, column: str) -> int:
        """A column's whole number."""
        text = self._row.get(column) or ""
        try:
            return int(text)
        except ValueError:
            raise ContentError(
                f"{self._where}: {column} is {visible(text)[:40]!r}", "Use a whole number"
            ) from None

    def days(self) -> int:
        """`elapsed_days`, at least 0."""
        return self._checked(self.number("elapsed_days"))

    def days_since(self, other: "_Line") -> int:
        """Days of UTC between two lines."""
        now, then = (line.number("review_ts_ms") // _DAY_MS for line in (self, other))
        return self._checked(now - then)

    def _checked(self, days: int) -> int:
        if days > _MOST_DAYS:
            raise ContentError(f"{self._where}: {days} days have passed", "Check the numbers")
        return max(0, days)


def _reviews(lines: Iterable[_Line], *, by_days: bool) -> list[Review]:
    last: dict[str, _Line] = {}
    reviews = []
    for line in lines:
        before = last.get(line.card)
        days = 0 if before is None else line.days() if by_days else line.days_since(before)
        reviews.append(Review(line.card, line.rating, days))
        last[line.card] = line
    return reviews
