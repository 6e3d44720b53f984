"""Cuts facts to what every server takes: one that is refused would hold up all that come after it.

The store that made the fact takes the shorter one before anybody else has seen it, so the fact is
the same everywhere. Shortening follows from the fact alone: copies of a store cut alike.
"""

import json
from collections.abc import Sequence
from typing import Any

from drillr.domain import limits
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run, in_time

_NEEDED = frozenset(
    {
        "cram", "day", "elapsed_ms", "facet_id", "response_id", "scope", "session_id", "until"
    }
)  # fmt: skip
"""What `arrivals` asks of facts by name, besides a plan, which may be empty."""


def fits(fact: RawFact) -> bool:
    """Whether a server takes the fact, as far as its lengths go."""
    if isinstance(fact, RawEvent):
        return len(fact.data) <= limits.FACT_JSON
    return (
        len(fact.metadata) <= limits.FACT_JSON
        and len(fact.response_text or "") <= limits.FACT_TEXT
        and len(fact.selected_option or "") <= limits.CHOSEN
    )


def fitted(fact: RawFact) -> RawFact:
    """The fact with its texts cut where they are too long; ids, instants and ratings stay."""
    if fits(fact):
        return fact
    if isinstance(fact, RawEvent):
        return fact._replace(data=_shorter(fact.data))
    return fact._replace(
        metadata=_shorter(fact.metadata), selected_option=_whole_keys(fact.selected_option),
        response_text=fact.response_text and fact.response_text[: limits.FACT_TEXT],
    )  # fmt: skip


def light(runs: list[Run]) -> list[Run]:
    """The beginnings of these runs that can travel at once: one fact at least, the earliest."""
    while (count := sum(map(len, runs))) > 1 and _characters(runs) > limits.BATCH_TEXT:
        runs = in_time(runs, count // 2)
    return runs


def _characters(runs: Sequence[Run]) -> int:
    return sum(
        len(fact.metadata) + len(fact.response_text or "")
        if isinstance(fact, RawResponse)
        else len(fact.data)
        for run in runs
        for fact in run.facts
    )


def _whole_keys(chosen: str | None) -> str | None:
    """As many of the chosen keys as fit."""
    if chosen is None or len(chosen) <= limits.CHOSEN:
        return chosen
    return chosen[: limits.CHOSEN + 1].rpartition(",")[0] or chosen[: limits.CHOSEN]


def _shorter(text: str) -> str:
    """A JSON object's text with long strings cut; if that isn't enough, large values emptied.

    What the rules need of a fact is short, so that it stays, alone where there are too many names.
    """
    if len(text) <= limits.FACT_JSON:
        return text
    try:
        data = _cut(json.loads(text))
    except (ValueError, RecursionError):
        return text  # it is refused for another reason
    if not isinstance(data, dict):
        return text
    size = len(_dumped(data))
    for name in sorted(data.keys() - _NEEDED, key=lambda name: (-len(_dumped(data[name])), name)):
        if size <= limits.FACT_JSON:
            break
        empty = type(data[name])()
        size -= len(_dumped(data[name])) - len(_dumped(empty))
        data[name] = empty
    if size > limits.FACT_JSON:
        data = {name: value for name, value in data.items() if name in {*_NEEDED, "plan"}}
    return _dumped(data)


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value[: limits.NOTE]
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, dict):
        return {name: _cut(one) for name, one in value.items()}
    return value


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
