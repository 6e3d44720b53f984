"""Jobs: what a crash leaves behind is taken up, and each person's day gets one plan."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drillr.bootstrap import new_id
from drillr.server.database import open_plain
from drillr.server.records import accounts, jobs
from drillr.server.records.jobs import State
from drillr.server.storage import open_storage
from drillr.server.tasks import planning, running
from drillr.server.tasks.importing import KIND as IMPORT
from drillr.server.tasks.known import TASKS
from drillr.server.tasks.running import Tools
from drillr.services.upkeep import change_setting
from tests.conftest import Clock, mcq
from tests.server.conftest import Server, context_of, in_process, settings_for
from tests.server.test_admin import finished, upload
from tests.server.test_auth import problem

PLAN = "/progress/plan"


def tools_of(server: Server, clock: Callable[[], datetime]) -> Tools:
    """What a worker beside this server would use."""
    settings = server.settings
    return Tools(settings, open_plain(settings), open_storage(settings), clock, new_id)


def job(tools: Tools, kind: str, params: dict[str, Any], user: str | None = None) -> bytes:
    """Write a job that waits."""
    key = new_id()
    with tools.database.transaction() as db:
        account = accounts.by_name(db, user) if user else None
        jobs.create(db, key, account.id if account else None, kind, params, tools.clock())
    return key


def loaded(tools: Tools, key: bytes) -> jobs.Job:
    """The job as it is now."""
    with tools.database.transaction(write=False) as db:
        found = jobs.load(db, key)
    assert found is not None
    return found


def test_what_a_crash_left_is_taken_up(tmp_path: Path, clock: Clock) -> None:
    """A job that ran when the server died runs again at the next start, and does nothing twice."""
    settings = settings_for(tmp_path / "server")
    with in_process(settings, clock) as server:
        server.sign_in("ada")
        done = finished(server, upload(server, "ada", {"a__b__c__d.json": [mcq(1), mcq(2)]}))
        tools = tools_of(server, clock)
        tools.storage.put("uploads/x.json", b'[{"id": "q-001"}]')
        params = {"files": [{"key": "uploads/x.json", "name": "a__b__c__d.json"}]}
        key = job(tools, IMPORT, params, "ada")
        with tools.database.transaction() as db:
            assert jobs.begin(db, key, clock())
        tools.database.close()
    with in_process(settings, clock) as server:
        for _ in range(1000):
            tools = tools_of(server, clock)
            found = loaded(tools, key)
            tools.database.close()
            if found.state is State.DONE:
                break
        assert (found.state, found.attempts) == (State.DONE, 2)
        assert found.report["failed"] == 1
    assert done["report"]["imported"] == 2


def test_a_job_that_has_ended_is_left_alone(sqlite_server: Server, clock: Clock) -> None:
    """A message that is delivered twice runs nothing twice."""
    tools = tools_of(sqlite_server, clock)
    key = job(tools, planning.KIND, {})
    running.run(tools, key, TASKS)
    first = loaded(tools, key)
    assert (first.state, first.attempts) == (State.DONE, 1)
    running.run(tools, key, TASKS)
    assert loaded(tools, key) == first
    tools.database.close()


def test_a_failure_is_told_without_its_inside(sqlite_server: Server, clock: Clock) -> None:
    """An error that says what to do is kept; any other is a mistake of the server's."""
    tools = tools_of(sqlite_server, clock)

    def fail(tools: Tools, job: jobs.Job, note: running.Note) -> dict[str, Any]:
        raise ZeroDivisionError("secret")

    key = job(tools, "fails", {})
    running.run(tools, key, {"fails": fail})
    assert (loaded(tools, key).state, loaded(tools, key).error) == (
        State.FAILED, "the server made a mistake",
    )  # fmt: skip
    key = job(tools, IMPORT, {"files": []})
    running.run(tools, key, TASKS)
    assert "no account" in str(loaded(tools, key).error)
    tools.database.close()


@pytest.mark.parametrize("database", ["sqlite", "mariadb"])
def test_each_persons_day_gets_one_plan(
    database: str, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> None:
    """By their own zone: who is past four in the morning has a new plan, who isn't keeps theirs."""
    url = request.getfixturevalue("clean_mariadb_url") if database == "mariadb" else ""
    clock.at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with in_process(settings_for(tmp_path / "server", url), clock) as server:
        for name in ("ada", "bob"):
            server.sign_in(name)
        finished(server, upload(server, "ada", {"a__b__c__d.json": [mcq(1), mcq(2)]}))
        with context_of(server, "bob") as theirs:
            change_setting(theirs, "timezone", "Pacific/Auckland")
        problem(server.call("GET", PLAN, "ada"), 404, "not-found")
        tools = tools_of(server, clock)

        def run() -> dict[str, Any]:
            key = job(tools, planning.KIND, {})
            running.run(tools, key, TASKS)
            return dict(loaded(tools, key).report)

        assert run() == {"people": 2, "made": 2}
        assert run() == {"people": 2, "made": 0}
        days = {name: server.call("GET", PLAN, name).json()["day"] for name in ("ada", "bob")}
        assert days == {"ada": "2026-03-02", "bob": "2026-03-02"}
        assert server.call("GET", PLAN, "ada").json()["new"] == 2
        # Four in the morning in Auckland, an afternoon in UTC: only bob's day has begun.
        clock.at += timedelta(hours=4)
        server.tokens.clear()
        assert run() == {"people": 2, "made": 1}
        assert server.call("GET", PLAN, "bob").json()["day"] == "2026-03-03"
        assert server.call("GET", PLAN, "ada").json()["day"] == "2026-03-02"
        tools.database.close()
