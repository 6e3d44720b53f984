"""`drillr publish`: shows what would change on the server, asks, and does it."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.cli.exits import Exit
from drillr.cli.sync import client
from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.domain.publication import Difference, Kind
from drillr.domain.text import visible
from drillr.errors import UsageError
from drillr.services import publishing

if TYPE_CHECKING:
    from drillr.services.publishing import Edition

_SIGNS = {
    Kind.ANSWER: "!", Kind.NEW: "+", Kind.GONE: "-", Kind.MOVED: ">", Kind.REWORDED: "~",
    Kind.TYPO: "~", Kind.DETAILS: "~",
}  # fmt: skip


def run_publish(
    folder: str, name: str | None, *, yes: bool, dry_run: bool, prune: bool, as_json: bool
) -> int:
    """Compare, show, and bring the server's library to what the files say."""
    changed = 0
    with client().peer(name) as server:
        edition = publishing.prepare(folder, server)
        if not as_json:
            _show(edition, prune=prune)
        wanted = [one for one in edition.differences if prune or one.kind is not Kind.GONE]
        if wanted and not dry_run and _agreed(yes, as_json):
            changed = publishing.publish(edition, server, prune=prune)
    if as_json:
        print(json.dumps({
            "questions": len(edition.questions), "published": changed,
            "differences": [asdict(one) for one in edition.differences],
            "refused": edition.refused,
        }))  # fmt: skip
    elif not dry_run:
        print(f"{counted(changed, 'question')} published")
    return Exit.REFUSED if edition.refused else Exit.DONE


def _show(edition: "Edition", *, prune: bool) -> None:
    for difference in edition.differences:
        print(visible(_line(difference)))
    counts = Counter(difference.kind for difference in edition.differences)
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind])
    print(summary or "the server has all of it already")
    if counts[Kind.GONE] and not prune:
        print("what is gone stays on the server; --prune deactivates it there")
    for refused in edition.refused:
        print(visible(f"refused: {refused}"), file=sys.stderr)


def _line(one: Difference) -> str:
    fields = f"  ({', '.join(one.fields)})" if one.fields else ""
    return f"{_SIGNS[one.kind]} {one.kind:14} {one.external_id}  {pretty(one.path)}{fields}"


def _agreed(yes: bool, as_json: bool) -> bool:
    if yes:
        return True
    if as_json or not sys.stdin.isatty():
        raise UsageError("there is nobody to ask", "--yes publishes, --dry-run only shows")
    return input("Publish this? [y/N] ").strip().lower() in ("y", "yes")
