"""Taking in a server's content: local edits stay, and where both sides edited, the clash is told.

A store keeps what the server last said of each question. When the server says something else, each
field goes to whoever changed it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drillr.domain.draft import Draft
from drillr.domain.ids import FacetId, QuestionId, facet_id, question_id
from drillr.domain.merge import Merged, grouped, merge, settle
from drillr.domain.paths import FacetPath
from drillr.errors import ContentError, NothingToDo
from drillr.formats.question_check import ItemRefused, check
from drillr.formats.question_writer import item_of
from drillr.services.context import Context
from drillr.services.exchange import release
from drillr.services.library import ACTIVE, FACET, Shared, fields_of
from drillr.services.replaying import follow_content
from drillr.store import arrivals, content, hierarchy, upstream
from drillr.store.arrivals import Arrivals
from drillr.store.revision import Stamp
from drillr.store.upstream import Upstream

if TYPE_CHECKING:
    from drillr.store.connection import Connection

PUBLISHED = "published"
"""What stands in the place of a file as the source of questions that were published."""


@dataclass(slots=True)
class Brought:
    """What content brought, in questions; `refused` names what can't be taken as it is."""

    new: int = 0
    updated: int = 0
    moved: int = 0
    deactivated: int = 0
    clashes: int = 0
    released: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many questions were written."""
        return self.new + self.updated + self.moved + self.deactivated


def take(context: Context, remote: str, questions: Sequence[Shared]) -> Brought:
    """Write what a server says of questions, merging it into local edits; one unit of work."""
    with context.database.transaction() as db:
        return _Intake(db, context, remote).take(questions)


def accept(context: Context, questions: Sequence[Shared]) -> Brought:
    """Write what an admin publishes: theirs counts, whatever stood here; one unit of work."""
    with context.database.transaction() as db:
        return _Intake(db, context, PUBLISHED, keep_mine=False).take(questions)


def conflicts(context: Context) -> list[dict[str, Any]]:
    """Every clash of a local edit with a server's: question, field, and the three texts."""
    with context.database.transaction(write=False) as db:
        found = upstream.in_conflict(db)
        questions = hierarchy.questions(db, [key for _, key, _ in found])
    return [
        {
            "remote": remote, "id": questions[key].external_id, "field": name,
            "base": clash["base"], "mine": grouped(fields_of(questions[key])).get(name),
            "theirs": clash["theirs"],
        }
        for remote, key, clashes in found
        for name, clash in sorted(clashes.items())
    ]  # fmt: skip


def resolve(
    context: Context, external_id: str | None, *, theirs: bool, field: str | None = None
) -> int:
    """Settle clashes for one side: all, one question's, or its one `field`; how many there were."""
    count = 0
    with context.database.transaction() as db:
        for remote, key, clashes in upstream.in_conflict(db):
            question = hierarchy.question(db, key)
            if question is None or external_id not in (None, question.external_id):
                continue
            settled = {name: one for name, one in clashes.items() if field in (None, name)}
            if theirs and settled:
                _take_theirs(db, context, remote, question.id, settled)
            rest = {name: one for name, one in clashes.items() if name not in settled}
            upstream.set_conflicts(db, remote, key, rest)
            count += len(settled)
    if not count:
        raise NothingToDo(
            "there is no conflict" if external_id is None else f"{external_id} has no conflict"
        )
    return count


def _take_theirs(
    db: "Connection",
    context: Context,
    remote: str,
    key: QuestionId,
    clashes: Mapping[str, Any],
) -> None:
    held = _held(db, [key])[key]
    fields = held.fields
    for name, clash in clashes.items():
        fields = settle(fields, name, clash["theirs"])
    intake = _Intake(db, context, remote)
    intake.sources_of([key])
    intake.write(key, held, fields, held.position)
    intake.finish()


def _held(db: "Connection", keys: Sequence[QuestionId]) -> dict[QuestionId, Shared]:
    """Questions of this store as they would travel."""
    found = hierarchy.questions(db, keys)
    origins = upstream.origins(db, found)
    return {
        key: Shared(one.path, item_of(one), 0, origins[key].position, one.is_active)
        for key, one in found.items()
    }


