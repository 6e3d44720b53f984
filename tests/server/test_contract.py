"""The same behaviour of a whole installation: two API processes, MariaDB, Redis, Celery's worker.

The tests are those that run in one process over SQLite and MariaDB; here they run again against
real processes, once with everything there, and once with Redis killed in the middle of each test.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Redis, Server, empty, on_loopback
from tests.server.test_admin import (  # noqa: F401 - run again here
    admin,
    test_a_move_takes_everybodys_progress_along,
    test_an_edit_is_seen_at_once_and_keeps_history,
    test_an_export_is_what_an_import_takes,
    test_an_import_names_what_it_refuses,
    test_analytics_count_what_was_answered,
    test_options_of_an_import,
    test_reports_reach_the_admins,
    test_search_finds_by_words_and_card,
)
from tests.server.test_auth import (  # noqa: F401 - run again here
    test_a_lost_answer_to_a_refresh_can_be_asked_for_again,
    test_a_refresh_token_works_once_and_its_reuse_ends_the_login,
    test_an_account_signs_in_and_is_itself,
)
from tests.server.test_content import (  # noqa: F401 - run again here
    test_what_has_not_changed_is_not_sent_again,
)
from tests.server.test_learning import (  # noqa: F401 - run again here
    filled,
    test_a_session_from_start_to_end,
    test_an_answer_that_is_sent_twice_counts_once,
    test_derived_rows_follow_from_the_facts,
    test_nobody_sees_anothers_sessions_or_progress,
)

pytestmark = pytest.mark.skipif(
    os.environ.get("DRILLR_REQUIRE_SERVICES") != "1",
    reason="starts Redis, two servers and a worker: DRILLR_REQUIRE_SERVICES=1 asks for it",
)
SECONDS = 120
STOPS_AFTER = 4


class Alternating:
    """A client whose requests go to two servers in turn; Redis may be killed on the way."""

    def __init__(self, clients: list[Any], redis: Redis, stops_after: int | None) -> None:
        self._clients, self._redis, self._left = cycle(clients), redis, stops_after

    def request(self, *arguments: Any, **more: Any) -> Any:
        """One request."""
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._redis.kill()
        return next(self._clients).request(*arguments, **more)

    def get(self, path: str, **more: Any) -> Any:
        """A GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        """A POST."""
        return self.request("POST", path, **more)


@dataclass
class Installation:
    """Processes that run for all tests of this module."""

    servers: list[Server]
    redis: Redis
    worker_log: Path


@pytest.fixture(scope="module")
def installation(
    server_mariadb_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Two API servers, Redis, and a worker, over this run's MariaDB database."""
    if shutil.which("redis-server") is None:
        pytest.fail("redis-server is not installed")
    empty(server_mariadb_url)
    folder, redis = tmp_path_factory.mktemp("installation"), Redis()
    redis.start()
    url = f"redis://127.0.0.1:{redis.port}"
    variables = {
        "DRILLR_SERVER_DATABASE": server_mariadb_url, "DRILLR_SERVER_REDIS": url + "/0",
        "DRILLR_SERVER_BROKER": url + "/1", "DRILLR_SERVER_KEYS": "k1:" + "s" * 40,
        "DRILLR_SERVER_STORAGE": f"file://{folder / 'storage'}",
    }  # fmt: skip
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "DRILLR_SERVER_DATA": str(folder / "w"),
    } | variables  # fmt: skip
    program = str(Path(sys.executable).with_name("drillr"))
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((folder / "worker.log").open("wb"))
        worker = subprocess.Popen(
            [program, "server", "worker", "--concurrency", "1"], env=environment, stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            servers = [
                stack.enter_context(on_loopback(folder / str(number), **variables))
                for number in range(2)
            ]
            yield Installation(servers, redis, folder / "worker.log")
        finally:
            worker.terminate()
            try:
                worker.wait(SECONDS)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            redis.kill()


@pytest.fixture(params=["everything", "redis stops"])
def server(
    request: pytest.FixtureRequest, installation: Installation, clean_mariadb_url: str
) -> Server:
    """The installation, its database empty."""
    installation.redis.start()
    stops = STOPS_AFTER if request.param == "redis stops" else None
    client = Alternating([one.client for one in installation.servers], installation.redis, stops)
    settings = installation.servers[0].settings.model_copy(
        update={"database": type(installation.servers[0].settings.database)(clean_mariadb_url)}
    )
    return Server(client, settings)


@pytest.mark.parametrize("server", ["everything"], indirect=True)
def test_the_worker_runs_the_jobs(server: Server, installation: Installation) -> None:
    """With everything there no API process runs an import itself: the worker's log has it."""
    from tests.conftest import mcq
    from tests.server.test_admin import finished, upload

    server.sign_in("ada")
    job = finished(server, upload(server, "ada", {"a__b__c__d.json": [mcq(1)]}))
    assert (job["state"], job["attempts"]) == ("done", 1)
    assert "drillr.run_job" in installation.worker_log.read_text()
