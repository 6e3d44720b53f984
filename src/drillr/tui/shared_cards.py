"""The story of the last sync: each card that two devices touched, what each did, the outcome."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from drillr.domain.headline import headline
from drillr.domain.paths import pretty
from drillr.domain.text import one_line, visible
from drillr.services.context import Today
from drillr.services.explaining_sync import Shared

_MOST, _STEPS = 100, 40


class SharedCards(ModalScreen[None]):
    """Shows the cards; any of its keys, or a click, closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,e,enter", "close", "close"),
        Binding("j", "further", show=False),
    ]

    def __init__(self, cards: Sequence[Shared], today: Today) -> None:
        super().__init__()
        self._cards, self._today = cards, today

    def compose(self) -> ComposeResult:
        """Card by card; a plus marks what is news since the exchange before."""
        lines: list[Content] = []
        for card in self._cards[:_MOST]:
            lines += [*self._card(card), Content("")]
        if not self._cards:
            lines.append(Content("No card was touched by two devices since the exchange before."))
        elif len(self._cards) > _MOST:
            more = len(self._cards) - _MOST
            lines.append(Content(f"… and {more} more: `drillr sync --explain` tells all"))
        else:
            lines.append(Content.styled("+ came with the last exchange, or was sent", "dim"))
        with VerticalScroll(classes="dialog wide") as box:
            box.border_title = f"touched by two devices: {len(self._cards)}"
            box.border_subtitle = "esc closes"
            yield Static(Content("\n").join(lines))

    def _card(self, card: Shared) -> list[Content]:
        zone, question = self._today.zone, card.question
        lines = [
            Content.assemble(
                (visible(question.external_id), "bold $primary"),
                (f"  {visible(pretty(question.path))}", "dim"),
            ),
            Content(headline(question.text, 160)),
        ]
        told = card.told[-_STEPS:]
        if len(told) < len(card.told):
            lines.append(Content.styled(f"    … {len(card.told) - len(told)} steps before", "dim"))
        for one in told:
            at = one.step.fact.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            lines.append(
                Content.assemble(
                    ("  + " if one.fresh else "    ", "bold $accent"), (at, "dim"), "  ",
                    (f"{one_line(one.device, 40)}", "$secondary"), f": {visible(one.text)}",
                )
            )  # fmt: skip
        due = card.card.due_at
        when = "not asked" if due is None else f"due {due.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append(
            Content.styled(
                f"  = {card.card.state}, interval {card.card.interval_days} d, {when}", "bold"
            )
        )
        return lines

    def on_click(self) -> None:
        """A click closes it as a key does."""
        self.dismiss(None)

    def action_close(self) -> None:
        """Back to the screen below."""
        self.dismiss(None)

    def action_further(self) -> None:
        """Scroll on."""
        self.query_one(VerticalScroll).scroll_down(animate=False)
