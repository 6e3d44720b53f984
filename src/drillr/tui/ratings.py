"""The four ratings, each with what it would do."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button

from drillr.domain.phrases import interval
from drillr.domain.rating import Rating
from drillr.services.reviewing import Showing


class Ratings(Horizontal):
    """Four buttons; posts `Chosen` when one is pressed."""

    class Chosen(Message):
        """A rating was pressed."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def compose(self) -> ComposeResult:
        """The buttons, easiest first."""
        for rating in Rating:
            yield Button(rating.label, id=f"rate-{int(rating)}", classes="rating")

    def show(self, showing: Showing, proposed: Rating) -> None:
        """Write each outcome on its button and preselect the proposed rating."""
        for rating in Rating:
            button = self.query_one(f"#rate-{int(rating)}", Button)
            after = showing.previews.get(rating)
            when = "" if after is None else interval(after.interval_days)
            # Two lines, so that a quarter of 80 columns holds the longest.
            name, bracket, missed = rating.label.partition(" (")
            button.label = f"{int(rating)} {name}\n{bracket.strip()}{missed} {when}".rstrip()
            button.variant = "primary" if rating is proposed else "default"
        self.query_one(f"#rate-{int(proposed)}", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Say which rating it was."""
        event.stop()
        self.post_message(self.Chosen(Rating(int((event.button.id or "rate-4")[-1]))))
