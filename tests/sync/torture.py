"""Runs the simulation thousands of times: `python -m tests.sync.torture [RUNS] [SEED] [http]`.

The seed is printed first; the same seed gives the same runs. With `http` each run speaks to the
real server application over a line that loses, repeats and cuts.
"""

import random
import sys

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine import Simulation
from tests.sync.test_http import HttpSimulation


def main() -> None:
    """Run, and say how it went."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    number = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().getrandbits(32)
    kind = HttpSimulation if "http" in sys.argv[3:] else Simulation
    print(f"{runs} runs of {kind.__name__} with seed {number}", flush=True)
    seeded(number)(kind)
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=runs, stateful_step_count=30, deadline=None, database=None,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print("every one of them ended with equal stores")


if __name__ == "__main__":
    main()
