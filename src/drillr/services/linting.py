"""Lint of question files: what an author should look at before anybody learns from them."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from drillr.domain.draft import Draft
from drillr.domain.lint_bank import skews, twins
from drillr.domain.lint_question import findings
from drillr.domain.linting import RULES, Finding, Severity
from drillr.errors import ContentError, UsageError
from drillr.formats import question_file, question_patch, sources
from drillr.formats.lines import LineIndex
from drillr.formats.question_file import QuestionFile
from drillr.formats.source import PLAIN, Item, Reading
from drillr.services.discovery import discover

EVERYWHERE = "all files"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which rules to apply (by code or its beginning), whether to mend, how to read the files."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fix: bool = False
    reading: Reading = PLAIN

    def wants(self, code: str) -> bool:
        """Whether a rule is applied."""
        if self.select and not code.startswith(self.select):
            return False
        return not (self.ignore and code.startswith(self.ignore))


class Located(NamedTuple):
    """A finding where it was found; `line` and `id` are None where a whole file is meant."""

    file: str
    line: int | None
    code: str
    severity: Severity
    message: str
    id: str | None


@dataclass(slots=True)
class LintReport:
    """What lint read and found; `fixed` counts findings that were mended and are not listed."""

    files: int = 0
    questions: int = 0
    fixed: int = 0
    findings: list[Located] = field(default_factory=list)


class _Known(NamedTuple):
    """A question that was read, and where."""

    draft: Draft
    file: str
    line: int | None


def lint(paths: Sequence[str], wishes: Wishes = Wishes()) -> LintReport:
    """Look at files and folders; UsageError for a rule that doesn't exist."""
    for code in (*wishes.select, *wishes.ignore):
        if not any(known.startswith(code) for known in RULES):
            raise UsageError(f"there is no rule {code!r}", "Known: " + ", ".join(RULES))
    run = _Run(wishes)
    for path, _ in discover(paths, lambda path, reason: run.add(path, None, "D101", reason)):
        run.file(path)
    run.together()
    run.report.findings.sort(key=lambda one: (one.file, one.line or 0, one.code))
    return run.report


class _Run:
    """One look at all files: what was read so far."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self.report = LintReport()
        self._known: list[_Known] = []
        self._by_id: dict[str, _Known] = {}

    def add(
        self, file: str, line: int | None, code: str, message: str, item: str | None = None
    ) -> None:
        """Report a finding, unless its rule is not wanted."""
        if self._wishes.wants(code):
            severity = RULES[code].severity
            self.report.findings.append(Located(file, line, code, severity, message, item))

    def file(self, path: str) -> None:
        """Look at one file's questions, and mend what can be mended."""
        self.report.files += 1
        try:
            kind = sources.kind_of(path, self._wishes.reading)
            if kind == sources.QUESTIONS:
                _JsonFile(self, path, self._wishes).look()
                return
            with sources.opened(kind, path, self._wishes.reading) as source:
                for section in source.sections():
                    for position, item in section:
                        line = source.line_of(position)
                        draft = self.item(path, line, item)
                        for one in findings(draft, _beside(path)) if draft else ():
                            self.add(path, line, one.code, one.message, draft and draft.external_id)
        except ContentError as error:
            self.add(path, None, "D101", str(error))

    def item(self, path: str, line: int | None, item: object) -> Draft | None:
        """Note an item that was read; None, with a finding, for one that would be refused."""
        if not isinstance(item, Draft):
            code, reason = "D102", getattr(item, "reason", "")
            self.add(path, getattr(item, "line", None) or line, code, reason,
                     getattr(item, "external_id", None))  # fmt: skip
            return None
        self.report.questions += 1
        known = _Known(item, path, line)
        first = self._by_id.setdefault(item.external_id, known)
        if first is not known:
            where = f"{first.file}:{first.line}"
            self.add(path, line, "D103", f"the id is used first in {where}", item.external_id)
        self._known.append(known)
        return item

    def together(self) -> None:
        """Look at what only all questions, or all of a file, can show."""
        drafts = [known.draft for known in self._known]
        for later, _, one in twins(drafts):
            known = self._known[later]
            self.add(known.file, known.line, one.code, one.message, known.draft.external_id)
        by_file: dict[str, list[Draft]] = {}
        for known in self._known:
            by_file.setdefault(known.file, []).append(known.draft)
        for file, own in by_file.items():
            self._skewed(file, skews(own))
        if len(by_file) > 1:
            self._skewed(EVERYWHERE, skews(drafts))

    def _skewed(self, file: str, found: Iterable[Finding]) -> None:
        for one in found:
            self.add(file, None, one.code, one.message)


class _JsonFile:
    """A question file, whose findings have lines of their own, and whose text can be mended."""

    def __init__(self, run: _Run, path: str, wishes: Wishes) -> None:
        self._run, self._path, self._wishes = run, path, wishes
        self._data = question_file.read_bytes(path)
        self._text = question_file.decode(self._data)
        self._lines = LineIndex(self._text)

    def look(self) -> None:
        """Report what is found, or mend it."""
        mends: list[tuple[tuple[int, int], Finding]] = []
        name = os.path.basename(self._path)
        items: list[Item] = list(QuestionFile(name, self._data))
        for offset, item in items:
            line = self._lines.at(offset)
            draft = self._run.item(self._path, line, item)
            if draft is None:
                continue
            for one in findings(draft, _beside(self._path)):
                span = question_patch.span_of(self._text, offset, one.where) if one.where else None
                if span and one.mended is not None and self._mends(one):
                    mends.append((span, one))
                    continue
                at = line if span is None else self._lines.at(span[0])
                self._run.add(self._path, at, one.code, one.message, draft.external_id)
        if mends:
            self._mend(mends)

    def _mends(self, one: Finding) -> bool:
        return self._wishes.fix and RULES[one.code].fixable and self._wishes.wants(one.code)

    def _mend(self, mends: list[tuple[tuple[int, int], Finding]]) -> None:
        """Write the file anew; what stands last is changed first, so that spans stay right."""
        text = self._text
        for span, one in sorted(mends, key=lambda mend: mend[0], reverse=True):
            text = question_patch.with_value(text, span, one.mended)
        bom = b"\xef\xbb\xbf" if self._data.startswith(b"\xef\xbb\xbf") else b""
        fresh = f"{self._path}.{os.getpid()}.new"
        try:
            with open(fresh, "xb") as file:
                file.write(bom + text.encode())
            os.chmod(fresh, os.stat(self._path).st_mode & 0o777)
            os.replace(fresh, os.path.realpath(self._path))
        except OSError as error:
            if os.path.exists(fresh):
                os.unlink(fresh)
            raise ContentError(f"can't be written: {error.strerror or error}") from None
        self._run.report.fixed += len(mends)


def _beside(path: str) -> Callable[[str], bool]:
    """Whether a relative link leads to a file beside the question file that has it."""
    folder = os.path.dirname(os.path.abspath(path))
    return lambda target: os.path.exists(os.path.join(folder, target))
