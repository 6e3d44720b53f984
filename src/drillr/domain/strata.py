"""Chooses which questions stand for all of a library in a simulation, and for how many each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")


def thinned(groups: Mapping[K, Sequence[T]], most: int) -> list[tuple[T, int]]:
    """The middle one of every run of neighbours in each group, with the length of its run.

    Runs are so long that about `most` are left, and never cross a group, so that groups keep their
    exact sizes. With no more than `most` in all, each stands for itself.
    """
    total = sum(map(len, groups.values()))
    share = max(1, -(-total // most))
    return [
        (group[start + min(share, len(group) - start) // 2], min(share, len(group) - start))
        for group in groups.values()
        for start in range(0, len(group), share)
    ]


def grouped(items: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """The items by their group; groups and their items in the order in which they come."""
    groups: dict[K, list[T]] = {}
    for key, one in items:
        groups.setdefault(key, []).append(one)
    return groups
