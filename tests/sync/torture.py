"""Runs the simulation thousands of times: `python -m tests.sync.torture [RUNS] [SEED]`.

The seed is printed first; the same seed gives the same runs.
"""

import random
import sys

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine import Simulation


def main() -> None:
    """Run, and say how it went."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    number = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().getrandbits(32)
    print(f"{runs} runs with seed {number}", flush=True)
    seeded(number)(Simulation)
    run_state_machine_as_test(
        Simulation,
        settings=settings(
            max_examples=runs, stateful_step_count=30, deadline=None, database=None,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print("every one of them ended with equal stores")


if __name__ == "__main__":
    main()
