"""A Galera cluster of three nodes on loopback, an API server on each, one node killed under load.

Clients answer questions; each keeps what was acknowledged, goes to another server when its own is
away, and repeats a request whose answer it never got (under the same id, so that it counts once).
In the middle one node is ended with SIGKILL. At the end every acknowledged answer must be in the
surviving nodes, once, and a replay must find every card as it is.

`nox -s galera` runs it; it needs mariadbd with galera-4, and rsync.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pymysql

from drillr import bootstrap
from drillr.domain.ids import id_text
from drillr.server.database import migrate
from drillr.services.replaying import rederive_all
from drillr.store import integrity, progress
from tests.conftest import mcq
from tests.server.conftest import PASSWORD, Server, context_of, on_loopback, settings_for
from tests.server.test_admin import finished, upload

NODES = 3
# Below the ports that outgoing connections are given, which might otherwise hold one of these.
PORTS = 23_306
LIBRARY = "/usr/lib/galera/libgalera_smm.so"
START_SECONDS = 120
QUESTIONS = 400


@dataclass
class Node:
    """One mariadbd of the cluster."""

    number: int
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def port(self) -> int:
        """Where clients connect."""
        return PORTS + self.number

    @property
    def gcomm(self) -> int:
        """Where the other nodes connect."""
        return PORTS + 1000 + 10 * self.number

    @property
    def url(self) -> str:
        """The address of the cluster's database on this node."""
        return f"mariadb+asyncmy://root@127.0.0.1:{self.port}/drillr"

    def start(self, peers: "list[Node]", *, first: bool) -> None:
        """Start it, as the first of a new cluster or as one that joins."""
        data, user = self.folder / "data", []
        if os.geteuid() == 0:
            # As root, rsync's daemon would become nobody, who may not write here.
            user = ["--user=mysql"]
            shutil.chown(self.folder, "mysql")
            self.folder.parent.chmod(0o711)
        # Not the folder for temporary files that nox names: the database may not write there.
        environment = os.environ | {"TMPDIR": str(self.folder)}
        if not data.exists():
            subprocess.run(
                ["mariadb-install-db", "--no-defaults", f"--datadir={data}",
                 "--auth-root-authentication-method=normal", *user],
                check=True, stdout=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
        addresses = ",".join(f"127.0.0.1:{peer.gcomm}" for peer in peers)
        options = ";".join(
            (
                f"gmcast.listen_addr=tcp://127.0.0.1:{self.gcomm}",
                f"ist.recv_addr=127.0.0.1:{self.gcomm + 1}", "gcache.size=64M",
                "evs.keepalive_period=PT0.5S", "evs.suspect_timeout=PT2S",
                "evs.inactive_timeout=PT6S",
            )
        )  # fmt: skip
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [
                "mariadbd", "--no-defaults", *user, f"--datadir={data}", f"--port={self.port}",
                "--bind-address=127.0.0.1", f"--socket={self.folder / 'socket'}",
                f"--pid-file={self.folder / 'pid'}", "--binlog-format=ROW",
                "--innodb-autoinc-lock-mode=2", "--innodb-flush-log-at-trx-commit=1",
                "--innodb-buffer-pool-size=64M", "--character-set-server=utf8mb4", "--wsrep-on=ON",
                f"--wsrep-provider={LIBRARY}", f"--wsrep-cluster-address=gcomm://"
                f"{'' if first else addresses}", "--wsrep-cluster-name=drillr-test",
                f"--wsrep-node-name=node{self.number}",
                f"--wsrep-node-address=127.0.0.1:{self.gcomm}",
                f"--wsrep-sst-receive-address=127.0.0.1:{self.gcomm + 2}",
                "--wsrep-sst-method=rsync", f"--wsrep-provider-options={options}",
            ],
            stdout=log, stderr=log, env=environment,
        )  # fmt: skip
        self.wait()

    def wait(self) -> None:
        """Until it is synced."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(pymysql.MySQLError):
                if self.ask("show status like 'wsrep_local_state_comment'")[1] == "Synced":
                    return
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError(f"node {self.number}: {(self.folder / 'log').read_text()[-4000:]}")

    def ask(self, sql: str) -> tuple[Any, ...]:
        """The first row of a statement on this node."""
        with (
            pymysql.connect(host="127.0.0.1", port=self.port, user="root", connect_timeout=2) as db,
            db.cursor() as cursor,
        ):
            cursor.execute(sql)
            return cursor.fetchone() or ()

    def kill(self) -> None:
        """End it without a farewell."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[list[Node]]:
    """A cluster of three nodes for as long as a `with` block runs."""
    nodes = [Node(number, folder / f"node{number}") for number in range(NODES)]
    try:
        for node in nodes:
            node.folder.mkdir(parents=True)
            _patiently(node, nodes)
        yield nodes
    finally:
        for node in nodes:
            node.kill()


def _patiently(node: Node, nodes: list[Node]) -> None:
    """Start a node; some systems refuse Galera's threads their priority now and then."""
    for attempt in range(5):
        try:
            node.start(nodes, first=node.number == 0)
        except RuntimeError:
            if attempt == 4:
                raise
            node.kill()
        else:
            return


