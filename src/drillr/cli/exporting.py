"""`drillr export`: writes files and says which."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.domain.text import visible
from drillr.services.exporting import Order, export

if TYPE_CHECKING:
    from drillr.services.context import Context


def run_export(context: "Context", order: Order, *, as_json: bool, quiet: bool) -> int:
    """Export and report."""
    done = export(context, order)
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
        return 0
    if quiet:
        return 0
    count = len(done.files)
    where = done.files[0] if count == 1 else f"{count} files in {order.target}"
    also = [f"{done.reviews} answers"] if done.reviews else []
    also += [f"{done.media} media files"] if done.media else []
    counts = ", ".join([f"{done.questions} questions", *also])
    print(visible(f"{counts}: {where}" + (", unchanged" if done.unchanged == count else "")))
    return 0
