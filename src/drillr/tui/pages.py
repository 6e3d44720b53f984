"""What screens of several pages have in common: the keys that turn them."""

from textual.widgets import Tabs

from drillr.tui.screen import DrillrScreen


class PagedScreen(DrillrScreen[None]):
    """A screen whose pages stand under tabs."""

    def action_next_page(self) -> None:
        """The next page."""
        self.query_one(Tabs).action_next_tab()

    def action_previous_page(self) -> None:
        """The page before."""
        self.query_one(Tabs).action_previous_tab()

    def action_right(self) -> None:
        """The next page."""
        self.action_next_page()

    def action_left(self) -> None:
        """The page before."""
        self.action_previous_page()
