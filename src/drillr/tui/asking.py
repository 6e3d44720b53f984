"""The forms that ask for a part of the library, an exam, a pause, a session of one's own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from drillr.domain import selector, settings, wishes
from drillr.domain.pauses import MOST_SPREAD
from drillr.domain.session import Plan
from drillr.services.planning import Wish
from drillr.tui.form import Field, Form

_PART = "empty: the whole library; → completes"


def part(title: str, value: str, known: Sequence[str]) -> Form[str]:
    """Asks for a part of the library, by any name that a selector may have."""
    read = _part_among(known)
    return Form(
        title, [Field("part", "part", value, _PART, known)], lambda given: read(given["part"])
    )


def setting(name: str, value: str, about: str) -> Form[str]:
    """Asks for a setting's value, and takes only one that it can have."""

    def read(given: Mapping[str, str]) -> str:
        settings.parse(name, given["value"])
        return given["value"].strip()

    allowed = settings.allowed(name)
    return Form(name, [Field("value", "value", value, allowed)], read, about=f"{about}\n{allowed}")


def exam(part: str, known: Sequence[str]) -> Form[Wish]:
    """Asks for an exam: part, day, target, minutes a day."""
    named = _part_among(known)

    def read(given: Mapping[str, str]) -> Wish:
        return Wish(
            part=named(given["part"]),
            day=wishes.day(given["day"]),
            target=wishes.share("target", given["target"]),
            minutes=wishes.number("minutes a day", given["minutes"], 0, 1_440),
        )

    fields = [
        Field("day", "day", "", "such as 2027-06-01"),
        Field("part", "part", part, _PART, known),
        Field("target", "recalled", "0.9", "the share known at the exam, 0.5 to 0.99"),
        Field("minutes", "minutes a day", "", "empty: the setting minutes_per_day; 0: no limit"),
    ]
    return Form("an exam", fields, read, does="plan it", about="Nothing is added before you agree.")


def pause() -> Form[tuple[date, int | None]]:
    """Asks for the first day of study after a pause, and over how many days to spread."""

    def read(given: Mapping[str, str]) -> tuple[date, int | None]:
        spread = wishes.number("the days to spread over", given["spread"], 0, MOST_SPREAD)
        return wishes.day(given["until"]), spread

    fields = [
        Field("until", "study again on", "", "such as 2027-01-10"),
        Field("spread", "spread over", "", "days; empty: as long as the pause, at most 30"),
    ]
    about = "Nothing comes due until that day. What piles up is spread over the days after it."
    return Form("a pause", fields, read, does="pause", about=about)


def session(part: str, known: Sequence[str]) -> Form[Plan]:
    """Asks what a session should bring."""
    named = _part_among(known)

    def read(given: Mapping[str, str]) -> Plan:
        return Plan(
            selector=named(given["part"]),
            limit=wishes.number("answers", given["limit"], 1, 99_999),
            new=wishes.number("new questions", given["new"], 0, 99_999),
            types=wishes.kinds(given["types"].replace(",", " ").split()),
            tags=wishes.tags(given["tags"].replace(",", " ").split()),
            difficulties=wishes.difficulties(given["difficulty"].replace(",", " ").split()),
            cram=bool(given["cram"]),
            query=given["query"].strip(),
            ahead_days=wishes.number("days ahead", given["ahead"], 0, 365) or 0,
        )

    fields = [
        Field("part", "part", part, _PART, known),
        Field("query", "found by", "", "a search, such as is:leech lapses:>3"),
        Field("limit", "answers at most", "", "empty: as many as there are"),
        Field("new", "new at most", "", "empty: what the day's limits leave"),
        Field("types", "types", "", "mcq theory scenario; empty: all"),
        Field("tags", "tags", "", "any of these; empty: all"),
        Field("difficulty", "difficulty", "", "1 to 5, or a range such as 2-4"),
        Field("ahead", "days ahead", "", "also what comes due in so many days"),
        Field("cram", "cram: ask all, and leave the schedule alone", switch=True),
    ]
    return Form("a session of your own", fields, read, does="begin")


def _part_among(known: Sequence[str]) -> Callable[[str], str]:
    """Reads a part of the library: the name of a place as paths have it, empty for all."""
    paths = [one.replace("/", "__") for one in known]
    return lambda text: selector.place_named(text, paths)
