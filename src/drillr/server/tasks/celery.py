"""The Celery application: its tasks take a job's id, and its beat looks for what is due."""

from datetime import timedelta
from typing import Any

from celery import Celery, signals
from kombu.exceptions import OperationalError

from drillr import bootstrap
from drillr.errors import UsageError
from drillr.server import logs
from drillr.server.database import check_versions, open_plain
from drillr.server.records import jobs
from drillr.server.settings import ServerSettings
from drillr.server.storage import open_storage
from drillr.server.tasks import analysing, planning, running
from drillr.server.tasks.known import TASKS
from drillr.server.tasks.queue import OwnThread, Workers
from drillr.server.tasks.running import Tools

RUN = "drillr.run_job"
BEAT = "drillr.start_job"
FORGOTTEN = "drillr.resume_jobs"
_PLAN_SECONDS = 900.0
_ANALYTICS_SECONDS = 24 * 3600.0
_FORGOTTEN_SECONDS = 60.0
_FORGOTTEN_AFTER = timedelta(minutes=5)
_OPTIONS: dict[str, Any] = {
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "broker_connection_retry_on_startup": True,
    "worker_hijack_root_logger": False,
    # Fail in a second when Redis is away: the job's row waits in the database.
    "broker_transport_options": {
        "socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 0,
        "visibility_timeout": 6 * 3600,
    },
    "beat_schedule": {
        "plans": {"task": BEAT, "schedule": _PLAN_SECONDS, "args": [planning.KIND]},
        "analytics": {"task": BEAT, "schedule": _ANALYTICS_SECONDS, "args": [analysing.KIND]},
        "forgotten": {"task": FORGOTTEN, "schedule": _FORGOTTEN_SECONDS},
    },
}  # fmt: skip


def make_celery(settings: ServerSettings) -> Celery:
    """The application over these settings; nothing is opened before a task runs."""
    app = Celery("drillr", broker=settings.broker.get_secret_value())
    app.conf.update(_OPTIONS)
    opened: list[Tools] = []

    def tools() -> Tools:
        if not opened:
            opened.append(
                Tools(settings, open_plain(settings), open_storage(settings), bootstrap.now,
                      bootstrap.new_id)
            )  # fmt: skip
        return opened[0]

    def close(**_: Any) -> None:
        # A forked child must not share its parent's connections.
        while opened:
            opened.pop().database.close()

    signals.worker_process_init.connect(close, weak=False)
    signals.worker_process_shutdown.connect(close, weak=False)
    signals.setup_logging.connect(
        lambda **_: logs.install(settings.log_format, settings.log_level), weak=False
    )
    _add_tasks(app, tools)
    return app


def _add_tasks(app: Celery, tools: Any) -> None:
    @app.task(name=RUN)  # type: ignore[untyped-decorator]
    def run_job(key: str) -> None:
        running.run(tools(), bytes.fromhex(key), TASKS)

    @app.task(name=BEAT)  # type: ignore[untyped-decorator]
    def start_job(kind: str) -> None:
        key = bootstrap.new_id()
        with tools().database.transaction() as db:
            jobs.create(db, key, None, kind, {}, bootstrap.now())
        running.run(tools(), key, TASKS)

    @app.task(name=FORGOTTEN)  # type: ignore[untyped-decorator]
    def resume_jobs() -> None:
        before = bootstrap.now() - _FORGOTTEN_AFTER
        with tools().database.transaction(write=False) as db:
            waiting = [job.id for job in jobs.unfinished(db) if job.updated_at < before]
        for key in waiting:
            run_job.delay(key.hex())


def queue_of(settings: ServerSettings, instead: OwnThread) -> Workers:
    """The queue that sends jobs to the workers of these settings' broker."""
    app = make_celery(settings)
    task = app.tasks[RUN]

    def send(key: str) -> Any:
        return task.apply_async([key], ignore_result=True, retry=False)

    return Workers(send, (OperationalError, OSError), instead)


def work(settings: ServerSettings, concurrency: int) -> int:
    """Run a worker until it is told to stop; the exit code."""
    _checked(settings)
    arguments = ["worker", "--concurrency", str(concurrency), "--without-gossip",
                 "--without-mingle", "--loglevel", settings.log_level]  # fmt: skip
    make_celery(settings).worker_main(arguments)
    return 0


def beat(settings: ServerSettings) -> int:
    """Run the beat until it is told to stop; the exit code."""
    _checked(settings)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    schedule = str(settings.data / "beat-schedule")
    make_celery(settings).Beat(schedule=schedule, loglevel=settings.log_level).run()
    return 0


def _checked(settings: ServerSettings) -> None:
    """Fail now and with a sentence, rather than at every job."""
    if not settings.broker.get_secret_value():
        raise UsageError(
            "there is no broker", "Set DRILLR_SERVER_BROKER, such as redis://host:6379/1"
        )
    database = open_plain(settings)
    try:
        with database.transaction(write=False) as db:
            check_versions(db)
    finally:
        database.close()
