"""The home screen: the library, today, the last weeks and the next days."""

from collections.abc import Callable
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, Tree

from drillr import config
from drillr.domain.phrases import counted
from drillr.domain.session import Plan
from drillr.domain.text import visible
from drillr.domain.tree import Node
from drillr.services import automatic, browsing, importing, reviewing, statistics, undoing
from drillr.services.statistics import Overview
from drillr.tui import asking
from drillr.tui.bring import ImportScreen
from drillr.tui.browser import BrowserScreen
from drillr.tui.library import Library
from drillr.tui.panels import Panel, forecast, heatmap, today
from drillr.tui.plan import PlanScreen
from drillr.tui.preferences import SettingsScreen
from drillr.tui.review import ReviewScreen
from drillr.tui.screen import DrillrScreen, KeyBar
from drillr.tui.stats import StatsScreen
from drillr.tui.sync import SyncScreen
from drillr.tui.sync_line import sync_line
from drillr.tui.undo import MOST, TakeBack
from drillr.tui.working import LongCall

_WELCOME = (
    ("drillr\n\n", "bold $primary"),
    "drillr asks you questions and brings each back just before you would forget it.\n"
    "Your library is empty.\n\n",
    (" enter ", "bold $accent"),
    " import the starter banks (backend engineering) and begin\n",
    (" i     ", "bold $accent"),
    " import questions of your own, from a folder or a file\n",
    (" y     ", "bold $accent"),
    " bring your library from a server\n",
    (" q     ", "bold $accent"),
    " leave\n",
)


