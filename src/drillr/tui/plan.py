"""The plan screen: what the days to come bring, exams, pauses, and how far confidence holds."""

from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane, Tabs

from drillr.domain.calibration import Calibration
from drillr.domain.pauses import Pause
from drillr.domain.text import visible
from drillr.services import browsing, calibrating, forecasting, planning
from drillr.services.forecasting import Forecast
from drillr.services.planning import Planned
from drillr.tui import asking, outlook
from drillr.tui.actions import actions_of
from drillr.tui.exams import Exams
from drillr.tui.note import Confirm
from drillr.tui.pages import PagedScreen
from drillr.tui.plot import Plot
from drillr.tui.screen import KeyBar
from drillr.tui.working import Heard, tell, worked

_SPANS = (30, 90, 365)
_PAGES = ("forecast", "exams", "pause", "confidence")
_STUDYING = (
    "You are studying: no pause runs. {pause} begins one, with the day on which you study again."
    " Nothing comes due until then; what piles up is spread over the days after it, and intervals"
    " stay as they are."
)
_NO_EXAM = (
    "No exam. {add_exam} adds one: drillr plans backwards from its day, brings cards forward so"
    " that they are known on it, and says at once whether the plan fits your minutes a day, and"
    " what would."
)
Found = tuple[Forecast, list[Planned], Pause | None, list[Calibration]]


