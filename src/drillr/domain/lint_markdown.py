"""Lint of Markdown: code blocks that are closed, and links that could lead somewhere."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from drillr.domain.linting import Finding

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_CODE = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)", re.DOTALL)
_LINK = re.compile(
    r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*(<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*(\)?)"
)
_REFERENCE = re.compile(r"(?<!\w)\[([^\[\]\n]+)\]\[([^\[\]\n]+)\]")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]]+)\]:\s*\S+", re.MULTILINE)
_SCHEMES = ("http", "https", "mailto")


def markdown_findings(text: str, where: str, exists: Callable[[str], bool]) -> Iterator[Finding]:
    """What is wrong with a text as Markdown; `exists` knows the files beside the question's."""
    plain, opened = _without_blocks(text)
    if opened:
        yield Finding("D301", f"the code block that begins with {opened!r} is never closed", where)
    plain = _CODE.sub(" ", plain)
    for found in _LINK.finditer(plain):
        target = found[3].strip("<>")
        if found[4]:
            reason = _trouble(target, exists)
        else:
            # Prose may have brackets before a parenthesis; an address there is meant as a link.
            reason = "its parenthesis is never closed" if "/" in target else ""
        if reason:
            yield Finding("D302", f"the link [{found[2]}]({target}): {reason}", where)
    known = {name.casefold() for name in _DEFINITION.findall(plain)}
    for found in _REFERENCE.finditer(plain):
        if found[2].casefold() not in known:
            yield Finding("D302", f"the link [{found[1]}][{found[2]}] has no definition", where)


def _trouble(target: str, exists: Callable[[str], bool]) -> str:
    """Why a link's target leads nowhere; empty when it may lead somewhere."""
    if not target or target == "#":
        return "it has no target"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "its address can't be understood"
    if parts.scheme in _SCHEMES:
        host = parts.hostname or ""
        if parts.scheme != "mailto" and ("." not in host and host != "localhost"):
            return "its address has no host"
        return ""
    if parts.scheme:
        return f"{parts.scheme}: is no address that readers may follow"
    if target.startswith("#") or not parts.path:
        return ""
    return "" if exists(parts.path) else "there is no such file beside this one"


def _without_blocks(text: str) -> tuple[str, str]:
    """The text without its code blocks, and the first line of one that is never closed."""
    kept: list[str] = []
    mark, first = "", ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if mark:
            closes = found and found[1][0] == mark[0] and len(found[1]) >= len(mark)
            if found and closes and not found[2].strip():
                mark = ""
        elif found and "`" not in found[2]:
            mark, first = found[1], line.strip()
        else:
            kept.append(line)
    return "\n".join(kept), first if mark else ""
