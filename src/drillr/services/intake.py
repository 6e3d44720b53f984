"""One import's state: what its files held so far, and which of them are in whole.

A question file whose bytes are those of its last whole import is not even parsed; of a changed one,
only what is new (or, with `update`, different) is written.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from drillr.domain.draft import Draft
from drillr.domain.ids import FacetId, facet_id
from drillr.domain.paths import FacetPath
from drillr.errors import ContentError
from drillr.formats import question_file, sources
from drillr.formats.question_file import QuestionFile
from drillr.services import apart
from drillr.services.context import Context
from drillr.services.file_intake import FileIntake
from drillr.services.reading import WORTHWHILE, Reading
from drillr.store import arrivals, content, presence
from drillr.store.arrivals import Arrivals
from drillr.store.savepoint import savepoint

if TYPE_CHECKING:
    from drillr.services.importing import Options, Report
    from drillr.store.connection import Connection

_HELD = 50_000
"""Questions of one file that are held, at most: about 100 MB."""


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
        # Files that were named on purpose; of those in a folder, some may hold no questions.
        self.named: frozenset[str] = frozenset()
        self.touched: set[FacetId] = set()
        self.moved: set[FacetId] = set()
        # Called between some thousand questions; what it raises stops the import.
        self.heard: Callable[[], object] = lambda: None
        self._held: list[Arrivals] = []
        self._before = 0
        self._lines: tuple[int, Callable[[int], int | None]] | None = None
        self._reading: Reading

    @contextmanager
    def reading(self, found: Iterable[tuple[str, int]]) -> Iterator[None]:
        """Read these files, of so many bytes; inside of the block, `file` takes one by one."""
        kind_of, how = sources.kind_of, self.options.reading
        files = [(path, size) for path, size in found if kind_of(path, how) == sources.QUESTIONS]
        salt = b"q" if self.options.qualify_ids else b""
        ahead = sum(size for _, size in files) >= WORTHWHILE and apart.is_possible()
        self._reading = Reading([path for path, _ in files], salt, self._unchanged, ahead=ahead)
        try:
            yield
        finally:
            self._reading.close()

    def file(self, db: "Connection", path: str) -> None:
        """Import one file whole, or refuse it with the reason; `settle` makes it complete."""
        self.report.files += 1
        kind = sources.kind_of(path, self.options.reading)
        if kind != sources.QUESTIONS:
            # Such a file needs its questions at once, for the history that comes with them.
            self.settle(db)
        counts, ids, self._before = self.report.counts(), len(self.seen), len(self._held)
        try:
            with savepoint(db, ContentError):
                self._whole_file(db, path, kind)
        except ContentError as error:
            self.report.back_to(counts)
            for key in list(self.seen)[ids:]:
                del self.seen[key]
            del self._held[self._before :]
            self.report.refuse(path, error.reason, error.line)

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
        if presence.has_progress(db):
            from drillr.services.replaying import follow_content

            follow_content(db, self.context, self.touched, self.moved)
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

    def line_in(self, index: int, position: int) -> int | None:
        """The line at a position of a file that was read before; None where it has no lines."""
        if self._lines is None or self._lines[0] != index:
            path, kind = self.files[index]
            self._lines = index, sources.lines_of(kind, path)
        return self._lines[1](position)

    def _whole_file(self, db: "Connection", path: str, kind: str) -> None:
        if kind == sources.QUESTIONS:
            self._question_file(db, path)
            return
        with sources.opened(kind, path, self.options.reading) as source:
            self.files.append((path, kind))
            FileIntake(self, db, path, source).run()

    def _question_file(self, db: "Connection", path: str) -> None:
        opened = self._reading.open()
        self.files.append((path, sources.QUESTIONS))
        if opened.source is not None:
            FileIntake(self, db, path, opened.source).run(opened.code)
            return
        name = os.path.basename(path)
        self.report.skipped += self.sources[name][1]
        facet = facet_id(str(FacetPath.of_file(name)))
        self.whole.setdefault(facet, []).append(len(self.files) - 1)

    def _unchanged(self, name: str, code: bytes) -> bool:
        known = self.sources.get(name)
        return known is not None and known[0] == code and not self.options.prune
