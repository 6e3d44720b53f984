"""One file inside its savepoint: each question new, changed, known, or refused with a reason."""

import os
from collections.abc import Callable, Iterator
from itertools import islice, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from drillr.domain.draft import Draft
from drillr.domain.ids import FacetId, facet_id
from drillr.errors import ContentError
from drillr.formats.source import Item, Refusal, Section, Source
from drillr.services.heard import heard
from drillr.store import content
from drillr.store.arrivals import Arrivals
from drillr.store.revision import Stamp

if TYPE_CHECKING:
    from drillr.domain.history import Past
    from drillr.services.intake import Intake
    from drillr.store.connection import Connection

_BATCH = 2_000
_name_of = itemgetter(0)


class _Again:
    """A source's past, to be walked through as often as one likes."""

    def __init__(self, source: Source, on_some: Callable[[], object]) -> None:
        self._source, self._on_some = source, on_some

    def __iter__(self) -> "Iterator[Past]":
        return heard(self._source.history(), self._on_some)


class FileIntake:
    """One file inside its savepoint; it is the last of the intake's `files`."""

    def __init__(self, intake: "Intake", db: "Connection", path: str, source: Source) -> None:
        self._all, self._db, self._path, self._source = intake, db, path, source
        self._name = os.path.basename(path)
        self._options, self._stamp = intake.options, Stamp(intake.context.clock())
        self._index = len(intake.files) - 1
        self._touched: set[FacetId] = set()
        self._own: set[FacetId] = set()
        self._left: set[FacetId] = set()
        self._renamed: dict[str, str] = {}
        self._count = self._items = 0

    def run(self, code: bytes | None = None) -> None:
        """Write what is new, count what is not; remember a question file that is in as a whole."""
        report = self._all.report
        failed, differing = report.failed, report.differing
        for section in self._source.sections():
            self._section(section)
        self._all.touched |= self._touched
        if code is None:
            self._all.settle(self._db)
        if self._options.prune and report.failed == failed:
            self._prune()
        self._all.touched |= self._touched
        if self._left:
            self._all.moved |= self._left | self._own
        if self._touched - self._own:
            content.forget_sources(self._db, self._touched - self._own)
        whole = report.failed == failed and report.differing == differing
        if code is not None and self._own and whole:
            (facet,) = self._own
            content.remember_source(self._db, self._name, facet, code, self._count, self._stamp.at)
        if code is None and not self._items:
            self._nothing()
            return
        if code is None:
            self._beyond_questions()
        report.remarks += [f"{self._path}: {remark}" for remark in self._source.remarks()]

    def _nothing(self) -> None:
        """A file without questions is none of those to import, unless it was named."""
        if self._path in self._all.named:
            raise ContentError("; ".join(self._source.remarks()) or "it holds no question")
        self._all.report.files -= 1

    def _beyond_questions(self) -> None:
        """History and media, for what is in the store by now; a question file has neither."""
        context, report = self._all.context, self._all.report
        from drillr.services import media, past

        if self._options.history:
            taken = past.take(
                self._db, context, _Again(self._source, self._all.heard), self._name,
                lambda name: self._renamed.get(name, name),
            )  # fmt: skip
            report.reviews += taken.answers
            report.schedules += taken.schedules
        media_files = list(self._source.media())
        report.media += (
            len(media_files) if self._options.dry_run else media.keep(context, media_files)
        )

    def _section(self, section: Section) -> None:
        """One facet: its place is made with the first question that goes in."""
        place, facet, placed = section.path, facet_id(str(section.path)), False
        for batch in self._batches(section):
            if not placed:
                content.ensure_place(self._db, place, {}, self._stamp)
                self._own.add(facet)
                self._touched.add(facet)
                placed = True
            self._write(facet, batch)
        names = section.names()
        if placed and names:
            content.ensure_place(self._db, place, names, self._stamp)

    def _prune(self) -> None:
        present = [key for key, (index, _) in self._all.seen.items() if index == self._index]
        gone = content.deactivate_missing(self._db, self._name, present, self._stamp)
        self._all.report.deactivated += sum(gone.values())
        self._touched |= gone.keys()

    def _batches(self, section: Section) -> Iterator[list[tuple[int, Draft]]]:
        """The section's drafts with their positions, some thousands at a time."""
        position, items = 0, iter(section)
        while some := list(islice(items, _BATCH)):
            self._all.heard()
            self._items += len(some)
            drafts = self._all_new(some) or self._new(section, some)
            if drafts:
                yield list(enumerate(drafts, position))
            position += len(drafts)
        self._count += position

    def _all_new(self, items: list[Item]) -> list[Draft] | None:
        """The items' drafts, if there is none that was refused or was seen before: the usual case.

        It is told for all of them at once; `_new` tells it for each.
        """
        offsets, drafts = zip(*items, strict=True)
        if self._options.qualify_ids or set(map(type, drafts)) != {Draft}:
            return None
        names, seen = list(map(_name_of, drafts)), self._all.seen
        if len(set(names)) < len(names) or not seen.keys().isdisjoint(names):
            return None
        seen.update(zip(names, zip(repeat(self._index), offsets, strict=False), strict=True))
        return list(drafts)

    def _new(self, section: Section, items: list[Item]) -> list[Draft]:
        """The drafts among the items whose ids are new; all others are refused by name."""
        intake, seen, index = self._all, self._all.seen, self._index
        qualify = f"{section.path}__" if self._options.qualify_ids else ""
        drafts: list[Draft] = []
        for offset, item in items:
            if isinstance(item, Refusal):
                intake.report.refuse(self._path, item.reason, item.line, item.external_id)
                continue
            draft = item
            if qualify:
                draft = item._replace(external_id=qualify + item.external_id)
                self._renamed[item.external_id] = draft.external_id
            first = seen.setdefault(draft.external_id, (index, offset))
            if first != (index, offset):
                self._refuse_twin(draft, offset, first)
                continue
            drafts.append(draft)
        return drafts

    def _write(self, facet: FacetId, batch: list[tuple[int, Draft]]) -> None:
        report = self._all.report
        names = [] if self._all.alone else [draft.external_id for _, draft in batch]
        known = content.known(self._db, names)
        fresh: list[tuple[int, Draft]] = [] if known else batch
        changed: list[tuple[int, Draft]] = []
        for index, draft in batch if known else ():
            held = known.get(draft.external_id)
            if held is None:
                fresh.append((index, draft))
            elif held.facet_id != facet and self._is_elsewhere(draft, held.facet_id):
                continue
            elif (
                held.content_hash == draft.content_hash
                and held.facet_id == facet
                and held.is_active
            ):
                report.skipped += 1
            elif self._options.update:
                changed.append((index, draft))
                self._touched.add(held.facet_id)
                if held.facet_id != facet:
                    self._left.add(held.facet_id)
            else:
                report.skipped += 1
                report.differing += 1
        if fresh:
            self._all.hold(self._db, Arrivals(facet, self._name, self._stamp, fresh))
        if changed:
            brought = Arrivals(facet, self._name, self._stamp, changed)
            from drillr.services.overwriting import overwrite

            relearn = self._options.relearn_changed
            overwrite(self._db, self._all.context, brought, report, relearn=relearn)
        report.imported += len(fresh)
        report.updated += len(changed)

    def _is_elsewhere(self, draft: Draft, facet: FacetId) -> bool:
        """Whether a file of this import that was not parsed again holds the question too."""
        unparsed = self._all.whole.get(facet, ())
        other = next((i for i in unparsed if draft.external_id in self._all.ids_of(i)), None)
        if other is None:
            return False
        line = self._source.line_of(self._all.seen.pop(draft.external_id)[1])
        reason = f"the id is used in {self._all.files[other][0]} too"
        self._all.report.refuse(self._path, reason, line, draft.external_id)
        return True

    def _refuse_twin(self, draft: Draft, offset: int, first: tuple[int, int]) -> None:
        intake, (file_index, first_offset) = self._all, first
        if file_index == self._index:
            line, where, remedy = self._source.line_of(first_offset), "this file", ""
        else:
            where = intake.files[file_index][0]
            line = intake.line_in(file_index, first_offset)
            remedy = "; --qualify-ids keeps them apart"
        if file_index == self._index and line is not None:
            where = f"line {line} of this file"
        elif line is not None:
            where = f"{where}, line {line}"
        intake.report.refuse(
            self._path,
            f"the id is used twice: first in {where}{remedy}",
            self._source.line_of(offset),
            draft.external_id,
        )
