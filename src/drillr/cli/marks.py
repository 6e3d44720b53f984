"""`drillr suspend`, `resume`, `bury`, `flag`, `unflag`: marks on questions named by their ids."""

import sys
from typing import TYPE_CHECKING

from drillr.services.marking import Mark, mark_named

if TYPE_CHECKING:
    from drillr.services.context import Context

_KINDS = {
    "suspended": Mark.SUSPEND,
    "resumed": Mark.RESUME,
    "buried until tomorrow": Mark.BURY,
    "flagged": Mark.FLAG,
    "unflagged": Mark.UNFLAG,
}


def mark_questions(context: "Context", names: list[str], done: str, note: str = "") -> int:
    """Mark questions, all of them or none, and say what was done."""
    count = mark_named(context, names, _KINDS[done], note)
    print(f"{count} {'question' if count == 1 else 'questions'} {done}", file=sys.stderr)
    return 0
