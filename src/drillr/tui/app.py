"""The application: opens on the home screen, or straight on a session."""

from typing import TYPE_CHECKING

from textual.app import App

from drillr.domain.session import Plan
from drillr.services.reviewing import ReviewSession, start
from drillr.tui.bridge import Bridge
from drillr.tui.home import HomeScreen
from drillr.tui.review import ReviewScreen

if TYPE_CHECKING:
    from drillr.services.context import Context


class DrillrApp(App[int]):
    """Holds the bridge to the store; screens do the rest."""

    CSS_PATH = "drillr.tcss"
    TITLE = "drillr"

    def __init__(
        self, context: "Context", bridge: Bridge, session: ReviewSession | None = None
    ) -> None:
        super().__init__()
        self._drill, self._bridge, self._session = context, bridge, session

    def on_mount(self) -> None:
        """Open the first screen; a session opened directly ends the application with it."""
        if self._session is None:
            self.push_screen(HomeScreen(self._drill, self._bridge))
        else:
            screen = ReviewScreen(self._session, self._bridge)
            self.push_screen(screen, lambda _: self.exit(0))


def run_review(context: "Context", plan: Plan) -> int:
    """Open the review screen; NothingToDo is raised before the screen is touched."""
    bridge = Bridge()
    try:
        session = bridge.do(lambda: start(context, plan))
        return DrillrApp(context, bridge, session).run() or 0
    finally:
        bridge.close()


def run_home(context: "Context") -> int:
    """Open the home screen."""
    bridge = Bridge()
    try:
        return DrillrApp(context, bridge).run() or 0
    finally:
        bridge.close()