@dataclass
class Learner:
    """A client that answers in a loop, and remembers what was acknowledged."""

    name: str
    servers: list[str]
    home: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    moves: int = 0
    stalled: float = 0.0

    def run(self, token: str, questions: list[str], stop: threading.Event) -> None:
        """Answer one question after the other until told to stop."""
        at = self.home
        for turn in range(10_000_000):
            if stop.is_set():
                return
            question, fact = questions[turn % len(questions)], id_text(bootstrap.new_id())
            body = {"id": fact, "selected_option": "AB"[turn % 2], "time_spent_seconds": 3}
            started = time.monotonic()
            while True:
                try:
                    answer = httpx2.post(
                        f"{self.servers[at]}/api/v1/learning/questions/{question}/answer",
                        headers={"Authorization": f"Bearer {token}"}, json=body, timeout=10,
                    )  # fmt: skip
                    if answer.status_code == 201:
                        self.repeats += answer.json()["repeated"]
                        self.acknowledged[fact] = question
                        break
                    if answer.status_code != 503:
                        raise AssertionError(f"{answer.status_code}: {answer.text}")
                except httpx2.TransportError:
                    pass
                at, self.moves = (at + 1) % len(self.servers), self.moves + 1
                time.sleep(0.05)
            self.stalled = max(self.stalled, time.monotonic() - started)


def load(
    nodes: list[Node], servers: list[Server], seconds: float
) -> tuple[list[Learner], list[str], dict[str, Any]]:
    """Let learners answer, kill the second node half-way, start it again; what happened."""
    urls = [str(server.client.base_url).rstrip("/") for server in servers]
    # Two clients each, on different nodes: their transactions meet in the cluster alone.
    names = [f"learner{number // 2}" for number in range(2 * NODES)]
    questions = [
        one["question_id"]
        for one in servers[0].call(
            "GET", "/content/search", "ada", params={"q": "number", "limit": 200}
        ).json()["hits"]
    ]  # fmt: skip
    stop, learners, threads = threading.Event(), [], []
    for number, name in enumerate(names):
        headers = servers[0].sign_in(name)
        learner = Learner(name, urls, number % NODES)
        mine = questions[number * 20 : number * 20 + 20] + questions[-20:]
        threads.append(
            threading.Thread(
                target=learner.run, args=(headers["Authorization"][7:], mine, stop), daemon=True
            )
        )
        learners.append(learner)
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    before = sum(len(one.acknowledged) for one in learners)
    nodes[1].kill()
    killed = time.monotonic()
    while sum(len(one.acknowledged) for one in learners) < before + len(learners):
        time.sleep(0.01)
    resumed = time.monotonic() - killed
    time.sleep(seconds / 2)
    _patiently(nodes[1], nodes)
    rejoined = time.monotonic() - killed
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join(60)
    total = sum(len(one.acknowledged) for one in learners)
    return learners, names, {
        "acknowledged": total, "before_kill": before, "resumed_seconds": round(resumed, 2),
        "rejoined_seconds": round(rejoined, 1), "longest_stall_seconds": round(
            max(one.stalled for one in learners), 2),
        "moves": sum(one.moves for one in learners),
        "repeats": sum(one.repeats for one in learners),
    }  # fmt: skip


def verify(nodes: list[Node], servers: list[Server], learners: list[Learner]) -> dict[str, int]:
    """Every acknowledged answer is on every node, once; cards follow from facts. Raises if not."""
    missing = doubled = changed = gaps = facts = 0
    for node in nodes:
        node.wait()
        settings = servers[0].settings.model_copy(
            update={"database": type(servers[0].settings.database)(node.url)}
        )
        for name in sorted({learner.name for learner in learners}):
            acknowledged = {
                fact for one in learners if one.name == name for fact in one.acknowledged
            }
            with (
                context_of(Server(None, settings), name) as context,
                context.database.transaction() as db,
            ):
                rows = db.rows(
                    "select id from user_responses where user_id = ?", (db.key(context.user),)
                )
                held = [id_text(db.read_key(key)) for (key,) in rows]
                facts += len(held)
                missing += len(acknowledged - set(held))
                doubled += len(held) - len(set(held))
                gaps += len(integrity.gaps(db, context.user))
                was = progress.derived_rows(db, context.user)
                rederive_all(db, context)
                now = progress.derived_rows(db, context.user)
                changed += sum(was[table] != now[table] for table in was)
    found = {"missing": missing, "doubled": doubled, "gaps": gaps, "rows_changed": changed}
    if any(found.values()):
        raise AssertionError(f"the cluster lost something: {found}")
    return found | {"facts_on_all_nodes": facts}


def main(arguments: list[str]) -> int:
    """Run it, and print what happened as JSON."""
    seconds = float(arguments[0]) if arguments else 20.0
    for program in ("mariadbd", "mariadb-install-db", "rsync"):
        if shutil.which(program) is None or not os.path.exists(LIBRARY):
            print(f"{program} or {LIBRARY} is missing", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory(prefix="drillr-galera-") as name:
        folder = Path(name)
        with cluster(folder) as nodes, contextlib.ExitStack() as stack:
            nodes[0].ask("create database drillr character set utf8mb4")
            migrate(settings_for(folder / "migrate", nodes[0].url))
            servers = [
                stack.enter_context(
                    on_loopback(
                        folder / f"api{node.number}", DRILLR_SERVER_DATABASE=node.url,
                        DRILLR_SERVER_KEYS="k1:" + "s" * 40, DRILLR_SERVER_POOL_SIZE="5",
                    )
                )
                for node in nodes
            ]  # fmt: skip
            servers[0].sign_in("ada", PASSWORD)
            files = {"a__b__c__d.json": [mcq(number) for number in range(QUESTIONS)]}
            imported = finished(servers[0], upload(servers[0], "ada", files))["report"]["imported"]
            assert imported == QUESTIONS
            learners, _, happened = load(nodes, servers, seconds)
            happened |= verify(nodes, servers, learners)
            size = nodes[0].ask("show status like 'wsrep_cluster_size'")[1]
            conflicts = sum(
                int(node.ask(f"show status like 'wsrep_local_{kind}'")[1])
                for node in nodes
                for kind in ("cert_failures", "bf_aborts")
            )
    print(json.dumps(happened | {"cluster_size": int(size), "conflicts": conflicts}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
