"""The exchange over HTTP: the real application, tokens that run out, a line that cuts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from drillr.domain.rating import Rating
from tests.sync.http_world import HttpWorld
from tests.sync.machine import Simulation
from tests.sync.test_exchange import settled
from tests.sync.world import World

HARD, MISSED = Rating.HARD, Rating.VERY_HARD


@pytest.fixture
def http_world(tmp_path: Path, banks: list[Path]) -> Iterator[HttpWorld]:
    """A server application, and no device yet."""
    made = HttpWorld(tmp_path, banks)
    yield made
    made.close()


def test_two_devices_end_alike(http_world: HttpWorld) -> None:
    """What two devices did apart is the same everywhere after both synced."""
    a, b = http_world.add(), http_world.add()
    http_world.review(a, [HARD, MISSED, HARD])
    http_world.now += timedelta(hours=2)
    http_world.review(b, [MISSED, HARD])
    settled(http_world)


class HttpSimulation(Simulation):
    """The simulation, over HTTP."""

    server_can_be_restored = False

    def make(self, seed: int) -> World:
        """A world whose server is the real application."""
        return HttpWorld(self.place / "http", Simulation.banks, seed)


TestHttpSimulation = HttpSimulation.TestCase
TestHttpSimulation.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
