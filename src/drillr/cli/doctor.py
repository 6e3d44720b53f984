"""`drillr doctor`: is the store whole, and do its cards follow from its answers?"""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from drillr.cli.exits import Exit
from drillr.domain.phrases import counted
from drillr.services.upkeep import examine

if TYPE_CHECKING:
    from drillr.services.context import Context


def run_doctor(context: "Context", *, rebuild: bool, as_json: bool) -> int:
    """Check, or with `rebuild` mend; 4 when something is wrong."""
    health = examine(context, rebuild=rebuild)
    if as_json:
        print(json.dumps(asdict(health) | {"healthy": not health.problems}))
    else:
        print(
            ", ".join(
                (
                    counted(health.responses, "answer"),
                    counted(health.events, "event"),
                    counted(health.cards, "card"),
                )
            )
        )
        for problem in health.problems:
            print(problem, file=sys.stderr)
        if rebuild:
            total = sum(health.changed.values())
            print(f"everything derived anew: {total} rows changed")
        elif not health.problems:
            print("the store is healthy")
    return Exit.STORE if health.problems else Exit.DONE
