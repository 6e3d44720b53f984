"""Text from strangers: which characters must never reach a terminal, and what to show instead.

Refused are the C0 controls except newline and tab, DEL, the C1 controls, and the characters that
reorder or hide what follows them (bidirectional embeddings, overrides and isolates; lone
surrogates). ESC is among them, so no escape sequence survives.
"""

import re

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?")


def unify_lines(text: str) -> str:
    """The text with CR LF and lone CR written as LF."""
    return _LINE_ENDS.sub("\n", text) if "\r" in text else text


def forbidden(text: str) -> str | None:
    """The first character that may not be stored, as `U+001B`, or None when all are fine."""
    found = FORBIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def visible(text: str) -> str:
    """The text with each dangerous character replaced by a visible U+FFFD."""
    return FORBIDDEN.sub("\ufffd", text)


def one_line(text: str, width: int) -> str:
    """The text's words on one line of at most `width` characters, cut with an ellipsis."""
    flat = " ".join(visible(text[: width * 8 + 1000]).split())
    return flat if len(flat) <= width else flat[: max(width - 1, 0)].rstrip() + "…"
