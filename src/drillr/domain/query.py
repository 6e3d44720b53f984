"""The conditions that a search asks for, as a tree; `query_text` reads them from what was typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from drillr.domain.question import QuestionType


class State(StrEnum):
    """What `is:` can ask of a question's card."""

    NEW = "new"
    DUE = "due"
    OVERDUE = "overdue"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"
    SUSPENDED = "suspended"
    BURIED = "buried"
    FLAGGED = "flagged"
    LEECH = "leech"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Text:
    """A word, or words in a row; with `prefix` the last one need only begin so."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the library, as a selector names it."""

    selector: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, whole or its beginning, in any case."""

    name: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """The id that files give; `*` stands for anything."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A question type."""

    type: QuestionType


@dataclass(frozen=True, slots=True)
class Is:
    """A state of the card."""

    state: State


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the question or its card, within bounds that are included; None is no bound.

    `field` is difficulty, lapses, reviews, interval (days) or ease (hundredths).
    """

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Age:
    """How far an instant lies from now: `answered` and `added` in the past, `due` in the future.

    With `beyond` it lies further away than `span`; otherwise at most so far.
    """

    field: str
    span: timedelta
    beyond: bool


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """Everything of this must hold; nothing at all always does."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """One of these must hold."""

    parts: tuple["Node", ...]


Node = Text | Place | Tag | Name | Kind | Is | Number | Age | Not | All | Any


def leaves(node: Node) -> Iterator[Node]:
    """Every condition of the tree that holds no others."""
    if isinstance(node, Not):
        yield from leaves(node.part)
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from leaves(part)
    else:
        yield node


def selectors(node: Node) -> list[str]:
    """The selectors that the tree names, each once."""
    return list(dict.fromkeys(leaf.selector for leaf in leaves(node) if isinstance(leaf, Place)))


def asks_for(node: Node, state: State) -> bool:
    """Whether a state is named anywhere; questions that left their file are only meant then."""
    return any(isinstance(leaf, Is) and leaf.state is state for leaf in leaves(node))
