"""The four ratings, each with what it would do; and the question how sure one is."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button, Static

from drillr.domain.phrases import interval
from drillr.domain.rating import Rating
from drillr.services.reviewing import Showing

SURENESS = ("a guess", "doubtful", "so so", "fairly", "certain")


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

    def show(self, showing: Showing, proposed: Rating, keys: list[str]) -> None:
        """Write each key and outcome on its button, and preselect the proposed rating."""
        for rating, key in zip(Rating, keys, strict=True):
            when = interval(showing.waits[rating]) if showing.waits else ""
            # Two lines, so that a quarter of 80 columns holds the longest.
            name, bracket, missed = rating.label.partition(" (")
            label = f"{key} {name}\n{bracket.strip()}{missed} {when}".rstrip()
            self.query_one(f"#rate-{int(rating)}", Button).label = label
        self.propose(proposed)

    def propose(self, rating: Rating) -> None:
        """Preselect a rating: enter takes it, and it says so without colour too."""
        for one in Rating:
            button = self.query_one(f"#rate-{int(one)}", Button)
            button.variant = "primary" if one is rating else "default"
            text = str(button.label).removeprefix("▸")
            button.label = f"▸{text}" if one is rating else text
        self.query_one(f"#rate-{int(rating)}", Button).focus(scroll_visible=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Say which rating it was."""
        event.stop()
        self.post_message(self.Chosen(Rating(int((event.button.id or "rate-4")[-1]))))


class Sureness(Horizontal):
    """Asks how sure one is before the answer shows; posts `Chosen` with 1–5."""

    class Chosen(Message):
        """A degree was pressed."""

        def __init__(self, degree: int) -> None:
            super().__init__()
            self.degree = degree

    def compose(self) -> ComposeResult:
        """Five buttons after the question."""
        yield Static("How sure?", id="sureness-question", markup=False)
        for degree, word in enumerate(SURENESS, 1):
            yield Button(f"{degree} {word}", id=f"sure-{degree}", classes="sure", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Say which degree it was."""
        event.stop()
        self.post_message(self.Chosen(int((event.button.id or "sure-3")[-1])))
