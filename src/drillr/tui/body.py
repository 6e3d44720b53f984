"""The question's own box: situation, question, options or answer field, hints, and the reveal."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Collapsible, Markdown, Static, TextArea

from drillr.domain.question import Question, QuestionType
from drillr.domain.text import visible
from drillr.services.reviewing import Given, Showing
from drillr.tui.choices import Choices

# Laying out Markdown takes time by its length; beyond this a text is shown as it is written.
_MARKDOWN_CHARACTERS = 20_000
_PLAIN_CHARACTERS = 200_000
_LONGEST_LINE = 2_000


class Prose(VerticalScroll, can_focus=False):
    """A text from strangers: Markdown when that is affordable, else plain; never markup."""

    DEFAULT_CSS = "Prose { height: auto; }"

    def compose(self) -> ComposeResult:
        """Both forms, one of them hidden."""
        yield Markdown(open_links=False)
        yield Static(markup=False)

    async def show(self, text: str) -> None:
        """Show a text; an empty one takes no room."""
        text = visible(text)
        lines_fit = all(len(line) <= _LONGEST_LINE for line in text.splitlines())
        rendered = len(text) <= _MARKDOWN_CHARACTERS and lines_fit
        self.display = bool(text.strip())
        self.query_one(Markdown).display = rendered
        self.query_one(Static).display = not rendered
        if rendered:
            await self.query_one(Markdown).update(text)
        else:
            self.query_one(Static).update(Text(text[:_PLAIN_CHARACTERS]))


class Body(VerticalScroll, can_focus=True):
    """All of one question; scrolls when it is longer than the screen."""

    def compose(self) -> ComposeResult:
        """Every part once; `show` fills them and hides what a question lacks."""
        with Collapsible(title="Situation", collapsed=False, id="situation"):
            yield Prose(id="context")
        yield Prose(id="question")
        yield Choices(id="choices")
        yield TextArea(id="typed", show_line_numbers=False, soft_wrap=True)
        yield Static(id="hints", markup=False)
        yield Static(id="verdict", markup=False)
        yield Prose(id="answer")

    async def show(self, showing: Showing) -> None:
        """Show a question before the reveal."""
        question = showing.question
        self.query_one("#situation").display = bool(question.context)
        await self.query_one("#context", Prose).show(question.context or "")
        await self.query_one("#question", Prose).show(question.text)
        choices, typed = self.query_one(Choices), self.query_one(TextArea)
        is_choice = question.type is QuestionType.MCQ
        choices.display, typed.display = is_choice, not is_choice
        typed.text, typed.read_only = "", False
        typed.border_title = "your answer: t types, space reveals"
        choices.show(showing, set(), revealed=False)
        self.query_one("#hints").display = self.query_one("#verdict").display = False
        self.query_one("#answer").display = False
        self.scroll_home(animate=False)
        if is_choice:
            choices.focus(scroll_visible=False)
        else:
            self.focus()

    def show_hints(self, hints: tuple[str, ...], used: int) -> None:
        """Show the hints taken so far."""
        panel = self.query_one("#hints", Static)
        text = "\n".join(f"hint {n}: {visible(hint)}" for n, hint in enumerate(hints[:used], 1))
        panel.update(Text(text or "there is no hint for this question", style="italic"))
        panel.display = True

    async def reveal(self, showing: Showing, given: Given, verdict: bool | None) -> None:
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
            right = sorted(showing.letter_of(key) for key in question.correct_keys)
            word = "✓ right" if verdict else "✗ wrong" if given.chosen else "revealed"
            line = Text(f"{word}, the answer is {', '.join(right)}")
            line.stylize("bold green" if verdict else "bold red")
            panel.update(line)
        await self.query_one("#answer", Prose).show(_answer_text(question))
        target = "#verdict" if verdict is not None else "#answer"
        self.call_after_refresh(self.scroll_to_widget, self.query_one(target), animate=False)


def _answer_text(question: Question) -> str:
    """The reference answer, key points, explanation and references as one Markdown text."""
    parts = []
    if question.answer:
        parts.append("**Answer**\n\n" + question.answer)
    if question.key_points:
        parts.append("**Key points**\n\n" + "\n".join(f"- {p}" for p in question.key_points))
    if question.explanation:
        parts.append("**Why**\n\n" + question.explanation)
    if question.references:
        parts.append("**See** " + "; ".join(question.references))
    return "\n\n".join(parts)
