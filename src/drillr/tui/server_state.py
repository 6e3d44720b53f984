"""How a server stands, in lines: its account, the last exchange, what waits, and why."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.domain.text import one_line, visible
from drillr.tui.sync_line import ago

if TYPE_CHECKING:
    from drillr.sync.standing import Place, Standing

Line = tuple[str, str, str]
"""What is told, what there is to tell, and whether it is trouble."""
_QUIET, _HEED = "quiet", "heed"


def state(standing: "Standing", place: "Place", now: datetime, zone: tzinfo, heed: str) -> Table:
    """Everything about one server; instants are in the person's zone, `heed` styles trouble."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(ratio=1)
    for name, text, style in _lines(standing, place, now, zone):
        grid.add_row(name, Text(text, style=heed if style is _HEED else ""))
    return grid


def _lines(standing: "Standing", place: "Place", now: datetime, zone: tzinfo) -> Iterator[Line]:
    remote = place.remote
    last: Mapping[str, Any] = remote.last
    yield "address", visible(remote.url), _QUIET
    signed = "signed in" if place.signed_in else "signed out: i signs in"
    yield "account", f"{visible(remote.username)}, {signed}", _QUIET if place.signed_in else _HEED
    if place.met is None:
        yield "last sync", "never: enter exchanges everything", _HEED
    else:
        at = place.met.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        yield "last sync", f"{at}, {ago(now - place.met)}", _QUIET
        yield "", exchanged(last), _QUIET
    if last.get("error"):
        at = datetime.fromisoformat(last["tried_at"]).astimezone(zone).strftime("%m-%d %H:%M")
        yield "last try", f"{at} failed: {one_line(visible(str(last['error'])), 300)}", _HEED
    yield "to send", _waiting(place), _QUIET
    if standing.parked:
        wait = "waits" if standing.parked == 1 else "wait"
        text = f"{counted(standing.parked, 'fact')} {wait} for questions that have not come yet"
        yield "parked", text, _QUIET
        if remote.scope:
            yield "", "perhaps because only parts of the library are received", _QUIET
    if last.get("parked_there"):
        yield "", f"{last['parked_there']} wait at the server for questions it lacks", _QUIET
    skew = last.get("clock_ahead_seconds") or 0
    if skew:
        side = "ahead of" if skew > 0 else "behind"
        yield "clock", f"this one is {abs(skew)} s {side} the server's: set it right", _HEED
    places = ", ".join(visible(pretty(one)) for one in remote.scope)
    yield "questions", places or "the whole library", _QUIET
    by_itself = "at every start and after a session" if remote.automatic else "when you say so"
    yield "syncs", by_itself, _QUIET
    if standing.conflicts:
        verb = "clashes" if standing.conflicts == 1 else "clash"
        many = f"{counted(standing.conflicts, 'edit')} {verb}"
        yield "conflicts", f"{many} with the server's: c settles them", _HEED


def exchanged(last: Mapping[str, Any]) -> str:
    """What an exchange did, in a sentence."""
    parts = [f"{counted(last.get('sent', 0), 'fact')} sent, {last.get('received', 0)} received"]
    questions: Mapping[str, Any] = last.get("questions") or {}
    counts = [
        f"{questions[name]} {name}"
        for name in ("new", "updated", "moved", "deactivated")
        if questions.get(name)
    ]
    if counts:
        parts.append("questions: " + ", ".join(counts))
    if questions.get("refused"):
        parts.append(f"{counted(len(questions['refused']), 'question')} refused")
    if last.get("renumbered"):
        parts.append(f"this store was copied or restored: {last['renumbered']} facts renumbered")
    if last.get("cards") not in (None, "not compared"):
        parts.append(f"cards {last['cards']}")
    return "; ".join(parts)


def _waiting(place: "Place") -> str:
    if not place.waiting:
        return "nothing: the server has all that is here"
    if place.met is None:
        return f"{counted(place.waiting, 'fact')} (answers, marks, settings)"
    return f"{counted(place.waiting, 'fact')} (answers, marks, settings) made since"
