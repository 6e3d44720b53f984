"""A list of options that can be paged through at any moment."""

from textual.widgets import OptionList


class Rows(OptionList):
    """Textual's list, which ends the application when it is paged before it has any room."""

    def action_page_up(self) -> None:
        """Move the cursor up by the list's height."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Move the cursor down by the list's height."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]
