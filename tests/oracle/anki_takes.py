"""Run by a Python that has the `anki` package: imports a package twice, then a newer one.

python anki_takes.py FOLDER PACKAGE NEWER
"""

import json
import sys
from pathlib import Path
from typing import Any

from anki.collection import (  # type: ignore[import-not-found]
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)


def main(folder: Path, package: str, newer: str) -> None:
    """Import into an empty collection, again, then the newer one, and check the collection."""
    folder.mkdir(parents=True)
    col = Collection(str(folder / "collection.anki2"))

    def taken(path: str) -> Any:
        options = ImportAnkiPackageOptions(with_scheduling=True)
        request = ImportAnkiPackageRequest(package_path=path, options=options)
        return col.import_anki_package(request).log

    first, again, later = taken(package), taken(package), taken(newer)
    problems, whole = col.fix_integrity()
    found = {
        "notes": col.note_count(),
        "cards": col.card_count(),
        "reviews": col.db.scalar("select count() from revlog where ease > 0"),
        "suspended": col.db.scalar("select count() from cards where queue = -1"),
        "flagged": col.db.scalar("select count() from cards where flags > 0"),
        "new": len(first.new),
        "refused": sum(
            len(log.conflicting) + len(log.missing_notetype) + len(log.empty_first_field)
            for log in (first, again, later)
        ),
        "new_again": len(again.new) + len(later.new),
        "updated": len(later.updated),
        "whole": whole,
        "problems": problems,
        "media": sorted(path.name for path in (folder / "collection.media").glob("*")),
        "decks": sorted(deck.name for deck in col.decks.all_names_and_ids()),
        "due": sorted(
            [ivl, due - col.sched.today]
            for ivl, due in col.db.all("select ivl, due from cards where queue = 2")
        ),
    }
    print(json.dumps(found))
    col.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
