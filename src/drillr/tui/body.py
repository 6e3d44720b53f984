"""The question's own box: situation, question, options or answer field, hints, and the reveal."""

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Collapsible, Static, TextArea

from drillr.domain.question import Question, QuestionType
from drillr.domain.text import visible
from drillr.services.reviewing import Given, Showing
from drillr.tui.choices import Choices
from drillr.tui.images import asked, told
from drillr.tui.picture import Picture
from drillr.tui.points import Points
from drillr.tui.prose import Prose

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp


class Scroll(VerticalScroll, can_focus=True):
    """The part that scrolls when a question is longer than the screen."""


class Body(Vertical):
    """All of one question. The situation has its own place above what scrolls: it stays in view
    over all questions about it, folded or not as the person left it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._situation: str | None = None

    def compose(self) -> ComposeResult:
        """Every part once; `show` fills them and hides what a question lacks."""
        with (
            Collapsible(title="Situation", collapsed=False, id="situation"),
            VerticalScroll(id="told", can_focus=False),
        ):
            yield Prose(id="context")
        with Scroll(id="scroll"):
            yield Prose(id="question")
            yield Picture(id="asked-picture")
            yield Choices(id="choices")
            yield TextArea(id="typed", show_line_numbers=False, soft_wrap=True)
            yield Static(id="hints", markup=False)
            yield Static(id="verdict", markup=False)
            yield Prose(id="answer")
            yield Points(id="points")
            yield Prose(id="explanation")
            yield Picture(id="told-picture")

    def show(self, showing: Showing) -> None:
        """Show a question before the reveal."""
        question = showing.question
        self._show_situation(question.context)
        self.query_one("#question", Prose).show(question.text)
        self._draw("#asked-picture", asked(question))
        self._draw("#told-picture", ())
        choices, typed = self.query_one(Choices), self.query_one(TextArea)
        is_choice = question.type is QuestionType.MCQ
        choices.display, typed.display = is_choice, not is_choice
        if not is_choice:
            typed.text, typed.read_only = "", False
            typed.border_title = "your answer: t types it, space reveals"
        for name in ("hints", "verdict", "answer", "points", "explanation"):
            self.query_one(f"#{name}").display = False
        scroll = self.query_one(Scroll)
        scroll.scroll_home(animate=False)
        if is_choice:
            choices.highlighted = None
            choices.show(showing, set(), revealed=False)
            choices.focus(scroll_visible=False)
        else:
            scroll.focus(scroll_visible=False)

    def _show_situation(self, text: str | None) -> None:
        panel = self.query_one("#situation", Collapsible)
        panel.display = bool(text)
        again = text is not None and text == self._situation
        self._situation = text
        if not text:
            return
        panel.title = "Situation, the same as before" if again else "Situation"
        if not again:
            panel.collapsed = False
            self.query_one("#context", Prose).show(text)
            self.query_one("#told").scroll_home(animate=False)

    def show_hints(self, hints: tuple[str, ...], used: int) -> None:
        """Show the hints taken so far, and how many are left."""
        panel = self.query_one("#hints", Static)
        lines = [f"hint {n}: {visible(hint)}" for n, hint in enumerate(hints[:used], 1)]
        if not hints:
            lines = ["there is no hint for this question"]
        elif used < len(hints):
            lines.append(f"({len(hints) - used} more)")
        panel.update(Text("\n".join(lines), style="italic"))
        panel.display = True
        self.call_after_refresh(self._bring, panel)

    def reveal(self, showing: Showing, given: Given, verdict: bool | None) -> None:
        """Show what is right, beside what was given."""
        question = showing.question
        typed = self.query_one(TextArea)
        typed.read_only = True
        typed.display = bool(given.text)
        typed.border_title = "your answer"
        panel = self.query_one("#verdict", Static)
        panel.display = verdict is not None
        if verdict is not None:
            self.query_one(Choices).show(showing, set(given.chosen), revealed=True)
            panel.update(_verdict(showing, given, verdict, self.app.theme_variables))
        self.query_one("#answer", Prose).show(question.answer or "")
        self.query_one("#answer").border_title = "answer"
        self.query_one(Points).show(question.key_points)
        self.query_one("#explanation", Prose).show(_explanation(question))
        self._draw("#told-picture", told(question))
        # What was given, then what is right: the field is the first of both when it was used.
        first = typed if given.text else panel if verdict is not None else None
        self.call_after_refresh(self._bring, first or self.query_one("#answer"))

    def _draw(self, name: str, texts: tuple[str | None, ...]) -> None:
        app = cast("DrillrApp", self.app)
        if app.draws_pictures:
            self.query_one(name, Picture).show(texts, app.media)

    def _bring(self, widget: Static | TextArea | Prose) -> None:
        self.query_one(Scroll).scroll_to_widget(widget, animate=False)

    def recolour(self) -> None:
        """Draw every text again: the colours have changed."""
        for prose in self.query(Prose):
            prose.recolour()
        for picture in self.query(Picture):
            picture.redraw()


def _verdict(showing: Showing, given: Given, verdict: bool, colours: dict[str, str]) -> Text:
    right = sorted(showing.letter_of(key) for key in showing.question.correct_keys)
    word = "✓ right" if verdict else "✗ wrong" if given.chosen else "revealed"
    colour = colours.get("success" if verdict else "error", "").removeprefix("ansi_")
    line = Text(f"{word}, the answer is {', '.join(right)}", style=f"bold {colour}")
    if given.chosen and not verdict:
        chosen = sorted(showing.letter_of(key) for key in given.chosen)
        line.append(f"   you chose {', '.join(chosen)}", style="not bold")
    return line


def _explanation(question: Question) -> str:
    """The explanation and references as one Markdown text."""
    parts = []
    if question.explanation:
        parts.append("**Why**\n\n" + question.explanation)
    if question.references:
        parts.append("**See** " + "; ".join(question.references))
    return "\n\n".join(parts)
