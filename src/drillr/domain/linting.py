"""What lint looks for in questions: the rules with their codes, and what a finding says."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """An error should never ship; a warning deserves a look."""

    ERROR = "error"
    WARNING = "warning"


class Rule(NamedTuple):
    """One rule; `fixable` where a mend can't change what a question means."""

    code: str
    severity: Severity
    meaning: str
    fixable: bool = False


_E, _W = Severity.ERROR, Severity.WARNING
RULES = {
    rule.code: rule
    for rule in (
        Rule("D101", _E, "a file that can't be read, or whose name is no place"),
        Rule("D102", _E, "an item that an import would refuse"),
        Rule("D103", _E, "an id that is used twice"),
        Rule("D104", _W, "an id with characters that shells and links stumble over"),
        Rule("D201", _E, "a question that is there twice"),
        Rule("D202", _W, "two questions that are nearly the same"),
        Rule("D203", _W, "a multiple choice without an explanation"),
        Rule("D204", _W, "a right option that its length gives away"),
        Rule(
            "D205", _W, "right options that are the longest or shortest not as often as by chance"
        ),
        Rule("D206", _W, "right options that have one letter more often than by chance"),
        Rule("D207", _E, "two options with the same text"),
        Rule("D208", _W, "an option about all or none of the others, which are shuffled"),
        Rule("D209", _W, "a text that names options by letters, which are shuffled"),
        Rule("D210", _W, "an answer in words without key points to check it against"),
        Rule("D301", _E, "a code block that is never closed"),
        Rule("D302", _W, "a link that leads nowhere"),
        Rule(
            "D303", _W, "blank space at the end of a text or line, or blank lines before it", True
        ),
        Rule("D304", _W, "a tag that is there twice", True),
    )
}
"""Every rule by its code: D1 files and ids, D2 content, D3 Markdown and form."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found; `where` names the item's key, such as `options.B` or `hints.0`.

    `mended` is the text or list that should stand there instead, None where only a person can tell.
    """

    code: str
    message: str
    where: str = ""
    mended: str | list[str] | None = None
