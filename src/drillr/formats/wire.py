"""The messages of sync, version 1: what client and server say to each other, and its limits.

Ids are 32 hexadecimal digits; instants are whole microseconds since 1970, UTC. Columns of one
message belong together by position. A reader leaves alone what it doesn't know, so fields may be
added within a version; a change of meaning takes the next one.
"""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from drillr.domain import limits

VERSION = 1
MEDIA_TYPE = "application/vnd.drillr.sync+json"
MOST_FACTS = 1_000
MOST_QUESTIONS = 500
MOST_DEVICES = 10_000
MOST_BYTES = 64 * 1024 * 1024
"""Of a message when it is unpacked; a packed one is never larger."""
EARLIEST, LATEST = 0, 32_503_680_000_000_000
"""The years 1970 to 2999: within them no interval leads out of the calendar."""

_ID = (
    "[0-9a-f]{12}([0-79a-f][0-9a-f]{3}[89ab][0-9a-f]|8[0-9a-f]{3}(8[1-9a-f]|[9ab][0-9a-f]))"
    "[0-9a-f]{14}"
)
Id = Annotated[str, StringConstraints(pattern=f"^{_ID}$")]
"""A UUID of RFC 9562's variant that MariaDB takes: of version 8, none that goes on with 80."""
Ids = Annotated[str, StringConstraints(pattern=f"^({_ID})*$")]
Instant = Annotated[int, Field(ge=EARLIEST, le=LATEST)]
Seq = Annotated[int, Field(ge=0, le=2**62)]
Rating = Annotated[int, Field(ge=1, le=4)]
Confidence = Annotated[int, Field(ge=1, le=5)]
Json = Annotated[str, StringConstraints(max_length=limits.FACT_JSON)]
Text = Annotated[str, StringConstraints(max_length=limits.FACT_TEXT)]
Chosen = Annotated[str, StringConstraints(max_length=limits.CHOSEN)]
Name = Annotated[str, StringConstraints(max_length=255)]


class Message(BaseModel):
    """What every message is: fields that are unknown here are kept from it, not refused."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Responses(Message):
    """The answers of a run as columns; a column that is null says null of every answer.

    `session` gives positions in `sessions`, -1 for none; `at` the first instant, then differences.
    """

    id: Ids
    question: Ids
    sessions: list[Id] = []
    session: list[Annotated[int, Field(ge=-1)]]
    rating: list[Rating]
    at: list[int]
    metadata: list[Json]
    correct: list[bool | None] | None = None
    selected: list[Chosen | None] | None = None
    text: list[Text | None] | None = None
    confidence: list[Confidence | None] | None = None

    @model_validator(mode="after")
    def _columns_agree(self) -> Self:
        length = len(self.rating)
        columns = (self.session, self.at, self.metadata, self.correct, self.selected, self.text,
                   self.confidence)  # fmt: skip
        if any(column is not None and len(column) != length for column in columns) or not (
            len(self.id) == len(self.question) == 32 * length
        ):
            raise ValueError("the columns of the answers differ in length")
        if any(place >= len(self.sessions) for place in self.session):
            raise ValueError("an answer names a session that is not listed")
        return self


class Event(Message):
    """An event of a run; `data` is JSON text."""

    seq: Seq
    id: Id
    type: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    question: Id | None = None
    at: Instant
    data: Json


class Run(Message):
    """Facts of one device, numbered from `first` on without a gap.

    `previous` is the id of the fact before the first. The numbers that no event has are those of
    the answers, in their order.
    """

    device: Id
    name: Name = ""
    previous: Id | None = None
    first: Annotated[int, Field(ge=1, le=2**62)]
    responses: Responses
    events: list[Event] = []


class Facts(Message):
    """A batch: pushed by a client, or pulled by it."""

    version: int = VERSION
    runs: Annotated[list[Run], Field(max_length=MOST_DEVICES)] = []

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        count = sum(len(run.responses.rating) + len(run.events) for run in self.runs)
        if count > MOST_FACTS:
            raise ValueError(f"{count} facts in one message, at most {MOST_FACTS} are allowed")
        return self


class Place(Message):
    """How far one side knows a device; `fact` is the id of the fact with that number."""

    device: Id
    seq: Seq
    fact: Id | None = None


class Greeting(Message):
    """A client says how far it knows each device, and when by its clock."""

    version: int = VERSION
    at: Instant
    known: Annotated[list[Place], Field(max_length=MOST_DEVICES)] = []


class Welcome(Message):
    """The server's answer: `fact` is its id at the lower of both sides' numbers."""

    version: int = VERSION
    at: Instant
    user: Id
    known: list[Place] = []
    content: Seq = 0
    """The revision of the server's content."""


class Accepted(Message):
    """What the server did with a batch; `parked` facts wait there for their question."""

    version: int = VERSION
    new: int = 0
    parked: int = 0


class Wanted(Message):
    """A client asks for the facts of devices above these numbers."""

    version: int = VERSION
    after: Annotated[list[Place], Field(max_length=MOST_DEVICES)] = []
    most: Annotated[int, Field(ge=1, le=MOST_FACTS)] = MOST_FACTS


class ContentWanted(Message):
    """A client asks for questions that changed behind a revision (and, within it, an id).

    `scope` limits them to subtrees; `among` asks for some questions instead, wherever they are.
    """

    version: int = VERSION
    revision: Seq = 0
    id: Id | None = None
    scope: Annotated[list[Name], Field(max_length=1_000)] = []
    among: Annotated[Ids, StringConstraints(max_length=32 * MOST_QUESTIONS)] = ""
    most: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)] = MOST_QUESTIONS


class Question(Message):
    """A question as the item of a question file, its facet, and its place there."""

    path: Annotated[str, StringConstraints(max_length=403)]
    revision: Seq
    position: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    active: bool = True
    item: dict[str, Any]


class ContentPage(Message):
    """Questions in the order of their revision; where the next page begins, if there is `more`."""

    version: int = VERSION
    revision: Seq
    id: Id | None = None
    more: bool = False
    questions: Annotated[list[Question], Field(max_length=MOST_QUESTIONS)] = []


class Published(Message):
    """What publishing did: how many questions changed, and what can't be taken."""

    version: int = VERSION
    changed: int = 0
    refused: list[str] = []


class Sum(Message):
    """The digest of a person's cards: over those of questions that both sides have."""

    version: int = VERSION
    cards: Seq
    digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]


class Check(Message):
    """A client's digest, over the subtrees that it subscribes to (none: over everything).

    It can be compared only while both sides know every device equally far.
    """

    version: int = VERSION
    known: Annotated[list[Place], Field(max_length=MOST_DEVICES)] = []
    scope: Annotated[list[Name], Field(max_length=1_000)] = []
    mine: Sum


class Checked(Message):
    """The server's digest; `repaired` when it derived its cards anew on the way.

    None when the server knows other facts by now.
    """

    version: int = VERSION
    yours: Sum | None = None
    repaired: bool = False
