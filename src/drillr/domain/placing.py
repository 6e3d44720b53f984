"""Where foreign decks go: names of any depth become the four codes of a facet.

The codes asked for (`under`) come first, then the deck's own names. What is beyond four is joined
into the last; what is missing is `general`. So `Spanish::Verbs` becomes
`Spanish__Verbs__general__general`, and below `languages` `languages__Spanish__Verbs__general`.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b

from drillr.domain import limits
from drillr.domain.paths import LEVELS, FacetPath, is_code
from drillr.errors import UsageError

GENERAL = "general"
_FOREIGN = re.compile(r"[^\w.+#-]+", re.UNICODE)
_RUNS = re.compile(r"__+")
_SUFFIX = re.compile(r"_(mcq|theory|scenario)$")


def place(parts: Sequence[str], under: Sequence[str]) -> FacetPath:
    """The facet for a deck's names below the codes that were asked for."""
    codes = [*under, *(code(part) for part in parts)] if len(under) < 4 else list(under)
    if len(codes) > 4:
        codes[3:] = [_fitting(".".join(codes[3:]))]
    codes += [GENERAL] * (4 - len(codes))
    # A question file's name must not seem to end in a type.
    if len(under) < 4:
        codes[3] = _SUFFIX.sub(r"-\1", codes[3])
    return FacetPath.parse("__".join(codes))


def code(name: str) -> str:
    """The code that stands for a name: itself where it may, else `_` for what a code can't have."""
    if is_code(name) and "__" not in name and name == name.strip("_") and len(name) <= limits.CODE:
        return name
    found = _RUNS.sub("_", _FOREIGN.sub("_", name.strip())).strip("_")
    return _fitting(found) or GENERAL


def parse_under(text: str | None) -> tuple[str, ...]:
    """The one to four codes of `a__b`; UsageError when they can't be codes."""
    if not text:
        return ()
    parts = text.replace("/", "__").split("__")
    if len(parts) > len(LEVELS) or any(not part or code(part) != part for part in parts):
        raise UsageError(
            f"{text!r} is no place",
            "Give one to four codes: topic__subtopic__leaf__facet, or the beginning of that",
        )
    return tuple(parts)


def _fitting(text: str) -> str:
    """A code that is too long ends in a fingerprint of the whole, so that two stay two."""
    if len(text) <= limits.CODE:
        return text
    mark = blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{text[: limits.CODE - 9]}-{mark}"
