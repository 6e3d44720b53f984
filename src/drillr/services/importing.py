"""Importing question files: nothing is dropped without being counted and named.

Every file goes in whole or not at all: each has its savepoint, and some megabytes of files share a
transaction, because a commit rewrites each index page that random keys have touched. A file whose
bytes are those of its last whole import is not even parsed; of a changed one, only what is new (or,
with `update`, different) is written.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drillr.domain.draft import Draft
from drillr.domain.ids import FacetId, facet_id
from drillr.domain.paths import FacetPath
from drillr.errors import ContentError, UsageError
from drillr.formats import question_file
from drillr.formats.question_file import QuestionFile, Refusal
from drillr.services.context import Context
from drillr.store import content, progress
from drillr.store.revision import Stamp

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_BATCH = 2_000
_GROUP_BYTES = 32 * 1024 * 1024
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What an import may change; the names are those of the command's flags."""

    update: bool = False
    prune: bool = False
    dry_run: bool = False
    qualify_ids: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was refused: where, and why. `line` and `id` are None for a whole file."""

    file: str
    reason: str
    line: int | None = None
    id: str | None = None


@dataclass(slots=True)
class Report:
    """What an import did, in questions; `failed` counts items and files that were refused.

    `differing` are those of `skipped` whose content in the file is not what the store holds.
    """

    files: int = 0
    imported: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    deactivated: int = 0
    differing: int = 0
    seconds: float = 0.0
    errors: list[Problem] = field(default_factory=list)


class _Discarded(Exception):
    """Rolls a dry run's transaction back."""


def import_paths(
    context: Context,
    paths: Sequence[str],
    options: Options = Options(),
    on_progress: Progress | None = None,
) -> Report:
    """Import files and folders; `on_progress` hears bytes done, bytes in all, and the name."""
    started = time.perf_counter()
    run = _Run(context, options)
    found = list(_discover(paths, run))
    total = sum(size for _, size in found)
    done = 0
    with _collector_paused():
        with context.database.transaction(write=False) as db:
            run.sources = content.sources(db)
        for group in _groups(found):
            with suppress(_Discarded), context.database.transaction() as db:
                run.alone = content.count(db) == run.report.imported
                for path, size in group:
                    if on_progress is not None:
                        on_progress(done, total, os.path.basename(path))
                    run.file(db, path)
                    done += size
                if options.dry_run:
                    raise _Discarded
    if on_progress is not None:
        on_progress(total, total, "")
    run.report.seconds = time.perf_counter() - started
    return run.report


