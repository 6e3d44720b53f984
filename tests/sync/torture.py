"""Runs the simulation many times: `python -m tests.sync.torture [RUNS] [SEED] [http | mariadb]`.

The seed is printed first; the same seed gives the same runs. With `http` each run speaks to the
real server application over a line that loses, repeats and cuts; with `mariadb` to two workers of
`drillr serve` over MariaDB (at DRILLR_TEST_MARIADB, or the local one), where devices also sync at
once, so that runs of one seed may differ.
"""

import os
import random
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.engine import make_url

from tests.store.conftest import DEFAULT, fresh_database
from tests.sync.loopback_world import served
from tests.sync.machine import Simulation
from tests.sync.test_http import HttpSimulation, LoopbackSimulation


def main() -> None:
    """Run, and say how it went."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    number = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().getrandbits(32)
    kinds = {"http": HttpSimulation, "mariadb": LoopbackSimulation}
    kind: type[Simulation] = kinds.get(sys.argv[3], Simulation) if sys.argv[3:] else Simulation
    print(f"{runs} runs of {kind.__name__} with seed {number}", flush=True)
    with ExitStack() as stack:
        if kind is LoopbackSimulation:
            address = make_url(os.environ.get("DRILLR_TEST_MARIADB", DEFAULT))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="drillr-lives-")))
            url = stack.enter_context(fresh_database(address, "_lives"))
            LoopbackSimulation.served = stack.enter_context(served(folder, url))
        run(kind, runs, number)
    print("every one of them ended with equal stores")


def run(kind: type[Simulation], runs: int, number: int) -> None:
    """Run so many lives, drawn from a seed."""
    seeded(number)(kind)
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=runs, stateful_step_count=30, deadline=None, database=None,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
