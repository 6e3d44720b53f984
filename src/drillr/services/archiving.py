"""The whole library in one documented file: content, everything that happened, settings, media.

What derives from facts is not in it: whoever reads it derives that again. docs/backups.md has the
format. Reading an archive twice, or into a library that knows part of it, changes nothing twice.
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from drillr.domain.log import Run
from drillr.domain.shelf import Shelf
from drillr.errors import ContentError
from drillr.formats import archive, question_writer, wire, wire_bytes
from drillr.formats.source import Medium
from drillr.formats.wire_facts import facts_message, runs_of
from drillr.services import exchange, media, output, past
from drillr.services.context import Context
from drillr.services.importing import Options, Report, import_paths
from drillr.store import authoring, content, library
from drillr.store.revision import Stamp

FORMAT = "drillr-archive"
VERSION = 1
ENDING = ".zip"
_HEAD, _QUESTIONS, _INACTIVE, _FACTS, _MEDIA = (
    "drillr.json", "questions/", "inactive/", "facts/", "media/",
)  # fmt: skip
_MOST = 64 * 1024 * 1024


@dataclass(slots=True)
class Archived:
    """What an archive holds."""

    path: str
    questions: int = 0
    inactive: int = 0
    facts: int = 0
    media: int = 0


def write(context: Context, path: str, *, force: bool = False) -> Archived:
    """Write everything into one file; UsageError when it is there already."""
    done = Archived(path)
    with (
        output.replaced(path, force=force) as target,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name, text in _content(context, done):
            file.writestr(name, text)
        for number, runs in enumerate(_runs(context), 1):
            done.facts += sum(len(run.facts) for run in runs)
            data, _ = wire_bytes.pack(facts_message(runs), "identity")
            file.writestr(f"{_FACTS}{number:06d}.json", data)
        for name in sorted(os.listdir(context.media)) if os.path.isdir(context.media) else ():
            file.write(os.path.join(context.media, name), _MEDIA + name)
            done.media += 1
        head = {
            "format": FORMAT, "version": VERSION, "created_at": context.clock().isoformat(),
            "questions": done.questions, "inactive": done.inactive, "facts": done.facts,
            "media": done.media,
        }  # fmt: skip
        file.writestr(_HEAD, json.dumps(head, indent=1))
    return done


def read(context: Context, path: str, options: Options) -> Report:
    """Take over an archive: its content as an import would, then its facts, media and settings."""
    with archive.opened(path) as file, tempfile.TemporaryDirectory(prefix="drillr-") as folder:
        _checked(file)
        paths = {
            part: [_unpacked(file, name, os.path.join(folder, part.strip("/")))
                   for name in sorted(file.names) if _is_plain(name, part, ".json")]
            for part in (_QUESTIONS, _INACTIVE)
        }  # fmt: skip
        report = import_paths(context, [*paths[_QUESTIONS]], options)
        if paths[_INACTIVE]:
            _take_inactive(context, paths[_INACTIVE], options, report)
        if options.dry_run or not options.history:
            return report
        names: dict[str, str] = {}
        for name in sorted(file.names):
            if _is_plain(name, _FACTS, ".json"):
                message = wire_bytes.unpack(wire.Facts, file.read(name, _MOST), "identity", _MOST)
                came = exchange.receive(context, past.named(context, runs_of(message), names))
                report.reviews += came.answers
                report.others += came.new - came.answers
        there = [
            Medium(os.path.basename(name), _unpacked(file, name, os.path.join(folder, "media")))
            for name in sorted(file.names)
            if _is_plain(name, _MEDIA, "")
        ]
        report.media += media.keep(context, there)
    return report


def _content(context: Context, done: Archived) -> Iterator[tuple[str, str]]:
    """The question files of all facets, then those of questions that left their files."""
    with context.database.transaction(write=False) as db:
        described = library.descriptions(db)
        for facet in content.facets(db):
            active = Shelf(facet.path, described, library.questions(db, facet.id, facet.path))
            for name, text in question_writer.files(active).items():
                yield _QUESTIONS + name, text
            done.questions += len(active.kept)
            gone = library.questions(db, facet.id, facet.path, is_active=False)
            if gone:
                items = [question_writer.item_of(one.question, one.written) for one in gone]
                yield f"{_INACTIVE}{facet.path}.json", question_writer.file_text(items, {})
            done.inactive += len(gone)


def _runs(context: Context) -> Iterator[list[Run]]:
    """All facts, a batch at a time, in an order in which they can be received."""
    after = dict.fromkeys(exchange.known(context), 0)
    while after:
        runs = exchange.serve(context, after)
        if not runs:
            return
        yield runs
        for run in runs:
            after[run.device] = run.last


def _checked(file: archive.Archive) -> None:
    try:
        head = json.loads(file.read(_HEAD, _MOST))
        known = head["format"] == FORMAT and int(head["version"]) <= VERSION
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ContentError("the file is no archive of drillr's") from None
    if not known:
        raise ContentError(
            f"the archive is of version {head['version']!r}", "Read it with a newer drillr"
        )


def _is_plain(name: str, part: str, ending: str) -> bool:
    """Whether an entry stands directly in a part of the archive, under a name and no path."""
    tail = name.removeprefix(part)
    odd = "/" in tail or "\\" in tail or tail.startswith(".") or not tail
    return name.startswith(part) and not odd and name.endswith(ending)


def _unpacked(file: archive.Archive, name: str, folder: str) -> str:
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, os.path.basename(name))
    with open(path, "wb") as target:
        file.copy(name, target, _MOST)
    return path


def _take_inactive(context: Context, paths: list[str], options: Options, report: Report) -> None:
    """Import questions that had left their file, and let them leave it here, too.

    A question that is active here stays so: its file may be another one.
    """
    with context.database.transaction(write=False) as db:
        names = [item["id"] for path in paths for item in _items(path)]
        before = content.known(db, names)
    found = import_paths(context, paths, options)
    report.failed += found.failed
    report.errors += found.errors
    if not options.dry_run:
        with context.database.transaction() as db:
            here = content.known(db, [name for name in names if name not in before])
            authoring.deactivate(db, [known.id for known in here.values()], Stamp(context.clock()))


def _items(path: str) -> list[dict[str, str]]:
    """The items of a file as far as they have ids; an import says what is wrong with others."""
    with open(path, encoding="utf-8") as file:
        try:
            found = json.load(file)
        except (ValueError, RecursionError):
            return []
    listed = found if isinstance(found, list) else []
    return [item for item in listed if isinstance(item, dict) and isinstance(item.get("id"), str)]
