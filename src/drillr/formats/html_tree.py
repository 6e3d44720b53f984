"""Reads HTML from strangers into a small tree: linear in its length, and never deep.

Scripts, styles and whatever else is no text are dropped here, so that nothing further on has to
think of them. Broken HTML gives some tree; it never fails.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Union

DEPTH = 60
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_DROPPED = frozenset(
    "script style head title iframe object noscript template svg textarea select".split()
)
_CLOSES = {
    "li": ("li",), "p": ("p",), "tr": ("tr",), "td": ("td", "th"), "th": ("td", "th"),
    "dt": ("dt", "dd"), "dd": ("dt", "dd"), "option": ("option",),
}  # fmt: skip
_CONTAINERS = frozenset(["ul", "ol", "table", "dl", "blockquote"])
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]{0,40}")
_ATTRIBUTE = re.compile(
    r"""[\s/]*([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']*)))?|[\s/"']+"""
)
_KEPT = frozenset(["href", "src", "alt", "class", "start"])


@dataclass(slots=True)
class Element:
    """A tag with what it holds; attributes other than links, texts and classes are dropped."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Union["Element", str]] = field(default_factory=list)


def parse(text: str) -> Element:
    """The tree of a fragment of HTML; the root has no tag."""
    builder = _Builder()
    # Behind the last `>` no tag can end, so what looks like one there is text.
    at, end, last = 0, len(text), text.rfind(">")
    while at < end:
        mark = text.find("<", at)
        if mark < 0:
            mark = end
        if mark > at:
            builder.text(html.unescape(text[at:mark]))
        if mark == end:
            break
        if mark > last:
            builder.text(html.unescape(text[mark:]))
            break
        at = _markup(text, mark, builder)
    return builder.root


def _markup(text: str, at: int, builder: "_Builder") -> int:
    """Take what begins with `<` at `at`; the offset behind it."""
    if text.startswith("<!--", at):
        end = text.find("-->", at + 4)
        return len(text) if end < 0 else end + 3
    if text.startswith(("<!", "<?"), at):
        end = text.find(">", at)
        return len(text) if end < 0 else end + 1
    closing = text.startswith("/", at + 1)
    name = _NAME.match(text, at + 1 + closing)
    if name is None:
        builder.text("<")
        return at + 1
    tag = name.group().lower()
    attributes, behind = _attributes(text, name.end())
    if closing:
        builder.end(tag)
        return behind
    if tag in _DROPPED:
        return _after_element(text, behind, tag)
    builder.start(tag, attributes)
    return behind


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while at < len(text) and text[at] != ">":
        match = _ATTRIBUTE.match(text, at)
        if match is None or match.end() == at:
            at += 1
            continue
        at = match.end()
        name = (match[1] or "").lower()
        if name in _KEPT:
            value = next((part for part in match.groups()[1:] if part is not None), "")
            found.setdefault(name, html.unescape(value))
    return found, at + 1


def _after_element(text: str, at: int, tag: str) -> int:
    """The offset behind the end tag of an element whose content is dropped."""
    end = re.compile(rf"</{tag}\b[^>]*>?", re.IGNORECASE).search(text, at)
    return len(text) if end is None else end.end()


class _Builder:
    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        # Tags deeper than the limit are counted, not nested, so that their ends match.
        self._ignored: list[str] = []

    def text(self, text: str) -> None:
        self._open[-1].children.append(text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CLOSES:
            self._close_siblings(_CLOSES[tag])
        element = Element(tag, attributes)
        if tag not in _VOID and len(self._open) > DEPTH:
            self._ignored.append(tag)
            return
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def end(self, tag: str) -> None:
        if self._ignored and self._ignored[-1] == tag:
            self._ignored.pop()
            return
        if tag == "p" and not any(element.tag == "p" for element in self._open):
            return
        for index in range(len(self._open) - 1, 0, -1):
            if self._open[index].tag == tag:
                del self._open[index:]
                self._ignored.clear()
                return

    def _close_siblings(self, tags: tuple[str, ...]) -> None:
        for index in range(len(self._open) - 1, 0, -1):
            tag = self._open[index].tag
            if tag in tags:
                del self._open[index:]
                return
            if tag in _CONTAINERS:
                return
