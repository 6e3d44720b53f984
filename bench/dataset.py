"""Deterministic question banks: `python dataset.py FOLDER 1000 10000 100000`.

Each question has a unique stem, four options (one right), an explanation and two tags; a bank of N
is spread over 50 facets, as a library of that size would be.
"""

import json
import random
import sys
from pathlib import Path

WORDS = (
    "arbiter balance beacon bracket buffer cabinet canal carbon cedar cobalt copper coral "
    "current delta ember engine estuary fabric falcon ferry filter flint gallery garnet "
    "granite harbour hinge indigo island ivory jasper kelp lantern lattice ledger lever linen "
    "magnet maple marble meadow mercury mirror nickel oasis orchard osprey pebble pendulum "
    "piston plateau prism quartz rafter ravine reactor rudder saddle signal silver sluice "
    "spindle summit tannin thistle timber turbine valley velvet viaduct walnut willow zephyr "
).split()
FACETS = 50


def question(number: int, rng: random.Random) -> dict[str, object]:
    """One multiple-choice question of about 560 bytes of JSON."""

    def phrase(length: int) -> str:
        return " ".join(rng.choices(WORDS, k=length))

    stem = (
        f"[{number:07d}] Which statement about the {phrase(3)} holds when the {phrase(4)} changes?"
    )
    return {
        "id": f"q-{number:07d}",
        "type": "mcq",
        "question": stem,
        "options": {letter: f"The {phrase(4)} ({letter})" for letter in "ABCD"},
        "correct_answer": "ABCD"[number % 4],
        "explanation": f"Because the {phrase(9)}.",
        "difficulty": 1 + number % 5,
        "tags": [f"topic-{number % FACETS:02d}", f"level-{number % 5}"],
    }


def write(folder: Path, count: int) -> None:
    """Write `count` questions as the files of 50 facets."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(20261124)
    items = [question(number, rng) for number in range(count)]
    for facet in range(FACETS):
        name = f"bench__part_{facet // 10}__leaf_{facet // 5}__facet_{facet:02d}.json"
        (folder / name).write_text(json.dumps(items[facet::FACETS], indent=1), encoding="utf-8")


if __name__ == "__main__":
    for size in map(int, sys.argv[2:]):
        write(Path(sys.argv[1]) / str(size), size)
