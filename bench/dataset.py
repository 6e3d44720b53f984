"""Deterministic question banks, as drillr's files and as the CSV that its peers read.

Each question has a unique stem, four options (one right), an explanation and two tags; a bank of N
is spread over 50 facets, as a library of that size would be. `edited` changes one in a hundred.
"""

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = (
    "arbiter balance beacon bracket buffer cabinet canal carbon cedar cobalt copper coral "
    "current delta ember engine estuary fabric falcon ferry filter flint gallery garnet "
    "granite harbour hinge indigo island ivory jasper kelp lantern lattice ledger lever linen "
    "magnet maple marble meadow mercury mirror nickel oasis orchard osprey pebble pendulum "
    "piston plateau prism quartz rafter ravine reactor rudder saddle signal silver sluice "
    "spindle summit tannin thistle timber turbine valley velvet viaduct walnut willow zephyr "
).split()
FACETS = 50


def questions(count: int, edited: bool = False) -> Iterator[dict[str, Any]]:
    """Multiple-choice questions of about 560 bytes of JSON each."""
    rng = random.Random(20261124)

    def phrase(length: int) -> str:
        return " ".join(rng.choices(WORDS, k=length))

    for number in range(count):
        changed = " (edited)" if edited and number % 100 == 0 else ""
        yield {
            "id": f"q-{number:07d}",
            "type": "mcq",
            "question": f"[{number:07d}] Which statement about the {phrase(3)} holds"
            f" when the {phrase(4)} changes?",
            "options": {letter: f"The {phrase(4)} ({letter})" for letter in "ABCD"},
            "correct_answer": "ABCD"[number % 4],
            "explanation": f"Because the {phrase(9)}{changed}.",
            "difficulty": 1 + number % 5,
            "tags": [f"topic-{number % FACETS:02d}", f"level-{number % 5}"],
        }


def write_bank(folder: Path, count: int, edited: bool = False) -> None:
    """Write `count` questions as the files of 50 facets."""
    folder.mkdir(parents=True)
    items = list(questions(count, edited))
    for facet in range(FACETS):
        name = f"bench__part_{facet // 10}__leaf_{facet // 5}__facet_{facet:02d}.json"
        (folder / name).write_text(json.dumps(items[facet::FACETS], indent=1), encoding="utf-8")


def write_csv(path: Path, count: int, edited: bool = False) -> None:
    """Write the same questions with a front, a back and tags."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for item in questions(count, edited):
            options = "<br>".join(
                f"{'*' if key == item['correct_answer'] else '-'} {text}"
                for key, text in item["options"].items()
            )
            back = f"{options}<br>{item['explanation']}"
            writer.writerow([item["question"], back, " ".join(item["tags"])])
