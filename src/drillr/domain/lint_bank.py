"""Lint of many questions together: what is there twice, and what gives right options away."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from drillr.domain.draft import Draft
from drillr.domain.linting import Finding
from drillr.domain.words import words

ALIKE = 0.8
"""The share of word triples that two questions have in common when they are nearly the same."""
UNLIKELY = 0.005
"""A skew that chance would bring less often than this is no chance."""

_TRIPLE = 3
_COMMON = 60


def twins(drafts: Sequence[Draft]) -> Iterator[tuple[int, int, Finding]]:
    """Pairs of questions that say the same, or nearly: index of the later, of the earlier.

    Sets that share so much share one of their rarest few members already (the prefix filter of
    set similarity joins: Chaudhuri, Ganti, Kaushik 2006), so only those few are looked up.
    """
    shingles = [_shingles(draft) for draft in drafts]
    frequency = Counter(chain.from_iterable(shingles))
    first: dict[tuple[str, frozenset[int]], int] = {}
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, own in enumerate(shingles):
        kind = drafts[index].type
        same = first.setdefault((kind, own), index)
        if same != index:
            message = f"the same as {drafts[same].external_id}"
            yield index, same, Finding("D201", message, "question")
            continue
        rarest = sorted(own, key=lambda shingle: (frequency[shingle], shingle))
        candidates: set[int] = set()
        for shingle in rarest[: len(own) - math.ceil(ALIKE * len(own)) + 1]:
            here = places[kind, shingle]
            candidates.update(here)
            # What very many questions have in common tells no two of them apart.
            if len(here) < _COMMON:
                here.append(index)
        share, nearest = max(((_share(own, shingles[n]), -n) for n in candidates), default=(0.0, 0))
        if share >= ALIKE:
            message = f"{share:.0%} the same as {drafts[-nearest].external_id}"
            yield index, -nearest, Finding("D202", message, "question")


def _share(one: frozenset[int], other: frozenset[int]) -> float:
    """What two sets have in common, of all that they hold (Jaccard's index)."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def _shingles(draft: Draft) -> frozenset[int]:
    """The word triples of everything that makes the question, hashed, in no order."""
    found: set[int] = set()
    right = [option.text for option in draft.options] or [draft.answer or ""]
    for part in filter(None, (draft.context, draft.text, *right)):
        row = words(part) or [part.strip()]
        found.update(
            hash(tuple(row[at : at + _TRIPLE])) for at in range(max(1, len(row) - _TRIPLE + 1))
        )
    return frozenset(found)


def skews(drafts: Sequence[Draft]) -> Iterator[Finding]:
    """What length and letter of the right options would tell who answers all these questions."""
    single = [
        draft for draft in drafts
        if draft.type == "mcq" and sum(option.is_correct for option in draft.options) == 1
    ]  # fmt: skip
    if not single:
        return
    count = len(single)
    chance = sum(1 / len(draft.options) for draft in single) / count
    for kind in ("longest", "shortest"):
        hits = sum(_stands_out(draft, kind) for draft in single)
        more, less = _at_least(hits, count, chance), 1 - _at_least(hits + 1, count, chance)
        if min(more, less) < UNLIKELY:
            often = "more" if more < less else "less"
            yield Finding(
                "D205",
                f"the right option is the {kind} in {hits} of {count}, {often} often than by"
                f" chance ({chance * count:.0f})",
            )
    letters = Counter(next(o.key for o in draft.options if o.is_correct) for draft in single)
    for letter, times in sorted(letters.items()):
        if _at_least(times, count, chance) < UNLIKELY:
            message = f"the right option is {letter} in {times} of {count}"
            yield Finding("D206", f"{message}, more often than by chance ({chance * count:.0f})")


def _stands_out(draft: Draft, kind: str) -> bool:
    """Whether the right option is the only longest, or shortest, one."""
    sign = 1 if kind == "longest" else -1
    right = max(sign * len(option.text) for option in draft.options if option.is_correct)
    return all(sign * len(o.text) < right for o in draft.options if not o.is_correct)


def _at_least(hits: int, count: int, chance: float) -> float:
    """The probability of so many hits or more."""
    if chance >= 1:
        return float(hits <= count)
    whole, yes, no = math.lgamma(count + 1), math.log(chance), math.log1p(-chance)
    return math.fsum(
        math.exp(
            whole - math.lgamma(n + 1) - math.lgamma(count - n + 1) + n * yes + (count - n) * no
        )
        for n in range(hits, count + 1)
    )
