"""The exchange over HTTP: the real application, tokens that run out, a line that cuts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from drillr.domain.facts import EventType
from drillr.domain.ids import question_id
from drillr.domain.log import RawResponse
from drillr.domain.rating import Rating
from drillr.services import exchange
from drillr.services.recording import mark
from drillr.store import fact_log
from tests.store.conftest import (  # noqa: F401 - fixtures
    NewDatabase,
    mariadb_server,
    new_mariadb,
)
from tests.sync.http_world import HttpWorld
from tests.sync.loopback_world import LoopbackWorld, Served, served
from tests.sync.machine import Simulation
from tests.sync.test_exchange import settled
from tests.sync.world import World, facts_of

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


def test_facts_that_are_too_long_are_cut_and_arrive(http_world: HttpWorld) -> None:
    """A store that holds them already can sync all the same, and all have the shorter ones."""
    a = http_world.add()
    http_world.add()
    http_world.review(a, [HARD, MISSED])
    with a.context.database.transaction() as db:
        rules = a.context.rulebook(db)
        about, note = question_id("q-001"), {"note": "n" * 70_000}
        mark(db, a.context, rules, about, EventType.CARD_FLAGGED, note)
    [run] = exchange.serve(a.context, {exchange.own_device(a.context): 0})
    long = [
        fact._replace(selected_option=",".join(["k" * 10] * 26), response_text="t" * 2_000_000)
        for fact in run.facts if isinstance(fact, RawResponse)
    ]  # fmt: skip
    with a.context.database.transaction() as db:
        fact_log.rewrite(db, a.context.user, long)
    settled(http_world)
    facts = [fact for fact in facts_of(http_world.server).values() if "n" * 2_000 in str(fact)]
    assert [len(fact[-1]) for fact in facts] == [len('{"note":""}') + 2_000]
    [*answers] = [fact for fact in facts_of(http_world.server).values() if "kkk" in str(fact)]
    assert [(len(fact[7]), len(fact[8])) for fact in answers] == [(252, 1_048_576)] * 2


class HttpSimulation(Simulation):
    """The simulation, over HTTP."""

    server_can_be_restored = False

    def make(self, seed: int) -> World:
        """A world whose server is the real application."""
        return HttpWorld(self.place / "http", Simulation.banks, seed)


class LoopbackSimulation(HttpSimulation):
    """The simulation with two API workers over MariaDB, where devices also sync at once."""

    devices_can_meet = True
    served: ClassVar[Served]

    def make(self, seed: int) -> World:
        """A world whose server is two processes that run already."""
        return LoopbackWorld(self.place / "http", Simulation.banks, seed, self.served)


@pytest.mark.mariadb
def test_lives_with_two_workers_over_mariadb(
    tmp_path: Path,
    new_mariadb: NewDatabase,  # noqa: F811
) -> None:
    """A few lives; `nox -s sync_torture -- 500 SEED mariadb` runs as many as one likes."""
    with new_mariadb("_lives") as url, served(tmp_path / "server", url) as running:
        LoopbackSimulation.served = running
        run_state_machine_as_test(
            LoopbackSimulation,
            settings=settings(
                max_examples=4, stateful_step_count=15, deadline=None, database=None,
                # Nothing is drawn twice alike where devices meet, so nothing can be made smaller.
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


TestHttpSimulation = HttpSimulation.TestCase
TestHttpSimulation.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
