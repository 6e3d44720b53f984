"""`drillr export`: writes files and says which."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.domain.phrases import counted
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
    also = [counted(done.reviews, "answer")] if done.reviews else []
    also += [f"{done.media} media files"] if done.media else []
    counts = ", ".join([counted(done.questions, "question"), *also])
    print(visible(f"{counts}: {where}" + (", unchanged" if done.unchanged == count else "")))
    return 0


def run_archive(
    context: "Context", target: str, selector: str, *, force: bool, as_json: bool
) -> int:
    """Write everything into one archive and report."""
    from drillr.errors import UsageError
    from drillr.services import archiving

    if selector:
        raise UsageError("--all takes no part of the library", "Leave --all or the part away")
    if not target.endswith(archiving.ENDING):
        raise UsageError(f"an archive is a .zip file, not {target!r}", f"Name it {target}.zip")
    done = archiving.write(context, target, force=force)
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
    else:
        print(
            visible(
                f"{counted(done.questions, 'question')}, {counted(done.facts, 'fact')}: {target}"
            )
        )
    return 0
