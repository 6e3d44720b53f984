"""The words of a text as search compares them: lower case, without accents, letters and digits."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Scripts that put no space between words: a "word" of theirs is a whole clause.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def words(text: str) -> list[str]:
    """The words of a text in their order: `Zero-downtime Déploy!` gives zero, downtime, deploy."""
    if text.isascii():
        return _WORD.findall(text.lower())
    # Twice: a sign such as ℠ stands for capitals, and a folded letter may have an accent again.
    return _WORD.findall(_bare(_bare(text).casefold()))


def _bare(text: str) -> str:
    """The text without accents, and with what is written as one sign spelled out."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char))


def needs_scan(text: str) -> bool:
    """Whether a text has no words, or unspaced ones, and must be looked for by its characters."""
    return _UNSPACED.search(text) is not None or not words(text)
