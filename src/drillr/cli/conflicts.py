"""`drillr sync conflicts` and `settle`: edits that both sides made, and whose is to stay."""

import json
from typing import Any

from drillr.cli.exits import Exit
from drillr.cli.flags import open_context
from drillr.domain.text import one_line, visible
from drillr.errors import UsageError


def show_conflicts(*, as_json: bool) -> int:
    """Print each clash with the three texts."""
    from drillr.services import merging

    found = merging.conflicts(open_context())
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return Exit.DONE
    for clash in found:
        print(visible(f"{clash['id']}  {clash['field']}  ({clash['remote']})"))
        for side in ("base", "mine", "theirs"):
            print(f"  {side:6} {_shown(clash[side])}")
    if not found:
        print("no conflicts")
    return Exit.DONE


def run_settle(question: str | None, *, mine: bool, theirs: bool) -> int:
    """Settle conflicts for one side."""
    from drillr.services import merging

    if mine == theirs:
        raise UsageError("say whose text is to stay", "--mine or --theirs")
    count = merging.resolve(open_context(), question, theirs=theirs)
    print(f"{count} conflicts settled: {'theirs' if theirs else 'mine'}")
    return Exit.DONE


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return one_line(text, 90)
