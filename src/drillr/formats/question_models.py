"""Describes question files as pydantic models, for people, editors and the published JSON Schema.

An import checks items by hand (`question_check`), because that is twenty times as fast; a property
test holds that both accept the same items.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    model_validator,
)
from pydantic.config import JsonDict

from drillr.domain import limits
from drillr.domain.question import DIFFICULTY_WORDS
from drillr.formats.question_check import cleaned


def _fitting(text: str) -> str:
    if len(text.encode("utf-8", "surrogatepass")) > limits.TEXT_BYTES:
        raise ValueError(f"at most {limits.TEXT_BYTES} bytes are allowed")
    return text


def _word(text: str) -> str:
    if text.strip().lower().replace(" ", "_").replace("-", "_") not in DIFFICULTY_WORDS:
        raise ValueError("very_easy, easy, medium, hard or very_hard")
    return text


def _given(key: str) -> JsonDict:
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


Text = Annotated[str, AfterValidator(_fitting)]
Filled = Annotated[str, StringConstraints(pattern=r"\S"), AfterValidator(_fitting)]
Texts = Text | list[Text] | None
Seconds = Annotated[int, Field(ge=1, le=limits.ESTIMATED_SECONDS)]
Level = Annotated[int, Field(ge=1, le=5)]
Word = Annotated[
    str, AfterValidator(_word), Field(json_schema_extra={"examples": sorted(DIFFICULTY_WORDS)})
]
Tag = Annotated[str, StringConstraints(pattern=r"\S", max_length=limits.TAG)]
OptionKey = Annotated[
    str, StringConstraints(pattern=r"^[^\n,]*\S[^\n,]*$", max_length=limits.OPTION_KEY)
]
OptionText = Annotated[str, StringConstraints(min_length=1), AfterValidator(_fitting)]


class _Question(BaseModel):
    """What every question has; other keys are kept, and shown by `drillr show --json`."""

    model_config = ConfigDict(strict=True, extra="allow")

    id: Annotated[
        str, StringConstraints(pattern=r"^[^\n\t]*\S[^\n\t]*$", max_length=limits.EXTERNAL_ID)
    ] = Field(description="Unique in the whole library, and the same for ever: history hangs on it")
    question: Filled = Field(description="Markdown")
    context: Text | None = Field(None, description="Markdown, shown above the question")
    explanation: Text | None = Field(None, description="Markdown, shown with the answer")
    difficulty: Level | Word | None = Field(None, description="1 (very easy) to 5 (very hard)")
    estimated_time_seconds: Seconds | None = None
    tags: Annotated[list[Tag], Field(max_length=limits.TAGS)] | None = None
    key_points: Texts = Field(None, description="What a good answer mentions")
    hints: Texts = Field(None, description="Shown one after another, on request")
    references: Texts = None
    prerequisites: Texts = None
    reject: Texts = Field(None, description="Answers that are wrong although they look right")
    metadata: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _no_control_characters(cls, value: Any) -> Any:
        return cleaned(value)


class MultipleChoice(_Question):
    """A question with options, one or several of them right."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [_given("correct_answer"), _given("answer")]}
    )

    type: Literal["mcq"]
    options: Annotated[
        dict[OptionKey, OptionText], Field(min_length=2, max_length=limits.OPTIONS)
    ] = Field(description="Key (A, B, …) and Markdown of each option")
    correct_answer: str | Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="The right option's key, or a list of keys"
    )
    answer: str | list[str] | None = Field(
        None, description="Read as correct_answer where that is missing"
    )
    option_explanations: dict[str, Text | None] | None = Field(
        None, description="Why an option is right or wrong, by its key"
    )

    @model_validator(mode="after")
    def _right_option_exists(self) -> Self:
        # All of them may be chosen, and an answer keeps the chosen ones with commas between.
        if len(",".join(self.options)) > limits.CHOSEN:
            raise ValueError(f"the option keys have more than {limits.CHOSEN} characters")
        right = self.correct_answer if self.correct_answer is not None else self.answer
        keys = [right] if isinstance(right, str) else right or []
        if not keys or not set(keys) <= self.options.keys():
            raise ValueError("correct_answer must name options")
        if self.correct_answer is not None:
            if isinstance(self.answer, list):
                raise ValueError("answer must be text")
            _fitting(self.answer or "")
        if not (self.option_explanations or {}).keys() <= self.options.keys():
            raise ValueError("option_explanations must name options")
        return self


class Written(_Question):
    """A question that is answered in words: theory, or a scenario with its context."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [_given("answer"), _given("sample_answer")],
            "not": {"required": ["options"]},
        }
    )

    type: Literal["theory", "scenario"]
    answer: Filled | None = Field(None, description="Markdown")
    sample_answer: Any = Field(None, description="Read as answer where that is missing")

    @model_validator(mode="after")
    def _is_answered(self) -> Self:
        if self.answer is None:
            if not isinstance(self.sample_answer, str) or not self.sample_answer.strip():
                raise ValueError("answer is missing")
            _fitting(self.sample_answer)
        if "options" in (self.model_extra or {}):
            raise ValueError("only mcq questions have options")
        return self


class Question(RootModel[Annotated[MultipleChoice | Written, Field(discriminator="type")]]):
    """One item of a question file."""


class Place(BaseModel):
    """Name and description of a topic, subtopic, leaf or facet."""

    name: Annotated[str, Field(max_length=limits.NAME)] | None = None
    description: str | None = None


class NamedQuestions(BaseModel):
    """A file that names its place and holds the questions."""

    topic: Place | str | None = None
    subtopic: Place | str | None = None
    leaf: Place | str | None = None
    facet: Place | str | None = None
    questions: list[Question]


class QuestionFile(RootModel[list[Question] | NamedQuestions]):
    """One facet's questions: a list, or an object that also names topic, subtopic, leaf, facet."""
