"""One file's way into the store: each question new, changed, known, or refused with a reason.

A question file whose bytes are those of its last whole import is not even parsed; of a changed one,
only what is new (or, with `update`, different) is written.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from drillr.domain.draft import Draft
from drillr.domain.history import Past
from drillr.domain.ids import FacetId, facet_id
from drillr.domain.paths import FacetPath
from drillr.errors import ContentError
from drillr.formats import question_file, sources
from drillr.formats.question_file import QuestionFile
from drillr.formats.source import Refusal, Section, Source
from drillr.services import media, past
from drillr.services.context import Context
from drillr.services.replaying import follow_content, follow_moves
from drillr.store import arrivals, content, progress
from drillr.store.arrivals import Arrivals
from drillr.store.revision import Stamp

if TYPE_CHECKING:
    from drillr.services.importing import Options, Report
    from drillr.store.connection import Connection

_BATCH = 2_000
_HELD = 50_000
"""Questions of one file that are held, at most: about 100 MB."""


class _Again:
    """A source's past, to be walked through as often as one likes."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __iter__(self) -> Iterator[Past]:
        return iter(self._source.history())


class Intake:
    """One import: its report, and where each id was seen."""

    def __init__(self, context: Context, options: "Options", report: "Report") -> None:
        self.context = context
        self.options = options
        self.report = report
        self.sources: dict[str, tuple[bytes, int]] = {}
        self.files: list[tuple[str, str]] = []
        self.seen: dict[str, tuple[int, int]] = {}
        self.whole: dict[FacetId, list[int]] = {}
        self._ids: dict[int, frozenset[str]] = {}
        # Whether the store holds just what this run brought, so that nothing need be looked up.
        self.alone = False
        self.touched: set[FacetId] = set()
        self.moved: set[FacetId] = set()
        self._held: list[Arrivals] = []
        self._before = 0

    def file(self, db: "Connection", path: str) -> None:
        """Import one file whole, or refuse it with the reason; `settle` makes it complete."""
        self.report.files += 1
        kind = sources.kind_of(path, self.options.reading)
        if kind != sources.QUESTIONS:
            # Such a file needs its questions at once, for the history that comes with them.
            self.settle(db)
        counts, ids, self._before = self.report.counts(), len(self.seen), len(self._held)
        db.run("savepoint file")
        try:
            if kind == sources.QUESTIONS:
                self._question_file(db, path)
            else:
                with sources.opened(kind, path, self.options.reading) as source:
                    self.files.append((path, kind))
                    FileIntake(self, db, path, source).run()
        except ContentError as error:
            db.run("rollback to savepoint file")
            self.report.back_to(counts)
            for key in list(self.seen)[ids:]:
                del self.seen[key]
            del self._held[self._before :]
            self.report.refuse(path, str(error))
        db.run("release savepoint file")

    def hold(self, db: "Connection", new: Arrivals) -> None:
        """Keep new questions until `settle` writes them, sorted among those of other files."""
        self._held.append(new)
        own = self._held[self._before :]
        if sum(len(one.drafts) for one in own) >= _HELD:
            # Only what a rollback of this one file would take back with it.
            arrivals.insert(db, own)
            del self._held[self._before :]

    def settle(self, db: "Connection") -> None:
        """Write what is held, and bring the counts of all facets touched up to date."""
        arrivals.insert(db, self._held)
        self._held.clear()
        content.count_active(db, self.touched)
        progress.recount_started(db, sorted(self.touched))
        if self.moved:
            follow_moves(db, self.context, sorted(self.moved))
        follow_content(db, self.context, sorted(self.touched))
        self.touched.clear()
        self.moved.clear()

    def ids_of(self, index: int) -> frozenset[str]:
        """The ids in a file that was not parsed, because it had not changed."""
        found = self._ids.get(index)
        if found is None:
            path, _ = self.files[index]
            place = FacetPath.of_file(os.path.basename(path))
            prefix = f"{place}__" if self.options.qualify_ids else ""
            items = QuestionFile(os.path.basename(path), question_file.read_bytes(path))
            found = self._ids[index] = frozenset(
                prefix + item.external_id for _, item in items if isinstance(item, Draft)
            )
        return found

    def _question_file(self, db: "Connection", path: str) -> None:
        data = question_file.read_bytes(path)
        name = os.path.basename(path)
        FacetPath.of_file(name)
        code = question_file.digest(data + (b"q" if self.options.qualify_ids else b""))
        unchanged = self._unchanged(name, code)
        self.files.append((path, sources.QUESTIONS))
        if unchanged:
            facet = facet_id(str(FacetPath.of_file(name)))
            self.whole.setdefault(facet, []).append(len(self.files) - 1)
            return
        questions = QuestionFile(name, data)
        del data
        FileIntake(self, db, path, questions).run(code)

    def _unchanged(self, name: str, code: bytes) -> bool:
        known = self.sources.get(name)
        if known is None or known[0] != code or self.options.prune:
            return False
        self.report.skipped += known[1]
        return True


class FileIntake:
    """One file inside its savepoint; it is the last of the intake's `files`."""

    def __init__(self, intake: Intake, db: "Connection", path: str, source: Source) -> None:
        self._all, self._db, self._path, self._source = intake, db, path, source
        self._name = os.path.basename(path)
        self._options, self._stamp = intake.options, Stamp(intake.context.clock())
        self._index = len(intake.files) - 1
        self._touched: set[FacetId] = set()
        self._own: set[FacetId] = set()
        self._left: set[FacetId] = set()
        self._renamed: dict[str, str] = {}
        self._count = 0

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
        self._beyond_questions()
        report.remarks += [f"{self._path}: {remark}" for remark in self._source.remarks()]

    def _beyond_questions(self) -> None:
        """History and media, for what is in the store by now."""
        context, report = self._all.context, self._all.report
        if self._options.history:
            taken = past.take(
                self._db, context, _Again(self._source), self._name,
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
        intake, seen, index = self._all, self._all.seen, self._index
        qualify = f"{section.path}__" if self._options.qualify_ids else ""
        batch: list[tuple[int, Draft]] = []
        position = 0
        for offset, item in section:
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
            batch.append((position, draft))
            position += 1
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        self._count += position
        if batch:
            yield batch

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
            arrivals.update(self._db, Arrivals(facet, self._name, self._stamp, changed))
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
            where, kind = intake.files[file_index]
            line = sources.line_in(kind, where, first_offset)
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
