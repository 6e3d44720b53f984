"""What a person asks for in words, understood: a day, a number, kinds and degrees of questions.

Every interface reads its flags and fields here, so that all of them take and refuse the same.
"""

from collections.abc import Iterable
from datetime import date

from drillr.domain import limits
from drillr.domain.question import QuestionType
from drillr.domain.text import forbidden
from drillr.errors import UsageError


def day(text: str) -> date:
    """The day that is written as 2027-06-01."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is no date", "Use a date such as 2027-06-01") from None


def number(name: str, text: str, low: int, high: int) -> int | None:
    """A whole number within bounds that are included; None for an empty text."""
    value = text.strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise UsageError(f"{name} can't be {text!r}", f"Use a whole number {low} to {high}")
    return int(value)


def share(name: str, text: str) -> float:
    """A probability, as 0.9 or 90 %."""
    value = text.strip()
    try:
        given = float(value.removesuffix("%")) / 100 if value.endswith("%") else float(value)
    except ValueError:
        raise UsageError(f"{name} can't be {text!r}", "Use a number such as 0.9 or 90 %") from None
    return given


def kinds(names: Iterable[str]) -> tuple[QuestionType, ...]:
    """The question types of these names."""
    found = []
    for name in names:
        try:
            found.append(QuestionType(name.strip().lower()))
        except ValueError:
            raise UsageError(
                f"there is no question type {name!r}", "Use mcq, theory or scenario"
            ) from None
    return tuple(found)


def tags(names: Iterable[str]) -> tuple[str, ...]:
    """The tags of these names, each once; refused is what no question can have."""
    found = tuple(dict.fromkeys(name.strip() for name in names))
    for name in found:
        if not name or len(name) > limits.TAG or forbidden(name):
            raise UsageError(
                f"there is no tag {name!r}", f"A tag has 1 to {limits.TAG} printable characters"
            )
    if len(found) > limits.TAGS:
        raise UsageError(f"these are {len(found)} tags", f"Name at most {limits.TAGS}")
    return found


def difficulties(texts: Iterable[str]) -> tuple[int, ...]:
    """The degrees that texts such as `3` and `2-4` name, each once, in order."""
    return tuple(sorted({level for text in texts for level in _levels(text)}))


def _levels(text: str) -> range:
    first, dash, last = text.strip().partition("-")
    ends = [first, last] if dash else [first, first]
    if all(end in ("1", "2", "3", "4", "5") for end in ends) and ends[0] <= ends[1]:
        return range(int(ends[0]), int(ends[1]) + 1)
    raise UsageError(f"difficulty can't be {text!r}", "Use 1 to 5, or a range such as 2-4")