def _groups(found: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """The files in runs of some megabytes: what one transaction takes."""
    group: list[tuple[str, int]] = []
    held = 0
    for path, size in found:
        if group and held + size > _GROUP_BYTES:
            yield group
            group, held = [], 0
        group.append((path, size))
        held += size
    if group:
        yield group


def _discover(paths: Sequence[str], run: "_Run") -> Iterator[tuple[str, int]]:
    """The .json files that the paths name, each once, sorted within a folder, with their sizes."""
    seen: set[str] = set()
    for given in paths:
        path = os.path.expanduser(given)
        if os.path.isdir(path):
            names = list(_walk(path, run))
            if not names:
                run.refuse(given, "the folder holds no .json file")
        elif os.path.exists(path):
            names = [path]
        else:
            run.refuse(given, "there is no such file or folder")
            continue
        for name in names:
            real = os.path.realpath(name)
            if real not in seen:
                seen.add(real)
                yield name, os.path.getsize(name)


def _walk(folder: str, run: "_Run") -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        run.refuse(str(error.filename), f"can't be read: {error.strerror}")

    for here, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(".json") and not name.startswith("."):
                yield os.path.join(here, name)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the cyclic collector, which finds nothing here, parsing is four times as fast."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Run:
    """One import: the report so far, and where each id was seen."""

    def __init__(self, context: Context, options: Options) -> None:
        self.context = context
        self.options = options
        self.report = Report()
        self.sources: dict[str, tuple[bytes, int]] = {}
        self.files: list[str] = []
        self.seen: dict[str, tuple[int, int]] = {}
        self.whole: dict[FacetId, list[int]] = {}
        self._ids: dict[int, frozenset[str]] = {}
        # Whether the store holds just what this run brought, so that nothing need be looked up.
        self.alone = False

    def refuse(
        self, file: str, reason: str, line: int | None = None, item: str | None = None
    ) -> None:
        """Count and name something that is not imported."""
        self.report.failed += 1
        self.report.errors.append(Problem(file, reason, line, item))

    def file(self, db: "Connection", path: str) -> None:
        """Import one file whole, or refuse it with the reason."""
        self.report.files += 1
        held = self._checkpoint()
        db.run("savepoint file")
        try:
            data = question_file.read_bytes(path)
            name = os.path.basename(path)
            place = FacetPath.of_file(name)
            code = question_file.digest(data + (b"q" if self.options.qualify_ids else b""))
            if not self._unchanged(name, code, path):
                questions = QuestionFile(name, data)
                del data
                _FileImport(self, db, path, name, place, questions).run(code)
        except ContentError as error:
            db.run("rollback to savepoint file")
            self._back_to(held)
            self.refuse(path, str(error))
        db.run("release savepoint file")

    def ids_of(self, index: int) -> frozenset[str]:
        """The ids in a file that was not parsed, because it had not changed."""
        found = self._ids.get(index)
        if found is None:
            path = self.files[index]
            place = FacetPath.of_file(os.path.basename(path))
            prefix = f"{place}__" if self.options.qualify_ids else ""
            items = QuestionFile(os.path.basename(path), question_file.read_bytes(path))
            found = self._ids[index] = frozenset(
                prefix + item.external_id for _, item in items if isinstance(item, Draft)
            )
        return found

    def _unchanged(self, name: str, code: bytes, path: str) -> bool:
        known = self.sources.get(name)
        if known is None or known[0] != code or self.options.prune:
            return False
        self.report.skipped += known[1]
        self.files.append(path)
        self.whole.setdefault(facet_id(str(FacetPath.of_file(name))), []).append(
            len(self.files) - 1
        )
        return True

    def _checkpoint(self) -> tuple[int, ...]:
        r = self.report
        return (r.imported, r.updated, r.skipped, r.failed, r.deactivated, r.differing,
                len(r.errors), len(self.seen))  # fmt: skip

    def _back_to(self, held: tuple[int, ...]) -> None:
        """A file that fails half-way leaves nothing in, so nothing of it was counted either."""
        r = self.report
        r.imported, r.updated, r.skipped, r.failed, r.deactivated, r.differing = held[:6]
        del r.errors[held[6] :]
        for key in list(self.seen)[held[7] :]:
            del self.seen[key]


class _FileImport:
    """One file inside its transaction."""

    def __init__(
        self,
        run: _Run,
        db: "Connection",
        path: str,
        name: str,
        place: FacetPath,
        questions: QuestionFile,
    ) -> None:
        self._all, self._db, self._path, self._name = run, db, path, name
        self._place, self._questions = place, questions
        self._options, self._stamp = run.options, Stamp(run.context.clock())
        self._facet = facet_id(str(place))
        self._touched = {self._facet}
        self._position = 0
        run.files.append(path)
        self._index = len(run.files) - 1

    def run(self, code: bytes) -> None:
        """Write what is new, count what is not, remember the file if all of it is in the store."""
        run, report = self._all, self._all.report
        failed, differing, placed = report.failed, report.differing, False
        for batch in self._batches():
            if not placed:
                content.ensure_place(self._db, self._place, {}, self._stamp)
                placed = True
            self._write(batch)
        names = self._questions.names()
        if placed and names:
            content.ensure_place(self._db, self._place, names, self._stamp)
        if self._options.prune and report.failed == failed:
            present = [key for key, (index, _) in run.seen.items() if index == self._index]
            report.deactivated += content.deactivate_missing(
                self._db, self._name, present, self._stamp
            )
        if placed or report.deactivated:
            content.count_active(self._db, self._touched)
            progress.recount_started(self._db, sorted(self._touched))
        if len(self._touched) > 1:
            content.forget_sources(self._db, self._touched - {self._facet})
        if placed and report.failed == failed and report.differing == differing:
            content.remember_source(
                self._db, self._name, self._facet, code, self._position, self._stamp.at
            )

    def _batches(self) -> Iterator[list[tuple[int, Draft]]]:
        """The file's drafts with their positions, some thousands at a time."""
        run, seen, index = self._all, self._all.seen, self._index
        qualify = f"{self._place}__" if self._options.qualify_ids else ""
        batch: list[tuple[int, Draft]] = []
        for offset, item in self._questions:
            if isinstance(item, Refusal):
                run.refuse(self._path, item.reason, item.line, item.external_id)
                continue
            draft = item._replace(external_id=qualify + item.external_id) if qualify else item
            first = seen.setdefault(draft.external_id, (index, offset))
            if first != (index, offset):
                self._refuse_twin(draft, offset, first)
                continue
            batch.append((self._position, draft))
            self._position += 1
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _write(self, batch: list[tuple[int, Draft]]) -> None:
        report = self._all.report
        names = [] if self._all.alone else [draft.external_id for _, draft in batch]
        known = content.known(self._db, names)
        fresh: list[tuple[int, Draft]] = []
        changed: list[tuple[int, Draft]] = []
        for index, draft in batch:
            held = known.get(draft.external_id)
            if held is None:
                fresh.append((index, draft))
            elif held.facet_id != self._facet and self._is_elsewhere(draft, held.facet_id):
                continue
            elif (
                held.content_hash == draft.content_hash
                and held.facet_id == self._facet
                and held.is_active
            ):
                report.skipped += 1
            elif self._options.update:
                changed.append((index, draft))
                self._touched.add(held.facet_id)
            else:
                report.skipped += 1
                report.differing += 1
        if fresh:
            content.insert(self._db, self._facet, fresh, self._name, self._stamp)
        if changed:
            content.update(self._db, self._facet, changed, self._name, self._stamp)
        report.imported += len(fresh)
        report.updated += len(changed)

    def _is_elsewhere(self, draft: Draft, facet: FacetId) -> bool:
        """Whether a file of this import that was not parsed again holds the question too."""
        unparsed = self._all.whole.get(facet, ())
        other = next((i for i in unparsed if draft.external_id in self._all.ids_of(i)), None)
        if other is None:
            return False
        line = self._questions.line_of(self._all.seen.pop(draft.external_id)[1])
        reason = f"the id is used in {self._all.files[other]} too"
        self._all.refuse(self._path, reason, line, draft.external_id)
        return True

    def _refuse_twin(self, draft: Draft, offset: int, first: tuple[int, int]) -> None:
        run, (file_index, first_offset) = self._all, first
        other = run.files[file_index]
        if file_index == self._index:
            where = f"line {self._questions.line_of(first_offset)} of this file"
        else:
            text = question_file.decode(question_file.read_bytes(other))
            where = f"{other}, line {text.count(chr(10), 0, first_offset) + 1}"
        run.refuse(
            self._path,
            f"the id is used twice: first in {where}; --qualify-ids keeps them apart"
            if file_index != self._index
            else f"the id is used twice: first in {where}",
            self._questions.line_of(offset),
            draft.external_id,
        )


def no_files(paths: Sequence[str]) -> UsageError:
    """What to say when an import names nothing."""
    return UsageError(
        "say what to import", "A file, a folder, or `drillr import --starter` for the starter banks"
    )
