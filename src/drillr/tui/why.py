"""Why a question is due when it is: its card, and its history line by line."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from drillr.domain.card import CardState
from drillr.domain.explain import memory_text, step_text
from drillr.domain.headline import headline
from drillr.domain.phrases import counted
from drillr.domain.rating import Rating
from drillr.domain.text import visible
from drillr.services.explaining import Story


class Why(ModalScreen[None]):
    """Shows one story; any of its keys, or a click, closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,w,enter", "close", "close"),
        Binding("j", "further", show=False),
    ]

    def __init__(self, story: Story) -> None:
        super().__init__()
        self._story = story

    def compose(self) -> ComposeResult:
        """The card on top, then what happened, oldest first."""
        story, zone = self._story, self._story.today.zone
        lines: list[Content] = [
            Content.assemble((visible(story.question.external_id), "bold $primary")),
            Content(headline(story.question.text, 200)),
            Content(""),
            Content(self._card()),
            Content(""),
        ]
        for step in story.steps:
            at = step.fact.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            lines.append(Content.assemble((at, "dim"), "  ", visible(step_text(step, story.rules))))
        if not story.steps:
            lines.append(Content("It was never answered."))
        lines += [Content(""), Content.styled("answered now, it would be", "dim")]
        for rating in Rating:
            said = step_text(story.if_answered(rating), story.rules)
            lines.append(Content(f"  {visible(said)}"))
        with VerticalScroll(classes="dialog wide") as box:
            box.border_title = "why"
            box.border_subtitle = "esc closes"
            yield Static(Content("\n").join(lines))

    def _card(self) -> str:
        card, zone = self._story.card, self._story.today.zone
        if card.state is CardState.NEW:
            return "new" + (", suspended" if card.suspended else "")
        parts = [
            str(card.state), f"interval {card.interval_days} d", memory_text(card),
            f"{counted(card.total_reviews, 'answer')}, {card.total_correct} right",
            counted(card.lapses, "lapse"),
        ]  # fmt: skip
        if card.suspended:
            parts.append("suspended")
        elif self._story.due is not None:
            parts.append(f"due {self._story.due.astimezone(zone):%Y-%m-%d %H:%M}")
        if card.flag is not None:
            parts.append(f"flagged {visible(card.flag)}".rstrip())
        return ", ".join(parts)

    def on_click(self) -> None:
        """A click closes it as a key does."""
        self.dismiss(None)

    def action_close(self) -> None:
        """Back to the screen below."""
        self.dismiss(None)

    def action_further(self) -> None:
        """Scroll on."""
        self.query_one(VerticalScroll).scroll_down(animate=False)
