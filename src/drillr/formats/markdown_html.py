"""Turns Markdown into HTML for programs that show HTML; raw HTML in it becomes text."""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

MEDIA = "media/"
_MATH = re.compile(r"\$(.+)\$", re.DOTALL)


def html(text: str, used: Callable[[str], None] = lambda name: None) -> str:
    """The HTML of a Markdown text; `used` hears the name of each medium that it links to."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.children:
            token.children = _inline(token.children, used)
    rendered = parser.renderer.render(tokens, parser.options, {})
    return str(rendered).strip().replace("\n", " ") if "<pre" not in rendered else rendered.strip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _inline(children: list[Token], used: Callable[[str], None]) -> list[Token]:
    """The tokens of a line with media as Anki names them, and formulas between its marks."""
    found: list[Token] = []
    skipping = False
    for token in children:
        name = _medium(token.attrs.get("src") or token.attrs.get("href"))
        if name is not None:
            used(name)
        if token.type == "image" and name is not None:
            token.attrs["src"] = name
        elif token.type == "link_open" and name is not None:
            found.append(Token("text", "", 0, content=f"[sound:{name}]"))
            skipping = True
        elif token.type == "link_close" and skipping:
            skipping = False
            continue
        elif token.type == "code_inline" and (match := _MATH.fullmatch(token.content)):
            token = Token("text", "", 0, content=f"\\({match[1]}\\)")
        if not skipping:
            found.append(token)
    return found


def _medium(target: object) -> str | None:
    """The name of the medium that a link means, None for any other link."""
    if not isinstance(target, str) or not target.startswith(MEDIA):
        return None
    name = unquote(target[len(MEDIA) :])
    return name if name and "/" not in name and "\\" not in name else None
