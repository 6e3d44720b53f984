"""A question as a title: its first words on one line, without the marks of Markdown."""

import re

from drillr.domain.maths import with_maths
from drillr.domain.text import one_line

# Fenced blocks, and spans of any number of backticks: what stands in them is shown as it stands.
_CODE = re.compile(
    r"(?ms)^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n?(?P<block>.*?)(?:^ {0,3}(?P=fence)[`~]*\s*$|\Z)"
    r"|(?<!\\)(?P<ticks>`+)(?!`)(?P<span>.+?)(?<!`)(?P=ticks)(?!`)"
)
_START = re.compile(r"(?m)^ {0,3}(?:#{1,6}[ \t]+|(?:>[ \t]?)+)")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_STARS = re.compile(r"(?<![\\*~])(\*{1,3}|~~)(?![\s*~])([^\n]+?)(?<![\s\\*~])\1(?![*~])")
_UNDERLINES = re.compile(r"(?<![\\\w])(_{1,3})(?![\s_])([^\n]+?)(?<![\s\\_])\1(?!\w)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def headline(markdown: str, width: int) -> str:
    """The text's words on one line of at most `width` characters, cut with an ellipsis.

    Maths is shown as Unicode; a link or a picture is what it is called. Code keeps its characters.
    """
    text = with_maths(markdown[: width * 8 + 1000])
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        parts += [_plain(text[at : code.start()]), code["block"] or code["span"] or ""]
        at = code.end()
    return one_line("".join([*parts, _plain(text[at:])]), width)


def _plain(prose: str) -> str:
    """Prose without headings' and quotes' marks, links' targets, emphasis and escapes."""
    prose = _LINK.sub(r"\1", _START.sub("", prose))
    for emphasis in (_STARS, _UNDERLINES, _STARS):
        prose = emphasis.sub(r"\2", prose)
    return _ESCAPED.sub(r"\1", prose)