class HomeScreen(DrillrScreen[None]):
    """Shows the numbers, and starts sessions."""

    area = "home"
    notes = (("↑ ↓ ← →", "Move in the library, fold and unfold its parts"),)

    def compose(self) -> ComposeResult:
        """Library on the left, numbers on the right; a welcome when there is no library."""
        yield Static(id="header", markup=False)
        yield Static(Content.assemble(*_WELCOME), id="welcome", markup=False)
        with Horizontal(id="columns"):
            yield Library("library", id="library")
            with Vertical(id="numbers"):
                yield Panel(today, id="today")
                yield Panel(heatmap, id="heatmap")
                yield Panel(forecast, id="forecast")
        yield KeyBar()

    def on_mount(self) -> None:
        """Name the panels and read the numbers."""
        super().on_mount()
        library = self.query_one(Library)
        library.border_title = "library"
        library.border_subtitle = "mastery   due   new"
        self.query_one("#welcome").display = self.query_one("#columns").display = False
        self.action_refresh()

    def moving(self) -> Widget | None:
        """Movement moves in the library."""
        return self.query_one(Library)

    @work(exclusive=True)
    async def action_refresh(self) -> None:
        """Read the numbers anew."""
        drill = self.drillr.drill
        found = await self.drillr.bridge.run(
            self.app, lambda: (statistics.overview(drill), sync_line(drill))
        )
        if found is not None and self.is_open:
            self._show(*found)

    def action_review_node(self) -> None:
        """Drill the selected part; with an empty library, bring the starter banks and begin."""
        if self.query_one("#welcome").display:
            self._bring_starter(begin=True)
            return
        self._review(Plan(selector=self._selected()))

    def _selected(self) -> str:
        """The path of the part under the cursor; empty for the whole library."""
        node = self.query_one(Library).cursor_node
        return node.data.path if node is not None and node.data is not None else ""

    def action_fold_node(self) -> None:
        """Fold or unfold the selected part."""
        node = self.query_one(Library).cursor_node
        if node is not None and node.allow_expand:
            node.toggle()

    def on_tree_node_selected(self, event: Tree.NodeSelected[Node]) -> None:
        """Enter or a click on a part."""
        event.stop()
        self.action_review_node()

    @work
    async def action_browse(self) -> None:
        """Search and look after questions."""
        await self._visit(BrowserScreen())

    @work
    async def action_stats(self) -> None:
        """Numbers and plots."""
        await self._visit(StatsScreen())

    @work
    async def action_plan(self) -> None:
        """What lies ahead."""
        await self._visit(PlanScreen())

    @work
    async def action_custom(self) -> None:
        """A session with filters of one's own."""
        call = partial(browsing.parts, self.drillr.drill.database)
        parts = await self.drillr.bridge.run(self.app, call)
        if parts is None:
            return
        form = asking.session(self._selected().replace("__", "/"), parts)
        plan = await self.app.push_screen_wait(form)
        if plan is not None:
            self._review(plan)

    @work
    async def action_undo(self) -> None:
        """Choose how many of the last answers to take back."""
        bridge, drill = self.drillr.bridge, self.drillr.drill
        answers = await bridge.run(self.app, partial(undoing.last_answers, drill, MOST))
        count = await self.app.push_screen_wait(TakeBack(answers)) if answers else None
        if count:
            done = await bridge.run(self.app, partial(undoing.undo_last, drill, count))
            if done is not None:
                self.notify(f"{len(done)} taken back", timeout=3)
            self.action_refresh()

    @work
    async def action_bring(self) -> None:
        """Import questions."""
        await self._visit(ImportScreen())

    @work
    async def action_sync(self) -> None:
        """Servers, and what waits."""
        await self._visit(SyncScreen())

    @work
    async def action_settings(self) -> None:
        """Every setting."""
        await self._visit(SettingsScreen())

    async def _visit(self, screen: DrillrScreen[None]) -> None:
        await self.app.push_screen_wait(screen)
        self.action_refresh()

    def action_starter(self) -> None:
        """Bring the starter banks."""
        self._bring_starter(begin=False)

    async def action_quit(self) -> None:
        """Leave drillr."""
        self.app.exit(0)

    @work
    async def _bring_starter(self, *, begin: bool) -> None:
        bridge, drill = self.drillr.bridge, self.drillr.drill
        if bridge.busy:
            return
        self._say("importing …")

        def call(heard: Callable[[str], None]) -> importing.Report:
            def progress(done: int, total: int, name: str) -> None:
                heard(f"importing {100 * done // max(total, 1)} %  {visible(name)}")

            return importing.import_paths(drill, [config.starter_folder()], on_progress=progress)

        report = await LongCall(self, self._say).run(call)
        if report is not None:
            self.notify(f"{counted(report.imported, 'question')} imported", timeout=4)
        if report is not None and begin:
            self._review(Plan())
        else:
            self.action_refresh()

    @work
    async def _review(self, plan: Plan) -> None:
        bridge, drill = self.drillr.bridge, self.drillr.drill
        if bridge.busy:
            return
        session = await bridge.run(self.app, lambda: reviewing.start(drill, plan))
        if session is not None:
            await self.app.push_screen_wait(ReviewScreen(session))
            self.action_refresh()
            self._sync_by_itself()

    @work(exclusive=True, group="automatic")
    async def _sync_by_itself(self) -> None:
        """After a session, where that is switched on: in the background, and without a word."""
        drill, bridge, exchange = self.drillr.drill, self.drillr.bridge, self.drillr.exchange
        if await bridge.run(self.app, lambda: automatic.wanted(drill)):
            await exchange.run(self.app, "syncing", lambda client: client.quietly(), quiet=True)
            self.action_refresh()

    def _say(self, text: str | Content) -> None:
        self.query_one("#header", Static).update(text)

    def _show(self, found: Overview, synced: str) -> None:
        empty = not found.questions
        self.query_one("#welcome").display = empty
        self.query_one("#columns").display = not empty
        streak = f"streak {found.streak_days} d"
        line = [("drillr", "bold $primary")]
        if not empty:
            line += [
                (f"   {counted(found.questions, 'question')}", ""),
                (f"   {streak}", "$accent"),
            ]
        if synced:
            line.append((f"   {synced}", "dim"))
        self._say(Content.assemble(*line))
        if empty:
            return
        self.query_one(Library).show(found.root)
        for panel in self.query(Panel):
            panel.show(found)
        self.query_one(Library).focus()
