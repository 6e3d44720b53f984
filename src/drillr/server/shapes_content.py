"""Shapes of content: the tree, facets, questions."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from drillr.domain.ids import id_text
from drillr.domain.question import Question, QuestionType
from drillr.server.shapes import Id, Shape
from drillr.store.hierarchy import Place


class Node(Shape):
    """A topic, subtopic, leaf or facet with all below it; `questions` counts active ones."""

    id: Id
    path: str = Field(examples=["databases__sql__indexing__query_plans"])
    code: str = Field(examples=["query_plans"])
    name: str
    description: str | None
    questions: int
    children: list["Node"]


class Hierarchy(Shape):
    """The whole library's tree, at a revision."""

    revision: int
    questions: int
    topics: list[Node]


class FacetShape(Shape):
    """A facet: the smallest part of the library that one learns."""

    id: Id
    path: str
    code: str
    name: str
    description: str | None
    questions: int


class OptionShape(Shape):
    """One option of a multiple-choice question."""

    key: str = Field(examples=["B"])
    text: str
    is_correct: bool
    explanation: str | None


class QuestionShape(Shape):
    """A question with everything that is known of it; texts are Markdown."""

    id: Id
    external_id: str = Field(examples=["graphql-001"])
    facet_id: Id
    path: str
    type: QuestionType
    question: str
    context: str | None
    options: list[OptionShape]
    answer: str | None
    explanation: str
    key_points: list[str]
    hints: list[str]
    difficulty_level: int = Field(ge=1, le=5)
    estimated_time_seconds: int | None
    tags: list[str]
    is_active: bool
    content_hash: str = Field(description="Changes with anything that a learner sees.")
    metadata: dict[str, Any]


class QuestionPage(Shape):
    """Some questions; `next_cursor` gives the next page, None after the last."""

    questions: list[QuestionShape]
    next_cursor: str | None


def hierarchy_of(places: Sequence[Place], revision: int) -> Hierarchy:
    """The tree from its places, parents before children."""
    children: dict[str, list[Place]] = {}
    for place in places:
        above = place.path.rpartition("__")[0] if place.depth else ""
        children.setdefault(above, []).append(place)

    def node(place: Place) -> Node:
        below = [node(child) for child in children.get(place.path, ())]
        return Node(
            id=id_text(place.id), path=place.path, code=place.code, name=place.name,
            description=place.description,
            questions=place.questions + sum(child.questions for child in below), children=below,
        )  # fmt: skip

    topics = [node(place) for place in children.get("", ())]
    return Hierarchy(
        revision=revision, questions=sum(one.questions for one in topics), topics=topics
    )


def facet_of(place: Place) -> FacetShape:
    """A facet's shape."""
    return FacetShape(
        id=id_text(place.id), path=place.path, code=place.code, name=place.name,
        description=place.description, questions=place.questions,
    )  # fmt: skip


def question_of(question: Question) -> QuestionShape:
    """A question's shape."""
    return QuestionShape(
        id=id_text(question.id), external_id=question.external_id,
        facet_id=id_text(question.facet_id), path=question.path, type=question.type,
        question=question.text, context=question.context, answer=question.answer,
        options=[
            OptionShape(
                key=one.key, text=one.text, is_correct=one.is_correct, explanation=one.explanation
            )
            for one in question.options
        ],
        explanation=question.explanation, key_points=list(question.key_points),
        hints=list(question.hints), difficulty_level=question.difficulty,
        estimated_time_seconds=question.estimated_seconds, tags=list(question.tags),
        is_active=question.is_active, content_hash=question.content_hash.hex(),
        metadata=dict(question.metadata),
    )  # fmt: skip
