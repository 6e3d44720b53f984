"""`drillr import`: progress while it runs, a report when it is done."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.cli.exits import Exit
from drillr.domain.phrases import counted
from drillr.domain.placing import parse_under
from drillr.domain.text import visible
from drillr.errors import UsageError
from drillr.formats.source import Reading
from drillr.services.importing import Options, Problem, Progress, Report, import_paths, no_files

if TYPE_CHECKING:
    from drillr.services.context import Context

_SHOWN = 50
_NAMED = 8
_REDRAW_SECONDS = 0.1


def reading(
    under: str | None, columns: str | None, mapping: str | None, form: str | None
) -> Reading:
    """How to read files, from the flags."""
    given = None
    if mapping is not None:
        from drillr.formats.mapped_json import load

        given = load(mapping)
    names = tuple(name.strip() for name in (columns or "").split(",") if name.strip())
    return Reading(parse_under(under), names, given, form)


def run_import(
    context: "Context",
    paths: list[str],
    *,
    starter: bool,
    options: Options,
    as_json: bool,
    quiet: bool,
    before_many: Callable[[], object] | None = None,
) -> int:
    """Import and report; 1 when anything was refused."""
    if starter:
        from drillr.config import starter_folder

        paths = [*paths, starter_folder()]
    if not paths:
        raise no_files(paths)
    if any(path.endswith(".zip") for path in paths):
        report = _archive(context, paths, options)
    elif sys.stderr.isatty() and not quiet:
        report = _with_bar(context, paths, options, before_many)
    else:
        report = import_paths(context, paths, options, before_many=before_many)
    if as_json:
        print(json.dumps(_as_json(report), ensure_ascii=False))
    else:
        print_report(report, options, quiet)
    return Exit.REFUSED if report.failed else Exit.DONE


def _archive(context: "Context", paths: list[str], options: Options) -> Report:
    from drillr.services import archiving

    if len(paths) > 1:
        raise UsageError("an archive is imported by itself", "Name nothing else with it")
    return archiving.read(context, paths[0], options)


def _with_bar(
    context: "Context",
    paths: list[str],
    options: Options,
    before_many: Callable[[], object] | None,
) -> Report:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("importing"), BarColumn(), TaskProgressColumn(),
        TextColumn("{task.fields[name]}", markup=False),
        # No thread to redraw it: only a process with a single thread can be copied, to read ahead.
        console=Console(stderr=True), transient=True, auto_refresh=False,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None, name="")
        drawn = 0.0

        def on_progress(done: int, total: int, name: str) -> None:
            nonlocal drawn
            bar.update(task, completed=done, total=max(total, 1), name=visible(name))
            if time.monotonic() - drawn > _REDRAW_SECONDS:
                bar.refresh()
                drawn = time.monotonic()

        heard: Progress = on_progress
        return import_paths(context, paths, options, heard, before_many)


def print_report(report: Report, options: Options, quiet: bool) -> None:
    """Say what an import refused, then what it did."""
    for problem in report.errors[:_SHOWN]:
        print(visible(_line(problem)), file=sys.stderr)
    if len(report.errors) > _SHOWN:
        print(f"… and {len(report.errors) - _SHOWN} more: --json lists them all", file=sys.stderr)
    if quiet:
        return
    counts = [f"{report.imported} imported"]
    if report.updated or options.update:
        counts.append(f"{report.updated} updated")
    counts.append(f"{report.skipped} skipped")
    if report.deactivated or options.prune:
        counts.append(f"{report.deactivated} deactivated")
    counts.append(f"{report.failed} refused")
    if report.reviews:
        counts.append(counted(report.reviews, "answer"))
    if report.others:
        counts.append(counted(report.others, "other fact"))
    if report.schedules:
        counts.append(f"{report.schedules} schedules")
    if report.media:
        counts.append(f"{report.media} media files")
    would = "Would be: " if options.dry_run else ""
    plural = "" if report.files == 1 else "s"
    print(f"{would}{', '.join(counts)}; {report.files} file{plural}, {report.seconds:.2f} s")
    for remark in report.remarks:
        print(visible(remark), file=sys.stderr)
    if report.differing:
        print(
            f"{report.differing} of the skipped differ from their file: --update changes them",
            file=sys.stderr,
        )
    if report.answers_changed:
        print(visible(_about_answers(report)), file=sys.stderr)


def _about_answers(report: Report) -> str:
    names = report.answers_changed
    shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    text = f"the answer is another now in {len(names)}: {shown}"
    if report.relearned:
        return f"{text}; {report.relearned} are asked anew"
    return f"{text}; with --relearn-changed they would be asked anew"


def _line(problem: Problem) -> str:
    where = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
    item = "" if problem.id is None else f" {problem.id}:"
    return f"{where}:{item} {problem.reason}"


def _as_json(report: Report) -> dict[str, object]:
    found = asdict(report)
    found["seconds"] = round(report.seconds, 3)
    return found
