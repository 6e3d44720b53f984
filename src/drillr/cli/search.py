"""`drillr search`: what a query finds, for people, or as JSON or bare ids for other programs."""

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

from drillr.cli.exits import Exit
from drillr.domain.text import one_line, visible
from drillr.services import searching

if TYPE_CHECKING:
    from drillr.services.context import Context
    from drillr.services.searching import Hit

_MANY = 5_000
_ID_WIDTH = 28


def show_search(
    context: "Context", text: str, *, limit: int, as_json: bool, only_ids: bool, quiet: bool
) -> int:
    """Print what the search finds, at most `limit` questions (0: all); 3 when that is nothing."""

    def waits(questions: int) -> None:
        if questions > _MANY and not quiet and sys.stderr.isatty():
            print(f"indexing: {questions} questions to go …", file=sys.stderr)

    searching.prepare(context, waits)
    total = searching.count(context, text)
    hits = searching.search(context, text, limit or max(total, 1)) if total else []
    if as_json:
        found = {"query": text, "total": total, "questions": [as_data(hit) for hit in hits]}
        print(json.dumps(found, ensure_ascii=False))
    elif only_ids:
        print("".join(f"{visible(hit.external_id)}\n" for hit in hits), end="")
    elif hits:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
        print("\n".join(_line(hit, width) for hit in hits))
    if not total:
        print("drillr: nothing is found. A word matches whole: cach* also finds caching",
              file=sys.stderr)  # fmt: skip
        return Exit.NOTHING
    if len(hits) < total and not (quiet or as_json):
        print(f"{len(hits)} of {total}: --limit 0 shows all", file=sys.stderr)
    return Exit.DONE


def as_data(hit: "Hit") -> dict[str, Any]:
    """A hit as JSON has it."""
    return {
        "id": hit.external_id,
        "path": hit.path,
        "type": str(hit.type),
        "difficulty": hit.difficulty,
        "first_line": hit.first_line,
        "state": str(hit.state),
        "due": None if hit.due is None else hit.due.isoformat(),
        "marks": list(hit.marks),
    }


def _line(hit: "Hit", width: int) -> str:
    marks = f"[{', '.join(hit.marks)}] " if hit.marks else ""
    facet = hit.path.rsplit("__", 1)[-1]
    head = f"{visible(hit.external_id):{_ID_WIDTH}}  {visible(facet):16}  "
    return head + one_line(marks + hit.first_line, max(width - len(head), 20))
