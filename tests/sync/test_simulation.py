"""Whatever devices do, and however badly the line behaves, all stores end alike."""

from hypothesis import HealthCheck, settings

from tests.sync.machine import Simulation

TestSimulation = Simulation.TestCase
TestSimulation.settings = settings(
    max_examples=100,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
