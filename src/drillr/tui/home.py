"""The home screen: the library, today, the last weeks and the next days."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Footer, Static, Tree
from textual.widgets.tree import TreeNode

from drillr import config
from drillr.domain.phrases import duration
from drillr.domain.session import Plan
from drillr.domain.text import visible
from drillr.domain.tree import Node
from drillr.services import importing, reviewing, statistics
from drillr.services.statistics import Overview
from drillr.tui.actions import HOME, bindings
from drillr.tui.bridge import Bridge
from drillr.tui.help import Help
from drillr.tui.review import ReviewScreen

if TYPE_CHECKING:
    from drillr.services.context import Context

_WELCOME = (
    "drillr asks you questions and brings each back just before you would forget it.\n"
    "Your library is empty.\n\n"
    "  i   import the starter banks: what a backend engineer drills before an interview\n"
    "  or  drillr import PATH   in the shell, for question files of your own\n"
)
_BLOCKS = "▁▂▃▄▅▆▇█"
_SHADES = "·░▒▓█"


class HomeScreen(Screen[None]):
    """Shows the numbers, and starts sessions."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(HOME)

    def __init__(self, context: "Context", bridge: Bridge) -> None:
        super().__init__()
        self._drill, self._bridge = context, bridge

    def compose(self) -> ComposeResult:
        """Library on the left, numbers on the right; a welcome when there is no library."""
        yield Static(id="header", markup=False)
        yield Static(_WELCOME, id="welcome", markup=False)
        with Horizontal(id="columns"):
            yield Tree[str]("library", data="", id="library")
            with Vertical(id="numbers"):
                yield Static(id="today", markup=False)
                yield Static(id="heatmap", markup=False)
                yield Static(id="forecast", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Name the panels and read the numbers."""
        for name in ("library", "today", "heatmap", "forecast"):
            self.query_one(f"#{name}").border_title = name
        self.query_one("#heatmap").border_title = "last 18 weeks"
        self.query_one("#forecast").border_title = "next 14 days"
        self.query_one("#welcome").display = self.query_one("#columns").display = False
        self.action_refresh()

    @work(exclusive=True)
    async def action_refresh(self) -> None:
        """Read the numbers anew."""
        found = await self._bridge.run(self.app, lambda: statistics.overview(self._drill))
        if found is not None:
            self._show(found)

    def action_review_node(self) -> None:
        """Drill the selected part."""
        node = self.query_one("#library", Tree).cursor_node
        self._review(str(node.data or "") if node is not None else "")

    def on_tree_node_selected(self, event: Tree.NodeSelected[str]) -> None:
        """Enter or a click on a part."""
        event.stop()
        self._review(event.node.data or "")

    @work
    async def action_import_starter(self) -> None:
        """Bring the starter banks."""
        if self._bridge.busy:
            return
        self._say("importing …")

        def call() -> importing.Report:
            return importing.import_paths(
                self._drill, [config.starter_folder()], on_progress=self._progress()
            )

        report = await self._bridge.run(self.app, call)
        if report is not None:
            self.notify(f"{report.imported} questions imported", timeout=4)
        self.action_refresh()

    def action_help(self) -> None:
        """All keys."""
        self.app.push_screen(Help(HOME, (("space", "Fold or unfold a part of the library"),)))

    def action_quit(self) -> None:
        """Leave drillr."""
        self.app.exit(0)

    @work
    async def _review(self, selector: str) -> None:
        if self._bridge.busy:
            return
        session = await self._bridge.run(
            self.app, lambda: reviewing.start(self._drill, Plan(selector=selector))
        )
        if session is not None:
            await self.app.push_screen_wait(ReviewScreen(session, self._bridge))
            self.action_refresh()

    def _progress(self) -> Callable[[int, int, str], None]:
        def heard(done: int, total: int, name: str) -> None:
            percent = 100 * done // max(total, 1)
            self.app.call_from_thread(self._say, f"importing {percent} %  {visible(name)}")

        return heard

    def _say(self, text: str) -> None:
        self.query_one("#header", Static).update(text)

    def _show(self, found: Overview) -> None:
        empty = not found.questions
        self.query_one("#welcome").display = empty
        self.query_one("#columns").display = not empty
        streak = f"streak {found.streak_days} d"
        self._say("drillr" if empty else f"drillr   {found.questions} questions   {streak}")
        self._fill_tree(found.root)
        self.query_one("#today", Static).update(_today(found))
        self.query_one("#heatmap", Static).update(_heatmap(found))
        self.query_one("#forecast", Static).update(_forecast(found))
        if not empty:
            self.query_one("#library", Tree).focus()

    def _fill_tree(self, root: Node) -> None:
        tree: Tree[str] = self.query_one("#library", Tree)
        open_paths = {node.data for node in _walk(tree.root) if node.is_expanded}
        cursor = tree.cursor_node.data if tree.cursor_node is not None else ""
        tree.clear()
        tree.root.set_label(_label(root))
        tree.auto_expand = False
        tree.guide_depth = 2

        def add(parent: TreeNode[str], node: Node, depth: int) -> None:
            for child in node.children:
                label = _label(child)
                if not child.children:
                    parent.add_leaf(label, data=child.path)
                    continue
                expand = child.path in open_paths if len(open_paths) > 1 else depth < 1
                add(parent.add(label, data=child.path, expand=expand), child, depth + 1)

        add(tree.root, root, 0)
        tree.root.expand()
        for node in _walk(tree.root):
            if node.data == cursor:
                tree.move_cursor(node)


def _walk(node: TreeNode[str]) -> list[TreeNode[str]]:
    return [node, *(below for child in node.children for below in _walk(child))]


def _label(node: Node) -> Text:
    label = Text(visible(node.code or "library"))
    filled = round(node.mastery / 25)
    label.append(f" {'▓' * filled}{'░' * (4 - filled)}", style="dim")
    if node.due:
        label.append(f" {node.due} due", style="bold")
    if node.new:
        label.append(f" {node.new} new", style="dim")
    return label


def _today(found: Overview) -> Text:
    done, total = found.today.responses, found.today.responses + found.due_today
    filled = round(10 * done / total) if total else 0
    held = "–" if found.retention is None else f"{found.retention:.1f} %"
    return Text(
        f"{found.due_today} due  {found.new} new  {done} done"
        f"  {'▓' * filled}{'░' * (10 - filled)}\n"
        f"about {found.minutes_due} min at your pace, {duration(found.today.time_ms)} so far\n"
        f"retention 30 d {held}   mastery {found.mastery:.0f} %"
    )


def _heatmap(found: Overview) -> Text:
    most = max((count for _, count in found.heatmap), default=0)
    offset = found.heatmap[0][0].weekday()
    weeks = (len(found.heatmap) + offset + 6) // 7
    text = Text()
    for weekday in range(7):
        for week in range(weeks):
            index = week * 7 + weekday - offset
            count = found.heatmap[index][1] if 0 <= index < len(found.heatmap) else None
            level = 0 if not count else 1 + min(3, 4 * count // (most + 1))
            text.append(" " if count is None else _SHADES[level], style="green" if level else "dim")
            text.append(" ")
        text.append("\n" if weekday < 6 else "")
    return text


def _forecast(found: Overview) -> Text:
    most = max((count for _, count in found.forecast), default=0)
    bars = [_BLOCKS[min(7, 8 * n // (most + 1))] if n else "·" for _, n in found.forecast]
    days = [f"{day.day:>2}" for day, _ in found.forecast]
    return Text(" ".join(f"{bar * 2}" for bar in bars) + "\n" + " ".join(days))
