"""Turns HTML into Markdown that looks alike in a terminal and can do no harm.

Only text, emphasis, code, lists, tables, links to the web and names of media survive.
"""

import re
from collections.abc import Callable

from drillr.domain.text import FORBIDDEN, unify_lines
from drillr.formats.html_tree import Element, parse

Medium = Callable[[str], str]
_LINE, _PARAGRAPH = 1, 2
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside center dd details div dl dt fieldset figure figcaption footer form"
    " header legend main nav section summary body html caption".split()
)
_MARKS = {
    "b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~",
}  # fmt: skip
_CODE = frozenset(["code", "tt", "kbd", "samp", "var"])
_SUPER = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUB = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SPACES = re.compile(r"[ \t\n\r\f\v\xa0]+")
# Each alternative stops at the next opening mark, so that unclosed ones cost next to nothing.
_MATH = re.compile(
    r"\\\(((?:[^\\]|\\[^()]){1,4000}?)\\\)"
    r"|\\\[((?:[^\\]|\\[^\[\]]){1,4000}?)\\\]"
    r"|\[\$\$?\]((?:[^\[]|\[(?![$/])){1,4000}?)\[/\$\$?\]"
    r"|\[latex\]((?:[^\[]|\[(?!/?latex\])){1,4000}?)\[/latex\]"
)
_SOUND = re.compile(r"\[sound:([^\]\n]{1,255})\]")
_SAFE_LINK = re.compile(r"(https?|mailto):[^\s<>()]+", re.IGNORECASE)
# What Markdown would take for more than text; the second is for a text that something follows in
# its line, with which a character at its end may become a mark.
_SPECIAL, _SPECIAL_BEFORE_MORE = (
    re.compile(
        rf"\\(?=[!-/:-@\[-`{{-~]{end})|`|(?<=\S)\*|\*(?=\S{end})|(?<!\w)_(?=\S{end})"
        rf"|(?<=\S)_(?!\w)|<(?=[A-Za-z/!?]{end})|\](?=\({end})|~(?=~{end})"
        rf"|&(?=#?\w{{1,31}};{entity})"
    )
    for end, entity in (("", ""), (r"|\Z", r"|#?\w{0,31}\Z"))
)
_LINE_START = re.compile(
    r"^(#{1,6}(?= |$)|>|[-+*](?= |$)|[-=](?=[-=]*$)|[-|:](?=[-:| ]*-[-:| ]*$))"
    r"|^(\d{1,9})([.)])(?= |$)"
)


def markdown(html: str, medium: Medium = lambda name: name) -> str:
    """The Markdown of a fragment of HTML; `medium` gives the link for a file's name."""
    tree = parse(unify_lines(html))
    text = _Writer(medium).blocks(tree)
    return FORBIDDEN.sub("", text).strip()


def escaped(text: str, *, goes_on: bool = False) -> str:
    """The text with a backslash before whatever Markdown would take for more than text.

    `goes_on` says that something else may follow in the same line.
    """
    special = _SPECIAL_BEFORE_MORE if goes_on else _SPECIAL
    return special.sub(lambda match: "\\" + match.group(), text)