class PlanScreen(PagedScreen):
    """Simulates in a worker of its own thread; leaving the screen, or a key, stops it."""

    area = "plan"
    notes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("← →", "The page before, the next page"),
        ("↑ ↓", "Choose an exam; its days are plotted below the list"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._span, self._part = 0, ""

    def compose(self) -> ComposeResult:
        """A page for each thing that can be looked at."""
        yield Static("looking ahead …", id="header", markup=False)
        with TabbedContent(id="pages"):
            with TabPane("forecast", id="page-forecast"), Vertical():
                yield Static(id="forecast-title", classes="plot-title", markup=False)
                yield Plot(id="forecast-plot")
            with TabPane("exams", id="page-exams"):
                yield Exams(id="exams-page")
            with TabPane("pause", id="page-pause"), Vertical():
                yield Static(id="pause-text", classes="prose", markup=False)
                yield Plot(id="pause-plot")
            with TabPane("confidence", id="page-confidence"), VerticalScroll(id="sure-scroll"):
                yield Plot(id="confidence-plot")
        yield KeyBar()

    def on_mount(self) -> None:
        """Look ahead."""
        super().on_mount()
        self.query_one(Tabs).focus()
        self.action_refresh()

    def moving(self) -> Widget | None:
        """Movement moves in the exams, or scrolls the confidence."""
        page = self.query_one(TabbedContent).active
        if page == "page-exams":
            return self.query_one(Exams).list
        return self.query_one("#sure-scroll") if page == "page-confidence" else None

    @work(thread=True, exclusive=True, group="ahead")
    def action_refresh(self) -> None:
        """Look ahead anew."""
        app = self.drillr
        found = worked(app, self._say_how_far, self._found)
        if found is not None:
            tell(self, self._show, found)

    def _found(self, heard: Heard) -> Found:
        drill, days = self.drillr.drill, _SPANS[self._span]
        heard(0.0)
        sure = calibrating.calibration(drill, self._part)
        ahead = forecasting.forecast(drill, self._part, days, lambda s: heard(s * 0.6))
        exams = planning.exams(drill, lambda share: heard(0.6 + share * 0.4))
        return ahead, exams, planning.running_pause(drill), sure

    def action_stop(self) -> None:
        """Stop a simulation that runs."""
        if any(one.is_running for one in self.workers if one.group == "ahead"):
            self.workers.cancel_group(self, "ahead")
            self._say(self._with_keys("stopped; {refresh} looks ahead anew"))

    def action_span(self) -> None:
        """A longer stretch of time; after the longest, the shortest."""
        self._span = (self._span + 1) % len(_SPANS)
        self.action_refresh()

    @work
    async def action_part(self) -> None:
        """Choose the part of the library that is looked at."""
        parts = await self._parts()
        if parts is None:
            return
        form = asking.part("Look at which part?", self._part, parts)
        chosen = await self.app.push_screen_wait(form)
        if chosen is not None:
            self._part = chosen
            self.action_refresh()

    # Exams ---------------------------------------------------------------------------------------

    @work
    async def action_add_exam(self) -> None:
        """Ask for an exam, say what it takes and whether it fits, and add it."""
        self._turn_to("exams")
        parts = await self._parts()
        wish = None
        if parts is not None:
            wish = await self.app.push_screen_wait(asking.exam(self._part, parts))
        if wish is not None:
            self._plan_exam(wish)

    @work(thread=True, exclusive=True, group="ahead")
    def _plan_exam(self, wish: planning.Wish) -> None:
        app = self.drillr
        planned = worked(app, self._say_how_far, lambda heard: planning.add_exam(
            app.drill, wish, dry_run=True, on_progress=heard))  # fmt: skip
        if planned is not None:
            tell(self, self._offer_exam, planned)

    @work
    async def _offer_exam(self, planned: Planned) -> None:
        if not self.is_open:
            return
        self._say("")
        yes = "add it" if planned.plan.fits else "add it all the same"
        draw = outlook.exam_days(planned)
        dialog = Confirm(outlook.exam_text(planned), yes, "leave it", draw)
        if await self.app.push_screen_wait(dialog):
            drill = self.drillr.drill
            await self.drillr.bridge.run(self.app, partial(planning.keep_exam, drill, planned))
        self.action_refresh()

    @work
    async def action_remove_exam(self) -> None:
        """Remove the selected exam, once that is confirmed."""
        self._turn_to("exams")
        found = self.query_one(Exams).selected
        if found is None:
            return
        exam = found.exam
        question = f"Remove the exam of {exam.day}? What it brought forward goes back."
        if await self.app.push_screen_wait(Confirm(question, "remove it", "keep it")):
            drill = self.drillr.drill
            await self.drillr.bridge.run(self.app, partial(planning.remove_exam, drill, exam.id))
            self.action_refresh()

    # Pauses --------------------------------------------------------------------------------------

    @work
    async def action_pause(self) -> None:
        """Ask for the day on which study begins again, and pause until then."""
        self._turn_to("pause")
        asked = await self.app.push_screen_wait(asking.pause())
        if asked is not None:
            drill, (day, spread) = self.drillr.drill, asked
            await self.drillr.bridge.run(
                self.app, partial(planning.pause_until, drill, day, spread)
            )
            self.action_refresh()

    @work
    async def action_resume(self) -> None:
        """End the pause that runs, once that is confirmed."""
        self._turn_to("pause")
        drill, bridge = self.drillr.drill, self.drillr.bridge
        running = await bridge.run(self.app, partial(planning.running_pause, drill))
        if running is None:
            self.notify("no pause runs", timeout=3)
            return
        question = "Study again now? What came due in the pause is spread over the days to come."
        if await self.app.push_screen_wait(Confirm(question, "end the pause", "stay away")):
            await bridge.run(self.app, partial(planning.end_pause, drill))
            self.action_refresh()

    def action_close(self) -> None:
        """Back to the home screen."""
        self.workers.cancel_group(self, "ahead")
        self.dismiss(None)

    # What is shown -------------------------------------------------------------------------------

    async def _parts(self) -> list[str] | None:
        call = partial(browsing.parts, self.drillr.drill.database)
        return await self.drillr.bridge.run(self.app, call)

    def _with_keys(self, text: str) -> str:
        """The text with the keys of this screen's actions in the place of their names."""
        keymap = self.drillr.keymap_of_actions
        own = {action.name: keymap.first(action) for action in actions_of(self.area)}
        return text.format(**own)

    def _turn_to(self, page: str) -> None:
        self.query_one(TabbedContent).active = f"page-{page}"

    def _say_how_far(self, how_far: str) -> None:
        self._say(f"looking ahead … {how_far}   " + self._with_keys("{stop} stops it"))

    def _say(self, text: str) -> None:
        if self.is_open:
            self.query_one("#header", Static).update(text)

    def _show(self, found: Found) -> None:
        if not self.is_open:
            return
        ahead, exams, running, sure = found
        self._say(_headline(ahead, self._part))
        count = len(ahead.days)
        title = f"reviews, new questions and repeats a day, next {count} days, simulated"
        self.query_one("#forecast-title", Static).update(Content.styled(title, "bold $primary"))
        draw = partial(outlook.loads, ahead.days)
        self.query_one("#forecast-plot", Plot).show(draw)
        self.query_one("#pause-plot", Plot).show(draw)
        said: Content | str = self._with_keys(_STUDYING)
        if running is not None:
            said = self._pause_text(running, ahead.days[0][0])
        self.query_one("#pause-text", Static).update(said)
        self.query_one("#confidence-plot", Plot).show(partial(outlook.calibration, sure))
        self.query_one(Exams).show(exams, self._with_keys(_NO_EXAM))

    def _pause_text(self, running: Pause, today: date) -> Content:
        until = running.until.astimezone(self.drillr.drill.system_zone).date()
        left = (until - today) // timedelta(days=1)
        return Content.assemble(
            (f"Paused until {until}", "bold $accent"), f", {left} days from today. What piles up is"
            f" spread over the {running.spread_days} days after it. "
            + self._with_keys("{resume} ends the pause earlier."),
        )  # fmt: skip


def _headline(ahead: Forecast, part: str) -> str:
    """The forecast in a line: whose, how long a day, and at what pace."""
    habits = ahead.habits
    few = " (assumed: few answers yet)" if habits.answers < forecasting.FEW else ""
    return (
        f"{visible(part) or 'the whole library'}: {ahead.minutes_a_day:.0f} min a day, at"
        f" {habits.seconds:.0f} s an answer and {100 * (1 - habits.later[3]):.0f} % recalled{few}"
    )
