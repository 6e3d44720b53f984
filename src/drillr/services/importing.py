"""Importing files and folders: nothing is dropped without being counted and named.

Every file goes in whole or not at all: each has its savepoint, and some megabytes of files share a
transaction, at whose end new questions are written in the order of their random keys: each page of
the tables and indexes is then written once, not once for every file.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from drillr.errors import UsageError
from drillr.formats.source import PLAIN, Reading
from drillr.services.collecting import collector_paused
from drillr.services.context import Context
from drillr.services.discovery import discover
from drillr.services.intake import Intake
from drillr.store import content, presence

MANY = 1_000
"""An import that changes more questions than this is worth a backup."""
_GROUP_BYTES = 16 * 1024 * 1024
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What an import may change, and how to read its files; the names are the command's flags."""

    update: bool = False
    prune: bool = False
    dry_run: bool = False
    qualify_ids: bool = False
    history: bool = True
    relearn_changed: bool = False
    reading: Reading = PLAIN


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
    `answers_changed` are the ids of updated questions whose answer is another now, and `relearned`
    counts those of them that are asked anew.
    `reviews` are answers from elsewhere that became part of the history, `others` what else an
    archive's history told (marks, settings, exams …), `schedules` dates of cards
    that came without answers, `media` files that were laid beside the store, `remarks` sentences
    about what files held.
    """

    files: int = 0
    imported: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    deactivated: int = 0
    differing: int = 0
    reviews: int = 0
    others: int = 0
    schedules: int = 0
    media: int = 0
    seconds: float = 0.0
    errors: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    answers_changed: list[str] = field(default_factory=list)
    relearned: int = 0

    def refuse(
        self, file: str, reason: str, line: int | None = None, item: str | None = None
    ) -> None:
        """Count and name something that is not imported."""
        self.failed += 1
        self.errors.append(Problem(file, reason, line, item))

    def counts(self) -> tuple[int, ...]:
        """The counts as they stand, for `back_to`."""
        return (self.imported, self.updated, self.skipped, self.failed, self.deactivated,
                self.differing, self.reviews, self.schedules, self.media, self.relearned,
                len(self.errors), len(self.remarks), len(self.answers_changed))  # fmt: skip

    def back_to(self, held: tuple[int, ...]) -> None:
        """A file that fails half-way leaves nothing in, so nothing of it was counted either."""
        (self.imported, self.updated, self.skipped, self.failed, self.deactivated,
         self.differing, self.reviews, self.schedules, self.media,
         self.relearned) = held[:10]  # fmt: skip
        del self.errors[held[10] :]
        del self.remarks[held[11] :]
        del self.answers_changed[held[12] :]


class _Discarded(Exception):
    """Rolls a dry run's transaction back."""


def import_paths(
    context: Context,
    paths: Sequence[str],
    options: Options = Options(),
    on_progress: Progress | None = None,
    before_many: Callable[[], object] | None = None,
) -> Report:
    """Import files and folders; `on_progress` hears bytes done, bytes in all, and the name.

    It hears them again and again in a long file; what it raises stops the import there, and leaves
    whole files only.

    `before_many` is called once, before more than a thousand changes to a library that is in use
    are committed: the moment for a backup.
    """
    started = time.perf_counter()
    report = Report()
    intake = Intake(context, options, report)
    intake.named = frozenset(map(os.path.expanduser, paths))
    found = list(discover(paths, report.refuse))
    total = sum(size for _, size in found)
    done = 0
    with collector_paused():
        with context.database.transaction(write=False) as db:
            intake.sources = content.sources(db)
            if options.dry_run or not presence.has_facts(db, context.user):
                before_many = None
        with intake.reading(found):
            for group in _groups(found):
                with suppress(_Discarded), context.database.transaction() as db:
                    intake.alone = content.count(db) == report.imported
                    for path, size in group:
                        if on_progress is not None:
                            name = os.path.basename(path)
                            intake.heard = partial(on_progress, done, total, name)
                        intake.heard()
                        intake.file(db, path)
                        done += size
                    intake.settle(db)
                    if presence.has_parked(db):
                        # Another device's answers may have come before their questions.
                        from drillr.services.exchange import release

                        release(db, context)
                    changes = report.imported + report.updated + report.deactivated
                    if before_many is not None and changes > MANY:
                        before_many()
                        before_many = None
                    if options.dry_run:
                        raise _Discarded
    if on_progress is not None:
        on_progress(total, total, "")
    report.seconds = time.perf_counter() - started
    return report


def no_files(paths: Sequence[str]) -> UsageError:
    """What to say when an import names nothing."""
    return UsageError(
        "say what to import", "A file, a folder, or `drillr import --starter` for the starter banks"
    )


def _groups(found: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """The files in runs of some megabytes: what one transaction takes.

    The first ones are smaller: nothing is written before the first is read.
    """
    group: list[tuple[str, int]] = []
    held, most = 0, _GROUP_BYTES // 8
    for path, size in found:
        if group and held + size > most:
            yield group
            group, held, most = [], 0, min(most * 2, _GROUP_BYTES)
        group.append((path, size))
        held += size
    if group:
        yield group
