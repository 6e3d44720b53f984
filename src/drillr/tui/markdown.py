"""Markdown as it is drawn: headings, lists, tables, highlighted code, maths, labelled pictures.

Laid out as one piece of text rather than a widget a paragraph, which would take longer than a
person should wait between two questions.
"""

from collections.abc import Iterable
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.segment import Segment
from rich.syntax import Syntax
from rich.theme import Theme

from drillr.domain.maths import with_maths

# HTML is shown as it is written: a question about `<div>` needs it, and none is obeyed.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
CODE_THEMES = {"dark": "one-dark", "light": "friendly", "ansi": "ansi_dark"}


class _Heading(Heading):
    """A heading on the left, without a box around it."""

    LEVEL_ALIGN: ClassVar = dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "left")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Code(CodeBlock):
    """Highlighted code on a background of the theme, indented a little."""

    background = "default"

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> "_Code":
        """From the parser's token, in the colours of the text that holds it."""
        node_info = token.info or ""
        code = cls(node_info.partition(" ")[0] or "text", markdown.code_theme)
        if isinstance(markdown, Drawn):
            code.background = markdown.background
        return code

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(
            str(self.text).rstrip(), self.lexer_name, theme=self.theme, word_wrap=True,
            padding=(0, 2), background_color=self.background,
        )  # fmt: skip


class Drawn(Markdown):
    """A Markdown text in the colours of a theme's variables."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = Markdown.elements | {
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }

    def __init__(self, text: str, colours: "Colours") -> None:
        super().__init__("", code_theme=colours.code_theme, hyperlinks=False)
        self.parsed = _PARSER.parse(with_maths(text))
        for token in self.parsed:
            token.children = [_labelled(child) for child in token.children or ()] or None
        self._theme, self.background = colours.theme, colours.background

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # The theme must be in force while the parts are drawn, not only while they are named.
        with console.use_theme(self._theme):
            drawn: Iterable[Segment] = list(console.render(_Parts(self), options))
        yield from drawn


def _labelled(token: Token) -> Token:
    """A picture's place in the text: what it shows and where it is."""
    if token.type != "image":
        return token
    label = f"▣ {token.content or 'picture'} ({token.attrs.get('src', '')})"
    return Token("code_inline", "code", 0, content=label)


class _Parts:
    """The same text without its theme."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from Markdown.__rich_console__(self._drawn, console, options)


class Colours:
    """How Markdown looks under one of Textual's themes; made once a theme."""

    def __init__(self, variables: dict[str, str], *, dark: bool, ansi: bool) -> None:
        self.code_theme = CODE_THEMES["ansi" if ansi else "dark" if dark else "light"]
        self.background = "default" if ansi else variables.get("surface", "default")
        primary = _rich(variables.get("primary", ""))
        accent = _rich(variables.get("accent", ""))
        self.theme = Theme(
            {
                "markdown.code": f"bold {accent}".strip(),
                "markdown.h1": f"bold underline {primary}".strip(),
                "markdown.h2": f"bold {primary}".strip(),
                "markdown.h3": "bold",
                "markdown.h4": "bold italic",
                "markdown.item.bullet": f"bold {accent}".strip(),
                "markdown.item.number": f"bold {accent}".strip(),
                "markdown.block_quote": "italic",
                "markdown.link": f"underline {primary}".strip(),
                "markdown.link_url": "dim",
                "markdown.table.border": "dim",
                "markdown.table.header": f"bold {primary}".strip(),
                "markdown.hr": "dim",
            }
        )


def _rich(colour: str) -> str:
    """A colour of Textual's under Rich's name."""
    return colour.removeprefix("ansi_") if colour.startswith(("#", "ansi_")) else ""
