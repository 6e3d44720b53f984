"""Publishing: question files to a server's library, after saying what that would change."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from drillr.domain.draft import Draft
from drillr.domain.ids import QuestionId, facet_id, question_id
from drillr.domain.paths import FacetPath
from drillr.domain.publication import Difference, Kind, Version, differences
from drillr.domain.question import Option, Question, QuestionType
from drillr.domain.solution import solution
from drillr.errors import ContentError, UsageError
from drillr.formats import question_file
from drillr.formats.question_check import ItemRefused, check
from drillr.formats.question_file import QuestionFile
from drillr.formats.question_writer import item_of
from drillr.services.discovery import discover
from drillr.services.library import PAGE, Cursor, Shared, Shelf


class Press(Shelf, Protocol):
    """A server that takes what an admin publishes."""

    def publish(self, questions: Sequence[Shared]) -> int:
        """Write questions as they are given; how many that changed."""


@dataclass(slots=True)
class Edition:
    """What is to be published: every question of the files, and what they would change."""

    questions: dict[str, Shared] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    gone: dict[str, Shared] = field(default_factory=dict)


def prepare(folder: str, press: Press) -> Edition:
    """Read the files, and compare them with the server."""
    edition = Edition()
    for path in _paths(folder, edition):
        _read(path, edition)
    if not edition.questions:
        raise UsageError(f"{folder} holds no question to publish", "Name a folder of .json files")
    theirs = _theirs(edition.questions, press)
    edition.gone = {name: one for name, one in theirs.items() if name not in edition.questions}
    edition.differences = differences(_versions(edition.questions), _versions(theirs))
    return edition


def publish(edition: Edition, press: Press, *, prune: bool = False) -> int:
    """Send what differs; with `prune` also that some are gone. How many questions changed."""
    wanted: list[Shared] = []
    for difference in edition.differences:
        if difference.kind is not Kind.GONE:
            wanted.append(edition.questions[difference.external_id])
        elif prune:
            wanted.append(replace(edition.gone[difference.external_id], active=False))
    count = 0
    for batch in _batches(wanted):
        count += press.publish(batch)
    return count


def _paths(folder: str, edition: Edition) -> Iterator[str]:
    def refuse(file: str, reason: str) -> None:
        edition.refused.append(f"{file}: {reason}")

    for path, _ in discover([folder], refuse):
        if path.lower().endswith(".json"):
            yield path


def _read(path: str, edition: Edition) -> None:
    name = os.path.basename(path)
    try:
        place = FacetPath.of_file(name)
        questions = QuestionFile(name, question_file.read_bytes(path))
        for number, (_, draft) in enumerate(questions):
            if not isinstance(draft, Draft):
                edition.refused.append(f"{path}, line {draft.line}: {draft.reason}")
            elif draft.external_id in edition.questions:
                edition.refused.append(f"{path}: the id {draft.external_id} is used twice")
            else:
                shared = Shared(str(place), _item(draft, str(place)), 0, number)
                edition.questions[draft.external_id] = shared
    except ContentError as error:
        edition.refused.append(f"{path}: {error}")


def _item(draft: Draft, path: str) -> dict[str, Any]:
    """The canonical item of a question that is in no store."""
    options = tuple(
        sorted((Option(*option) for option in draft.options), key=lambda option: option.key)
    )
    return item_of(
        Question(
            id=question_id(draft.external_id), external_id=draft.external_id,
            facet_id=facet_id(path), path=path, type=QuestionType(draft.type), text=draft.text,
            context=draft.context, answer=draft.answer, options=options,
            difficulty=draft.difficulty, estimated_seconds=draft.estimated_seconds,
            tags=tuple(json.loads(draft.tags)), content_hash=draft.content_hash,
            metadata=json.loads(draft.metadata),
        )
    )  # fmt: skip


def _theirs(questions: Mapping[str, Shared], press: Press) -> dict[str, Shared]:
    """What the server has in the same facets, and of the same questions anywhere else."""
    found: dict[str, Shared] = {}
    scope = sorted({one.path for one in questions.values()})
    for first in range(0, len(scope), 500):
        cursor, more = Cursor(), True
        while more:
            page = press.content(cursor, scope[first : first + 500])
            found |= {str(one.item.get("id")): one for one in page.questions}
            cursor, more = page.next, page.more
    missing: list[QuestionId] = [question_id(name) for name in questions if name not in found]
    for first in range(0, len(missing), PAGE):
        page = press.content_among(0, missing[first : first + PAGE])
        found |= {str(one.item.get("id")): one for one in page.questions}
    return found


def _versions(questions: Mapping[str, Shared]) -> dict[str, Version]:
    found = {}
    for name, one in questions.items():
        try:
            draft = check(dict(one.item))
        except ItemRefused:
            continue
        right = [option.text for option in draft.options if option.is_correct]
        counts = solution(draft.type, draft.answer, right)
        found[name] = Version(one.path, one.item, counts, one.active)
    return found


def _batches(wanted: Sequence[Shared]) -> Iterator[Sequence[Shared]]:
    for first in range(0, len(wanted), 200):
        yield wanted[first : first + 200]
