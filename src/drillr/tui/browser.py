"""The browser: search as you type, mark several, look after them all at once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from drillr.domain.ids import QuestionId
from drillr.domain.phrases import counted
from drillr.domain.session import Plan
from drillr.domain.text import visible
from drillr.errors import QueryError
from drillr.services import browsing, editing, searching
from drillr.services.context import Context
from drillr.services.explaining import story
from drillr.services.marking import Mark, mark_questions
from drillr.services.reviewing import start
from drillr.services.searching import Hit
from drillr.tui.editing import edit_question
from drillr.tui.hits import Hits
from drillr.tui.note import Note
from drillr.tui.preview import Preview
from drillr.tui.reports import report_question
from drillr.tui.review import ReviewScreen
from drillr.tui.screen import DrillrScreen, KeyBar
from drillr.tui.why import Why
from drillr.tui.working import LongCall

PAGE = 200
_HINT = "words, or is:due is:new is:suspended is:leech is:flagged tag: facet: type: difficulty:"


class BrowserScreen(DrillrScreen[None]):
    """One search runs at a time; what was typed meanwhile is searched for when it ends."""

    area = "browser"
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual has it
        (0, "-narrow"),
        (100, "-wide"),
    ]
    notes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("enter ↓", "From the search to what it found"),
        ("click", "On a row: select it; on the selected one: mark it"),
    )

    def __init__(self, query: str = "") -> None:
        super().__init__()
        self._query, self._searched = query, ""
        self._hits: list[Hit] = []
        self._marked: dict[QuestionId, Hit] = {}
        self._total = 0
        self._searching = False

    def compose(self) -> ComposeResult:
        """The search, what it found, and a preview of the selected question."""
        yield Input(self._query, placeholder=_HINT, id="query", compact=True)
        yield Static(id="found", markup=False)
        with Horizontal(id="browse"):
            yield Hits(id="hits")
            yield Preview(id="preview")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first page of everything."""
        super().on_mount()
        self.query_one(Input).focus()
        self._search()

    def moving(self) -> Widget | None:
        """Movement moves in what was found."""
        return self.query_one(Hits)

    def action_down(self) -> None:
        """Down; from the search into what it found, where keys act on questions."""
        if self.focused is self.query_one(Input) and self._hits:
            self.query_one(Hits).focus()
        else:
            super().action_down()

    # Searching -----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as it is typed."""
        self._query = event.value
        self._search()

    def on_input_submitted(self) -> None:
        """Into what was found."""
        self.query_one(Hits).focus()

    @work
    async def _search(self, *, again: bool = False) -> None:
        if self._searching:
            return
        self._searching = True
        try:
            while again or self._query != self._searched or not self._searched:
                text, again = self._query, False
                self._searched = text
                found = await LongCall(self, self._say).run(partial(self._find, text))
                if not self.is_open:
                    return
                if isinstance(found, QueryError):
                    self._say(f"{visible(found.message)}. {visible(found.remedy)}")
                elif found is not None:
                    self._hits, self._total = found
                    self._fill()
                if not text:
                    break
        finally:
            self._searching = False

    def _find(self, text: str, heard: Callable[[str], None]) -> tuple[list[Hit], int] | QueryError:
        drill = self.drillr.drill
        try:
            searching.prepare(drill, lambda count: heard(f"indexing {count} questions …"))
            hits = searching.search(drill, text, PAGE, as_you_type=True)
            total = len(hits)
            if total == PAGE:
                total = searching.count(drill, text, as_you_type=True)
            return hits, total
        except QueryError as error:
            return error

    def _fill(self) -> None:
        self.query_one(Hits).show(self._hits, self._marked)
        self._say_count()
        self._preview()

    def _say_count(self) -> None:
        more = f", the first {len(self._hits)} shown" if self._total > len(self._hits) else ""
        marked = f" · {len(self._marked)} marked" if self._marked else ""
        self._say(f"{counted(self._total, 'question')}{more}{marked}")

    def _say(self, text: str) -> None:
        if self.is_open:
            self.query_one("#found", Static).update(text)

    # The preview ---------------------------------------------------------------------------------

    def on_data_table_row_highlighted(self) -> None:
        """Show the selected question."""
        self._preview()

    def on_data_table_row_selected(self) -> None:
        """Enter or a click on the selected row: mark it."""
        self.action_mark()

    @work(exclusive=True, group="preview")
    async def _preview(self) -> None:
        hit = self._selected()
        if hit is None:
            self.query_one(Preview).show(None)
            return
        database = self.drillr.drill.database
        question = await self.drillr.bridge.run(
            self.app, partial(browsing.question, database, hit.id)
        )
        if question is not None and self.is_open:
            self.query_one(Preview).show(question)

    def _selected(self) -> Hit | None:
        return self.query_one(Hits).selected

    # What is done to questions -------------------------------------------------------------------

    def action_find(self) -> None:
        """Back to the search."""
        self.query_one(Input).focus()

    def action_mark(self) -> None:
        """Mark or unmark the selected question, and go on to the next."""
        hit = self._selected()
        if hit is None:
            return
        if hit.id in self._marked:
            del self._marked[hit.id]
        else:
            self._marked[hit.id] = hit
        self.query_one(Hits).remark(self._marked)
        self._say_count()

    def action_mark_all(self) -> None:
        """Mark everything that is shown; when it is, nothing."""
        shown = {hit.id: hit for hit in self._hits}
        if shown.keys() <= self._marked.keys():
            self._marked = {key: hit for key, hit in self._marked.items() if key not in shown}
        else:
            self._marked |= shown
        self._fill()

    def action_suspend(self) -> None:
        """Never ask these again."""
        self._mark_all(Mark.SUSPEND, "suspended")

    def action_resume(self) -> None:
        """Ask these again."""
        self._mark_all(Mark.RESUME, "resumed")

    def action_bury(self) -> None:
        """Set these aside until tomorrow."""
        self._mark_all(Mark.BURY, "buried until tomorrow")

    @work
    async def action_flag(self) -> None:
        """Flag these with a note."""
        note = await self.app.push_screen_wait(Note(f"Flag {self._count()}: why?"))
        if note is not None:
            self._mark_all(Mark.FLAG, "flagged", note)

    def action_unflag(self) -> None:
        """Take the flags away."""
        self._mark_all(Mark.UNFLAG, "unflagged")

    @work
    async def action_move(self) -> None:
        """Move these to another facet."""
        hit = self._selected()
        path = await self.app.push_screen_wait(
            Note(
                f"Move {self._count()} to which facet?", hit.path if hit else "",
                "topic__subtopic__leaf__facet, made where there is none",
            )
        )  # fmt: skip
        if path:
            names = [one.external_id for one in self._chosen()]
            drill = self.drillr.drill
            self._do("moved", lambda _, __: editing.move(drill, names, path.strip()))

    @work
    async def action_edit(self) -> None:
        """Edit the selected question in the person's editor."""
        hit = self._selected()
        if hit is not None and await edit_question(self.drillr, hit.external_id):
            self._search(again=True)

    @work
    async def action_why(self) -> None:
        """The selected question's history."""
        hit = self._selected()
        if hit is None:
            return
        found = await self.drillr.bridge.run(
            self.app, partial(story, self.drillr.drill, hit.external_id)
        )
        if found is not None:
            await self.app.push_screen_wait(Why(found))

    @work
    async def action_report(self) -> None:
        """Tell the server what is wrong with the selected question."""
        hit = self._selected()
        if hit is not None:
            await report_question(self.drillr, hit.external_id)

    @work
    async def action_drill(self) -> None:
        """Drill what the search finds."""
        plan = Plan(query=self._query)
        session = await self.drillr.bridge.run(self.app, partial(start, self.drillr.drill, plan))
        if session is not None:
            await self.app.push_screen_wait(ReviewScreen(session))
            self._search(again=True)

    def action_close(self) -> None:
        """Back to the home screen."""
        self.dismiss(None)

    def _mark_all(self, kind: Mark, said: str, note: str = "") -> None:
        def call(drill: Context, keys: list[QuestionId]) -> int:
            mark_questions(drill, keys, kind, note)
            return len(keys)

        self._do(said, call)

    def _chosen(self) -> Sequence[Hit]:
        hit = self._selected()
        return list(self._marked.values()) or ([hit] if hit is not None else [])

    def _count(self) -> str:
        count = len(self._chosen())
        return "1 question" if count == 1 else f"{count} questions"

    def _do(self, said: str, call: Callable[..., int]) -> None:
        self.run_worker(self._done(said, call))

    async def _done(self, said: str, call: Callable[..., int]) -> None:
        bridge, chosen = self.drillr.bridge, [hit.id for hit in self._chosen()]
        if not chosen or bridge.busy:
            return
        done = await bridge.run(self.app, partial(call, self.drillr.drill, chosen))
        if done is not None:
            self.notify(f"{done} {said}", timeout=3)
            self._marked = {}
            self._search(again=True)