class _Writer:
    def __init__(self, medium: Medium) -> None:
        self._medium = medium

    def blocks(self, element: Element) -> str:
        """What an element holds, as paragraphs, lists, and lines that were broken on purpose."""
        pieces: list[tuple[int, str]] = []
        inline: list[str] = []

        def flush(gap: int) -> None:
            text = _tidied("".join(inline))
            inline.clear()
            if text:
                pieces.append((gap, text))

        gap = _LINE
        for number, child in enumerate(element.children, 1):
            block = None if isinstance(child, str) else self._block(child)
            if block is None:
                inline.append(self._inline(child, goes_on=number < len(element.children)))
                continue
            flush(gap)
            gap, text = block
            if text:
                pieces.append((gap, text))
            gap = max(gap, _LINE)
        flush(gap)
        return _joined(pieces)

    def _block(self, child: Element) -> tuple[int, str] | None:
        """The gap around a block and its text; None for what flows in a line."""
        tag = child.tag
        if tag in _BLOCKS:
            return _LINE, self.blocks(child)
        if tag == "p":
            return _PARAGRAPH, self.blocks(child)
        if tag in _HEADINGS:
            text = " ".join(self.blocks(child).split())
            return _PARAGRAPH, _HEADINGS[tag] + text if text else ""
        if tag in ("ul", "ol"):
            return _PARAGRAPH, self._list(child)
        if tag == "blockquote":
            return _PARAGRAPH, _prefixed(self.blocks(child), "> ", "> ")
        if tag == "pre":
            return _PARAGRAPH, _fenced(child)
        if tag == "hr":
            return _PARAGRAPH, "* * *"
        if tag == "table":
            return _PARAGRAPH, self._table(child)
        return None

    def _list(self, element: Element) -> str:
        lines: list[str] = []
        number = 0
        for child in element.children:
            if isinstance(child, Element) and child.tag in ("ul", "ol") and lines:
                lines.append(_prefixed(self._list(child), "  ", "  "))
                continue
            text = (
                _tidied(self._text(child, True)) if isinstance(child, str) else self.blocks(child)
            )
            if not text:
                continue
            number += 1
            mark = f"{number}. " if element.tag == "ol" else "- "
            lines.append(_prefixed(text, mark, " " * len(mark)))
        return "\n".join(lines)

    def _table(self, element: Element) -> str:
        rows: list[list[str]] = []
        for row in _find(element, "tr"):
            cells = [
                _SPACES.sub(" ", self.blocks(cell)).replace("|", "\\|").strip()
                for cell in row.children
                if isinstance(cell, Element) and cell.tag in ("td", "th")
            ]
            if cells:
                rows.append(cells)
        if not rows:
            return ""
        width = min(max(len(row) for row in rows), 64)
        lines = [
            "| " + " | ".join((row + [""] * width)[:width]) + " |"
            for row in rows
        ]  # fmt: skip
        return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

    def _inline(self, child: Element | str, *, goes_on: bool = True) -> str:
        if isinstance(child, str):
            return self._text(child, goes_on)
        tag = child.tag
        if tag == "br":
            return "\n"
        if tag == "img":
            return self._image(child)
        if tag in _CODE:
            return _code_span(_plain(child))
        inner = "".join(map(self._within, child.children))
        if tag in _MARKS:
            return _marked(inner, _MARKS[tag])
        if tag == "a":
            return _link(inner, child.attributes.get("href", ""))
        if tag in ("sub", "sup"):
            return _raised(inner, tag)
        if tag in ("audio", "video"):
            name = child.attributes.get("src", "")
            return f"[{escaped(name)}]({self._medium(name)})" if name else inner
        return inner

    def _within(self, part: Element | str) -> str:
        """A part of what flows in a line; a block inside of it ends the line."""
        block = None if isinstance(part, str) else self._block(part)
        return self._inline(part) if block is None else f"\n{block[1]}\n"

    def _text(self, text: str, goes_on: bool) -> str:
        parts, at = [], 0
        for match in _MATH.finditer(text):
            parts.append(self._words(text[at : match.start()], goes_on=True))
            inner = " ".join(next(group for group in match.groups() if group is not None).split())
            parts.append(_code_span(f"${inner}$") if inner else "")
            at = match.end()
        parts.append(self._words(text[at:], goes_on))
        return "".join(parts)

    def _words(self, text: str, goes_on: bool) -> str:
        parts, at = [], 0
        for match in _SOUND.finditer(text):
            parts.append(escaped(_SPACES.sub(" ", text[at : match.start()]), goes_on=True))
            parts.append(f"[{escaped(match[1])}]({self._medium(match[1])})")
            at = match.end()
        parts.append(escaped(_SPACES.sub(" ", text[at:]), goes_on=goes_on))
        return "".join(parts)

    def _image(self, child: Element) -> str:
        source = child.attributes.get("src", "").strip()
        label = " ".join(child.attributes.get("alt", "").split())
        if _SAFE_LINK.fullmatch(source):
            return f"![{escaped(label)}]({source})"
        if not source or re.match(r"[a-z][a-z0-9+.-]*:", source, re.IGNORECASE):
            return f"({escaped(label) or 'image'})"
        return f"![{escaped(label or source)}]({self._medium(source)})"


def _joined(pieces: list[tuple[int, str]]) -> str:
    """Pieces one below the other: a forced line break between lines, a blank line elsewhere."""
    text, before = "", _LINE
    for gap, piece in pieces:
        if text:
            text += "  \n" if max(gap, before) == _LINE else "\n\n"
        text += piece
        before = gap
    return text


def _tidied(text: str) -> str:
    """Lines without blanks at their ends; breaks are forced, two or more make a paragraph."""
    lines = [_guarded(line.strip()) for line in text.split("\n")]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join("  \n".join(lines) for lines in paragraphs if lines)


def _guarded(line: str) -> str:
    """A line whose beginning would make it a heading, a list or a rule, escaped."""
    return _LINE_START.sub(lambda m: f"{m[2]}\\{m[3]}" if m[2] else "\\" + m[1], line)


def _prefixed(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])


def _marked(inner: str, mark: str) -> str:
    """Emphasis around the words; blanks and line breaks stay outside of it."""
    words = inner.strip()
    if not words or "\n" in words or mark in words:
        return inner
    start = inner[: len(inner) - len(inner.lstrip())]
    return start + mark + words + mark + inner[len(inner.rstrip()) :]


def _link(inner: str, target: str) -> str:
    target = target.strip()
    words = " ".join(inner.split())
    if not _SAFE_LINK.fullmatch(target) or not words:
        return inner
    return f"<{target}>" if words == target else f"[{words}]({target})"


def _raised(inner: str, tag: str) -> str:
    words = inner.strip()
    if not words or len(words) > 8 or "\n" in words:
        return inner
    table, sign = (_SUPER, "^") if tag == "sup" else (_SUB, "_")
    small = words.translate(table)
    return small if not set(small) & set(words) else f"{sign}({words})"


def _code_span(text: str) -> str:
    text = _SPACES.sub(" ", text)
    if not text.strip():
        return text
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _fenced(element: Element) -> str:
    text = _plain(element).strip("\n")
    if not text.strip():
        return ""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    language = ""
    for part in (element, *_find(element, "code")):
        found = re.search(r"(?:language|lang)-([\w+#-]{1,30})", part.attributes.get("class", ""))
        language = found[1] if found else language
    return f"{fence}{language}\n{text}\n{fence}"


def _plain(element: Element) -> str:
    """An element's text as it stands."""
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br"
        else _plain(child) + ("\n" if child.tag in ("div", "p") else "")
        for child in element.children
    ).replace("\xa0", " ")  # fmt: skip


def _find(element: Element, tag: str) -> list[Element]:
    """The nearest elements of a tag below an element."""
    found: list[Element] = []
    for child in element.children:
        if isinstance(child, Element):
            if child.tag == tag:
                found.append(child)
            elif child.tag != "table":
                found += _find(child, tag)
    return found
