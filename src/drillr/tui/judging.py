"""What can be learned from one's own answers: fitting FSRS, comparing the schedulers."""

from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.message import Message
from textual.widgets import Static

from drillr.bootstrap import parameter_fitter
from drillr.errors import UsageError
from drillr.services.evaluating import Evaluation, evaluate, own_reviews
from drillr.services.optimizing import Fitting, optimize
from drillr.tui import outlook
from drillr.tui.note import Confirm
from drillr.tui.screen import DrillrScreen
from drillr.tui.setting_rows import headline
from drillr.tui.working import Heard, tell, worked

if TYPE_CHECKING:
    from drillr.services.context import Context


class Judging(DrillrScreen[None]):
    """The half of the settings screen that works long, for the subtree `scope`."""

    class Agreed(Message):
        """Fitted parameters are to be set for a subtree."""

        def __init__(self, parameters: tuple[float, ...], scope: str) -> None:
            super().__init__()
            self.parameters, self.scope = parameters, scope

    def __init__(self) -> None:
        super().__init__()
        self.scope = ""

    @work(thread=True, exclusive=True, group="work")
    def action_optimize(self) -> None:
        """Fit FSRS's parameters to one's own answers, and offer them where they are better."""
        app, scope = self.drillr, self.scope

        def fitted(heard: Heard) -> Fitting:
            fit = parameter_fitter(lambda: heard("fitting"))
            return optimize(app.drill, fit, scope=scope, dry_run=True, on_step=heard)

        found = worked(app, self.say_how_far, fitted)
        tell(self, self._offer_fit, found, scope)

    @work
    async def _offer_fit(self, found: Fitting | None, scope: str) -> None:
        if not self.is_open:
            return
        self.say_place()
        if found is None:
            return
        text = outlook.fit_text(found)
        if not found.is_better:
            await self.app.push_screen_wait(Confirm(text, "all right", "close"))
        elif await self.app.push_screen_wait(Confirm(text, "set them", "leave it")):
            self.post_message(self.Agreed(found.after, scope))

    @work(thread=True, exclusive=True, group="work")
    def action_evaluate(self) -> None:
        """How well each scheduler would have predicted what was recalled."""
        app, scope = self.drillr, self.scope
        found = worked(app, self.say_how_far, partial(_compared, app.drill, scope))
        tell(self, self._show_comparison, found)

    @work
    async def _show_comparison(self, found: Evaluation | None) -> None:
        if not self.is_open:
            return
        self.say_place()
        if found is not None:
            text = "\n".join([*found.lines(), "", "Lower is better, but for AUC."])
            await self.app.push_screen_wait(Confirm(text, "all right", "close"))

    def say_place(self) -> None:
        """Say for which part the settings are."""
        self.query_one("#header", Static).update(headline(self.scope))

    def say_how_far(self, how_far: str) -> None:
        """Say how far the work is."""
        if self.is_open:
            self.query_one("#header", Static).update(f"working … {how_far}   leaving stops it")


def _compared(drill: "Context", scope: str, heard: Heard) -> Evaluation:
    """Every engine over one's own answers; a fitted one too, where the optimiser is installed."""
    reviews = own_reviews(drill, scope, heard)
    try:
        fit = parameter_fitter(lambda: heard("fitting"))
    except UsageError:
        return evaluate(reviews, on_step=heard)
    return evaluate(reviews, fit, on_step=heard)
