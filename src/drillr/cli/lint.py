"""`drillr lint`: findings as lines, as JSON, or as annotations of a pull request."""

import json
from collections import Counter

from drillr.cli.exits import Exit
from drillr.domain.linting import RULES, Severity
from drillr.domain.phrases import counted
from drillr.domain.text import visible
from drillr.errors import UsageError
from drillr.services.linting import LintReport, Located, Wishes, lint

FORMATS = ("text", "json", "github")


def run_lint(paths: list[str], wishes: Wishes, form: str, *, quiet: bool) -> int:
    """Look at the files and report; 1 when anything was found."""
    if form not in FORMATS:
        raise UsageError(f"--format can't be {form!r}", "Use " + ", ".join(FORMATS))
    if not paths:
        raise UsageError("say what to look at", "A file or a folder: drillr lint questions/")
    report = lint(paths, wishes)
    if form == "json":
        print(json.dumps(as_data(report), ensure_ascii=False))
    elif form == "github":
        print("".join(f"{_annotation(one)}\n" for one in report.findings), end="")
    else:
        print("".join(f"{visible(_line(one))}\n" for one in report.findings), end="")
        if not quiet:
            print(_summary(report))
    return Exit.REFUSED if report.findings else Exit.DONE


def show_rules(*, as_json: bool) -> int:
    """Print every rule."""
    if as_json:
        print(json.dumps([rule._asdict() for rule in RULES.values()]))
        return 0
    for rule in RULES.values():
        mended = "  (--fix)" if rule.fixable else ""
        print(f"{rule.code}  {rule.severity:7}  {rule.meaning}{mended}")
    return 0


def as_data(report: LintReport) -> dict[str, object]:
    """The report as JSON has it."""
    return {
        "files": report.files,
        "questions": report.questions,
        "fixed": report.fixed,
        "findings": [one._asdict() for one in report.findings],
    }


def _line(one: Located) -> str:
    where = one.file if one.line is None else f"{one.file}:{one.line}"
    item = "" if one.id is None else f" {one.id}:"
    return f"{where}: {one.code}{item} {one.message}"


def _summary(report: LintReport) -> str:
    counts = Counter(one.severity for one in report.findings)
    found = [counted(counts[kind], kind) for kind in Severity if counts[kind]] or ["nothing found"]
    fixed = [f"{report.fixed} mended"] if report.fixed else []
    place = f"{counted(report.questions, 'question')} in {counted(report.files, 'file')}"
    return f"{', '.join(found + fixed)}; {place}"


def _annotation(one: Located) -> str:
    """A workflow command: GitHub shows it at the line; its own marks are escaped."""
    place = "" if one.file == "all files" else f" file={_escaped(one.file, ',:')}"
    if place and one.line is not None:
        place += f",line={one.line}"
    title = f"{'' if not place else ','}title={one.code}"
    item = "" if one.id is None else f"{one.id}: "
    head = f"::{one.severity}{place or ' '}{title}"
    return f"{head}::{_escaped(item + one.message, '')}"


def _escaped(text: str, more: str) -> str:
    """The text with what would end a workflow command written as `%XX`."""
    found = visible(text)
    for character in "%\r\n" + more:
        found = found.replace(character, f"%{ord(character):02X}")
    return found