class _Intake:
    """One page of a server's questions on its way in."""

    def __init__(
        self, db: "Connection", context: Context, remote: str, *, keep_mine: bool = True
    ) -> None:
        self._db, self._context, self._remote = db, context, remote
        self._keep_mine = keep_mine
        self._stamp = Stamp(context.clock())
        self._touched: set[FacetId] = set()
        self._moved: set[FacetId] = set()
        self._sources: dict[QuestionId, str | None] = {}
        self._fresh: dict[str, list[tuple[int, Draft]]] = {}
        self._changed: dict[tuple[str, str | None], list[tuple[int, Draft]]] = {}
        self._off: list[QuestionId] = []
        self.brought = Brought()

    def take(self, questions: Sequence[Shared]) -> Brought:
        """Write or merge each, and remember what the server said."""
        named: dict[QuestionId, tuple[Shared, Draft]] = {}
        for one in questions:
            try:
                draft = check(dict(one.item))
                FacetPath.parse(one.path)
            except (ItemRefused, ContentError, RecursionError) as refused:
                self.brought.refused.append(f"{str(one.item.get('id'))[:80]}: {refused}")
                continue
            named[question_id(draft.external_id)] = (one, draft)
        here = _held(self._db, list(named))
        said = upstream.said(self._db, self._remote, list(named)) if self._keep_mine else {}
        self.sources_of(list(here))
        rows = []
        for key, (theirs, draft) in named.items():
            clashes = self._one(key, here.get(key), said.get(key), theirs)
            base = json.dumps(theirs.fields, ensure_ascii=False, separators=(",", ":"))
            told = json.dumps(clashes, ensure_ascii=False) if clashes else None
            rows.append(
                (key, theirs.revision, draft.content_hash, Upstream(theirs.path, base, told))
            )
        self.finish()
        if self._keep_mine:
            upstream.remember(self._db, self._remote, rows)
        return self.brought

    def sources_of(self, keys: Sequence[QuestionId]) -> None:
        """Note which files brought these questions: they keep their source."""
        self._sources = {key: one.source for key, one in upstream.origins(self._db, keys).items()}

    def _one(
        self, key: QuestionId, mine: Shared | None, said: Upstream | None, theirs: Shared
    ) -> dict[str, Any]:
        """Bring one question in; the clashes that are left."""
        if mine is None:
            self.write(key, None, theirs.fields, theirs.position)
            self.brought.new += 1
            return {}
        base = None if said is None else json.loads(said.base)
        if not self._keep_mine:
            base = mine.fields  # nothing was edited here, so all that differs is theirs
        merged = merge(base, mine.fields, theirs.fields)
        if merged.fields != mine.fields:
            merged = self._written(key, mine, merged, theirs)
        older = {} if said is None or said.conflicts is None else json.loads(said.conflicts)
        clashes = {
            name: {"base": clash.base, "theirs": clash.theirs}
            for name, clash in merged.clashes.items()
        }
        agreed, offered = grouped(merged.fields), grouped(theirs.fields)
        # What clashed before and was not settled, still does, unless both sides agree by now.
        for name, clash in older.items():
            if name not in clashes and agreed.get(name) != offered.get(name):
                clashes[name] = clash
        self.brought.clashes += len(clashes)
        return clashes

    def _written(self, key: QuestionId, mine: Shared, merged: Merged, theirs: Shared) -> Merged:
        """Write a merge; where its parts don't make a question, keep this side's as it is."""
        try:
            self.write(key, mine, merged.fields, theirs.position)
        except ItemRefused:
            return merge(None, mine.fields, theirs.fields)
        return merged

    def write(
        self, key: QuestionId, held: Shared | None, fields: Mapping[str, Any], position: int
    ) -> None:
        """Have a question written as these fields say; ItemRefused when they make none."""
        path, active = str(fields[FACET]), bool(fields[ACTIVE])
        item = {name: value for name, value in fields.items() if name not in (FACET, ACTIVE)}
        draft = check(item)
        facet = facet_id(str(FacetPath.parse(path)))
        self._touched.add(facet)
        if held is None:
            self._fresh.setdefault(path, []).append((position, draft))
        else:
            source = self._sources.get(key, f"@{self._remote}")
            self._changed.setdefault((path, source), []).append((position, draft))
            self._count(held, path, active)
        if not active:
            self._off.append(key)

    def _count(self, held: Shared, path: str, active: bool) -> None:
        self._touched.add(facet_id(held.path))
        if held.path != path:
            self._moved |= {facet_id(held.path), facet_id(path)}
            self.brought.moved += 1
        elif held.active and not active:
            self.brought.deactivated += 1
        else:
            self.brought.updated += 1

    def finish(self) -> None:
        """Write, and bring along what hangs on content: counts, progress, facts that waited."""
        db, stamp = self._db, self._stamp
        for path in sorted({*self._fresh, *(path for path, _ in self._changed)}):
            content.ensure_place(db, FacetPath.parse(path), {}, stamp)
        source: str | None = f"@{self._remote}"
        arrivals.insert(
            db,
            [
                Arrivals(facet_id(path), source, stamp, drafts)
                for path, drafts in self._fresh.items()
            ],
        )
        for (path, source), drafts in self._changed.items():
            arrivals.update(db, Arrivals(facet_id(path), source, stamp, drafts))
        upstream.set_active(db, self._off, False, stamp)
        content.count_active(self._db, sorted(self._touched))
        follow_content(self._db, self._context, self._touched, self._moved)
        content.forget_sources(self._db, sorted(self._touched))
        self.brought.released += release(self._db, self._context)
