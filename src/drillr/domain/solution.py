"""What counts as right for a question: whether an edit changed it, so that learning starts over."""

from collections.abc import Iterable
from typing import NamedTuple


class Solution(NamedTuple):
    """The right options' texts of a multiple choice, or the answer's words of any other.

    Another order of options, other wrong options, and other line breaks are the same solution.
    """

    right: frozenset[str]


def solution(kind: str, answer: str | None, right_options: Iterable[str]) -> Solution:
    """The solution of a question of type `kind`."""
    texts = right_options if kind == "mcq" else [answer or ""]
    return Solution(frozenset(" ".join(text.split()) for text in texts))
