"""A question at a glance: where it stands, its tags, and all of its text."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from drillr.domain.paths import pretty
from drillr.domain.question import Question
from drillr.domain.text import visible
from drillr.tui.prose import Prose


class Preview(VerticalScroll, can_focus=False):
    """Shows one question with its answer; nothing when there is none."""

    def compose(self) -> ComposeResult:
        """A head of two lines, and the text."""
        yield Static(id="preview-head", markup=False)
        yield Prose(id="preview-text")

    def show(self, question: Question | None) -> None:
        """Show a question."""
        head = Text()
        if question is not None:
            tags = " ".join(f"#{visible(tag)}" for tag in question.tags)
            dots = "●" * question.difficulty + "○" * (5 - question.difficulty)
            head.append(visible(pretty(question.path)) + "\n", style="bold")
            head.append(f"{visible(question.external_id)} · {dots} {tags}", style="dim")
        self.query_one("#preview-head", Static).update(head)
        self.query_one(Prose).show("" if question is None else _whole(question))
        self.scroll_home(animate=False)


def _whole(question: Question) -> str:
    """All of a question as one Markdown text."""
    parts = [question.context or "", question.text]
    if question.options:
        parts.append("\n".join(
            f"- {'**✓**' if option.is_correct else ''} {option.key}: {option.text}"
            for option in question.options
        ))  # fmt: skip
    if question.answer:
        parts.append("**Answer**\n\n" + question.answer)
    if question.key_points:
        parts.append("\n".join(f"- {point}" for point in question.key_points))
    if question.explanation:
        parts.append("**Why**\n\n" + question.explanation)
    return "\n\n".join(part for part in parts if part)
