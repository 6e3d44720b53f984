"""Holds drillr against the real Anki: the same packages, the same counts.

    python -m tests.oracle.compare ANKI_PYTHON FOLDER

`ANKI_PYTHON` is an interpreter that has the `anki` package. Prints a line for each comparison and
ends with 1 when any differs.
"""

import dataclasses
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from drillr.bootstrap import open_context
from drillr.services.context import Context
from drillr.services.exporting import Order, export
from drillr.services.importing import Options, import_paths
from drillr.services.upkeep import examine

HERE = Path(__file__).parent


def run(python: str, script: str, *arguments: object) -> str:
    """What a script prints under the other interpreter."""
    done = subprocess.run(
        [python, str(HERE / script), *map(str, arguments)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def held(context: Context) -> dict[str, int]:
    """What the store holds, in Anki's words."""
    with context.database.transaction(write=False) as db:
        notes = {
            name.rpartition("-")[0] for (name,) in db.rows("select external_id from questions")
        }

        def count(sql: str) -> int:
            (row,) = db.rows(sql)
            return int(row[0])

        return {
            "notes": len(notes),
            "cards": count("select count(*) from questions"),
            "reviews": count(
                "select count(*) from user_responses where response_metadata not like '%outcome%'"
            ),
            "suspended": count(
                "select count(*) from spaced_repetition_cards where suspended = 1"
            ),
            "flagged": count("select count(*) from spaced_repetition_cards where flag is not null"),
        }  # fmt: skip


def compare(what: str, found: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Say whether the counts agree."""
    shown = {key: found[key] for key in expected}
    same = shown == expected
    print(f"{'same' if same else 'DIFFERS'}  {what}: {shown}", "" if same else expected)
    return same


def change_one(context: Context, folder: Path) -> Path:
    """A package of the same library in which one question says something else."""
    bank = folder / "bank"
    export(context, Order(str(bank), form="json"))
    file = sorted(bank.iterdir())[0]
    text = json.loads(file.read_text())
    items = text["questions"] if isinstance(text, dict) else text
    items[0]["answer"] = "something else"
    file.write_text(json.dumps(text))
    # Anki tells times by the second: the change comes an hour later.
    later = dataclasses.replace(context, clock=lambda: context.clock() + timedelta(hours=1))
    import_paths(later, [str(file)], Options(update=True))
    export(context, Order(str(folder / "changed.apkg")))
    return folder / "changed.apkg"


def main(python: str, folder: Path) -> int:
    """Both directions; 1 when anything differs."""
    run(python, "anki_makes.py", folder)
    expected = json.loads((folder / "counts.json").read_text())
    good = True
    for package in sorted(folder.glob("*pkg")):
        context = open_context(str(folder / package.stem / "drillr.db"))
        import_paths(context, [str(package)])
        good &= compare(f"import {package.name}", held(context), expected)
        again = import_paths(context, [str(package)])
        good &= compare(
            f"import {package.name} again", {"imported": again.imported, "reviews": again.reviews},
            {"imported": 0, "reviews": 0},
        )  # fmt: skip
        good &= compare("doctor", {"problems": examine(context).problems}, {"problems": []})
        # drillr makes a note of each card.
        target = folder / f"{package.stem}-back.apkg"
        export(context, Order(str(target)))
        changed = change_one(context, folder / package.stem)
        taken = json.loads(
            run(python, "anki_takes.py", folder / package.stem / "anki", target, changed)
        )
        wanted = expected | {
            "notes": expected["cards"], "new": expected["cards"], "new_again": 0, "refused": 0,
            "updated": 1, "whole": True, "problems": "Database rebuilt and optimized.",
        }  # fmt: skip
        good &= compare(f"export of {package.name} in Anki", taken, wanted)
        context.database.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
