"""Turns the markup of Emacs' Org mode into Markdown."""

import re

_BEGIN = re.compile(r"([ \t]*)#\+begin_(\w+)(?:[ \t]+([\w+#-]{1,30}))?.*$", re.IGNORECASE)
_END = re.compile(r"[ \t]*#\+end_\w+[ \t]*$", re.IGNORECASE)
_KEYWORD = re.compile(r"[ \t]*#\+\w+:")
_LINK = re.compile(r"\[\[([^\[\]\n]{1,1000})\](?:\[([^\[\]\n]{1,1000})\])?\]")
_WEB = re.compile(r"(https?|mailto):\S+$")
# Markup stands between blanks or punctuation, and its content neither begins nor ends with a blank.
_BEFORE, _AFTER = r"(^|[\s({'\"\-])", r"(?=$|[\s)}'\"\-.,;:!?])"
_VERBATIM = re.compile(_BEFORE + r"([=~])(?=\S)([^\n]{1,1000}?)(?<=\S)\2" + _AFTER, re.MULTILINE)
_BOLD = re.compile(_BEFORE + r"\*(?=\S)([^*\n]{1,1000}?)(?<=\S)\*" + _AFTER, re.MULTILINE)
_ITALIC = re.compile(_BEFORE + r"/(?=\S)([^/\n]{1,1000}?)(?<=\S)/" + _AFTER, re.MULTILINE)
_STRUCK = re.compile(_BEFORE + r"\+(?=\S)([^+\n]{1,1000}?)(?<=\S)\+" + _AFTER, re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
# A comma keeps a line from being a heading, a keyword or a drawer.
_ESCAPE = re.compile(r"^([ \t]*),(?=\*|#\+|:|,|SCHEDULED:|DEADLINE:|CLOSED:)()")


def markdown(text: str) -> str:
    """The Markdown of a piece of Org: emphasis, code, links and blocks."""
    out: list[str] = []
    plain: list[str] = []
    fenced: str | None = None

    def flush() -> None:
        if plain:
            out.append(_inline("\n".join(plain)))
            plain.clear()

    for escaped in text.split("\n"):
        line = _ESCAPE.sub(r"\1\2", escaped)
        begin = None if fenced is not None else _BEGIN.match(line)
        if begin:
            flush()
            kind = begin[2].lower()
            fenced = "quote" if kind in ("quote", "verse", "center") else "code"
            if fenced == "code":
                out.append("```" + (begin[3] or "" if kind == "src" else ""))
        elif fenced is not None and _END.match(line):
            if fenced == "code":
                out.append("```")
            fenced = None
        elif fenced == "code":
            out.append(line)
        elif fenced == "quote":
            out.append(f"> {_inline(line)}".rstrip())
        elif not _KEYWORD.match(line):
            plain.append(line)
    flush()
    if fenced == "code":
        out.append("```")
    return "\n".join(out)


def _inline(text: str) -> str:
    text = _VERBATIM.sub(lambda m: f"{m[1]}`{m[3].replace('`', chr(39))}`", text)
    parts, at = [], 0
    # What is code by now is left alone.
    for code in _CODE.finditer(text):
        parts += [_emphasised(text[at : code.start()]), code.group()]
        at = code.end()
    return "".join([*parts, _emphasised(text[at:])])


def _emphasised(text: str) -> str:
    text = _LINK.sub(_link, text)
    text = _ITALIC.sub(r"\1_\2_", text)
    text = _BOLD.sub(r"\1**\2**", text)
    return _STRUCK.sub(r"\1~~\2~~", text)


def _link(match: re.Match[str]) -> str:
    target, words = match[1], match[2]
    if not _WEB.match(target):
        return words or target
    return f"[{words}]({target})" if words else f"<{target}>"
