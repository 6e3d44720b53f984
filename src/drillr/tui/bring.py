"""The import screen: pick a folder or file, watch it come in, read the report."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Checkbox, DirectoryTree, Input, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option as Row

from drillr.domain.phrases import duration
from drillr.domain.text import visible
from drillr.services import importing
from drillr.services.importing import Options, Problem, Report
from drillr.tui.box import Box
from drillr.tui.editing import open_in_editor
from drillr.tui.rows import Rows
from drillr.tui.screen import DrillrScreen, KeyBar
from drillr.tui.working import LongCall

_SHOWN_ERRORS = 200


class ImportScreen(DrillrScreen[None]):
    """The import runs on the store's thread; cancelling leaves whole files only."""

    area = "import"
    notes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("enter", "On a folder or file: choose it; in the path: import"),
        ("enter", "On a refusal: open its file at the line in $EDITOR"),
        ("tab", "From the folders to the path, the switches and the button"),
    )

    def __init__(self, start: str | None = None) -> None:
        super().__init__()
        self._start = start or os.getcwd()
        self._importing: LongCall[tuple[int, str]] | None = None
        self._stopped = False
        self._refused: Sequence[Problem] = ()

    def compose(self) -> ComposeResult:
        """Folders on the left, what to do on the right."""
        yield Static("import questions", id="header", markup=False)
        with Horizontal(id="import"):
            yield DirectoryTree(self._start, id="folders")
            with Vertical(id="how"):
                yield Input(self._start, placeholder="a folder or a file", id="path")
                yield Box("update questions that differ", id="update", compact=True)
                yield Box("prefix ids with their place", id="qualify", compact=True)
                yield Box("only say what would happen", id="dry", compact=True)
                yield Button("import", id="start", variant="primary", compact=True)
                yield ProgressBar(id="progress", show_eta=False)
                yield Static(id="doing", markup=False)
                with Vertical(id="report"):
                    yield Static(id="said", markup=False)
                    yield Rows(id="refused", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the folders."""
        super().on_mount()
        self.query_one("#progress").display = self.query_one("#refused").display = False
        self.query_one("#folders").border_title = "folders"
        self.query_one("#folders", DirectoryTree).focus()

    def moving(self) -> Widget | None:
        """Movement moves in the folders, or in the report."""
        return self.focused

    def on_directory_tree_directory_selected(self, event: DirectoryTree.DirectorySelected) -> None:
        """A folder was chosen."""
        self.query_one("#path", Input).value = str(event.path)

    def on_directory_tree_file_selected(self, event: DirectoryTree.FileSelected) -> None:
        """A file was chosen."""
        self.query_one("#path", Input).value = str(event.path)

    def on_input_submitted(self) -> None:
        """Enter in the path."""
        self.action_start()

    def on_button_pressed(self) -> None:
        """The button."""
        self.action_start()

    def on_option_list_option_selected(self) -> None:
        """Enter or a click on a refusal."""
        self.action_open()

    def action_open(self) -> None:
        """Open the file of the selected refusal at its line."""
        refused = self.query_one("#refused", OptionList)
        at = refused.highlighted
        if at is None or at >= len(self._refused):
            return
        problem = self._refused[at]
        if open_in_editor(self.drillr, os.path.abspath(problem.file), problem.line):
            refused.focus()

    def action_parent(self) -> None:
        """Show the folder above."""
        tree = self.query_one("#folders", DirectoryTree)
        tree.path = os.path.dirname(os.path.abspath(str(tree.path)))

    @work
    async def action_start(self) -> None:
        """Import what the path names."""
        if self._importing or self.drillr.bridge.busy:
            return
        path = self.query_one("#path", Input).value.strip()
        options = Options(
            update=self.query_one("#update", Checkbox).value,
            qualify_ids=self.query_one("#qualify", Checkbox).value,
            dry_run=self.query_one("#dry", Checkbox).value,
        )
        self._importing, self._stopped = LongCall(self, self._progress), False
        bar = self.query_one("#progress", ProgressBar)
        bar.update(total=100, progress=0)
        bar.display = True
        report = await self._importing.run(partial(self._import, path, options))
        self._importing = None
        if not self.is_open:
            return
        bar.display = False
        self.query_one("#doing", Static).update("")
        said = self.query_one("#said", Static)
        if report is not None:
            said.update(_told(report, dry=options.dry_run))
            self._show_refused(report.errors[:_SHOWN_ERRORS])
        elif self._stopped:
            said.update("Cancelled. Files that were whole by then are in; the rest is not.")

    def _show_refused(self, problems: Sequence[Problem]) -> None:
        self._refused = problems
        refused = self.query_one("#refused", OptionList)
        refused.set_options(Row(_refusal(one)) for one in problems)
        refused.display = bool(problems)
        if problems:
            refused.highlighted = 0
            refused.focus()

    def action_cancel(self) -> None:
        """Stop an import that runs; else back to the home screen."""
        if self._importing is not None:
            self._stopped = True
            self._importing.stop()
        else:
            self.dismiss(None)

    def _import(
        self, path: str, options: Options, heard: Callable[[tuple[int, str]], None]
    ) -> Report:
        def progress(done: int, total: int, name: str) -> None:
            heard((100 * done // max(total, 1), visible(name)))

        return importing.import_paths(self.drillr.drill, [path], options, on_progress=progress)

    def _progress(self, percent_and_name: tuple[int, str]) -> None:
        percent, name = percent_and_name
        self.query_one("#progress", ProgressBar).update(progress=percent)
        self.query_one("#doing", Static).update(name)


def _told(report: Report, *, dry: bool) -> Text:
    """The report in numbers; each refusal is listed below it."""
    text = Text()
    if dry:
        text.append("Nothing was written. It would be:\n", style="italic")
    text.append(f"{report.imported} imported", style="bold")
    text.append(f", {report.updated} updated, {report.skipped} unchanged or known")
    if report.differing:
        text.append(f" ({report.differing} differ)")
    text.append(f", {report.failed} refused\n")
    text.append(f"{report.files} files in {duration(round(report.seconds * 1000))}")
    for remark in report.remarks:
        text.append(f"\n{visible(remark)}")
    if len(report.errors) > _SHOWN_ERRORS:
        text.append(f"the first {_SHOWN_ERRORS} are listed here, `drillr import` lists all\n")
    return text


def _refusal(problem: Problem) -> Text:
    """Where it is and what was refused, and below it why."""
    place = os.path.basename(problem.file) + (f":{problem.line}" if problem.line else "")
    name = f" {problem.id}" if problem.id else ""
    head = Text(f"✗ {visible(place)}{visible(name)}", style="bold")
    return head.append(f"\n  {visible(problem.reason)}", style="not bold")
