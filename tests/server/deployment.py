"""What deploy/compose.yaml describes, run without containers: its commands, its proxy, its checks.

MariaDB is the one of 127.0.0.1:3306, in a database of its own; Redis, two API servers, a worker,
a beat and nginx are started on free ports of loopback, with the settings and secrets of the file.
The documented session goes through the proxy, then one API server is ended with SIGKILL, and every
request must still be answered. `nox -s deployment` runs it; it needs mariadbd, redis-server, nginx.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pymysql

from tests.architecture.test_deploy import COMPOSE, DEPLOY, DOCKERFILE, OURS
from tests.server.conftest import Redis, free_port, wait_until_ready
from tests.server.test_walkthrough import walk

REQUESTS = 100
PROGRAM = str(Path(sys.executable).with_name("drillr"))
NGINX = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/drillr.conf;
}}
"""


class Deployment:
    """The services of the file, each as a process, until the `with` block around it ends."""

    def __init__(self, folder: Path, database: str, stack: contextlib.ExitStack) -> None:
        self.folder, self._stack = folder, stack
        redis = Redis()
        redis.start()
        stack.callback(redis.kill)
        self.ports = {name: free_port() for name in (*OURS, "proxy")}
        self._secrets(database)
        self._redis = redis.port
        (folder / "data").mkdir()

    def _secrets(self, database: str) -> None:
        secrets = self.folder / "secrets"
        secrets.mkdir()
        (secrets / "database").write_text(f"mariadb+asyncmy://root@127.0.0.1/{database}\n")
        (secrets / "keys").write_text("k1:" + "s" * 64 + "\n")

    def environment(self, name: str) -> dict[str, str]:
        """The image's and the service's settings, with the addresses of this machine."""
        image = dict(re.findall(r"(DRILLR_SERVER_\w+)=(\S+)", DOCKERFILE))
        found = image | {key: str(value) for key, value in OURS[name]["environment"].items()}
        for key, value in found.items():
            local = value.replace("/run/secrets", str(self.folder / "secrets"))
            found[key] = local.replace("redis:6379", f"127.0.0.1:{self._redis}")
        return {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ} | found | {
            "HOME": str(self.folder), "TZ": "UTC", "DRILLR_SERVER_HOST": "127.0.0.1",
            "DRILLR_SERVER_PORT": str(self.ports[name]),
            "DRILLR_SERVER_DATA": str(self.folder / "data"),
            # The documented session begins by registering; the file lets in who is invited.
            "DRILLR_SERVER_REGISTRATION": "open", "DRILLR_SERVER_FIRST_ADMIN": "true",
        }  # fmt: skip

    def run(self, name: str) -> None:
        """Run a service to its end."""
        subprocess.run(
            [PROGRAM, *OURS[name]["command"]], env=self.environment(name), check=True,
            cwd=self.folder / "data",
        )  # fmt: skip

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        """Start a service; an API server until it is ready and its health check passes."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [PROGRAM, *OURS[name]["command"]], env=self.environment(name),
                cwd=self.folder / "data", stdout=log, stderr=log,
            )  # fmt: skip
        self._stack.callback(_end, process)
        if OURS[name]["command"] == ["serve"]:
            with httpx2.Client(base_url=f"http://127.0.0.1:{self.ports[name]}") as client:
                wait_until_ready(client, process, self.folder / f"{name}.log")
            (check,) = re.findall(r"HEALTHCHECK[^\[]*(\[.*\])", DOCKERFILE)
            _, *arguments = json.loads(check.replace(":8001/", f":{self.ports[name]}/"))
            subprocess.run([sys.executable, *arguments], check=True)
        return process

    def proxy(self) -> str:
        """Start nginx with the file's configuration, tested first; its address."""
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        for name in OURS:
            text = text.replace(f"{name}:8001", f"127.0.0.1:{self.ports[name]}")
        text = text.replace("listen 8080;", f"listen 127.0.0.1:{self.ports['proxy']};")
        (self.folder / "drillr.conf").write_text(text)
        own = self.folder / "nginx.conf"
        own.write_text(NGINX.format(folder=self.folder))
        command = ["nginx", "-p", str(self.folder), "-c", str(own)]
        subprocess.run([*command, "-t", "-q"], check=True)
        process = subprocess.Popen(command)
        self._stack.callback(_end, process)
        here = f"http://127.0.0.1:{self.ports['proxy']}"
        with httpx2.Client(base_url=here) as client:
            wait_until_ready(client, process, self.folder / "nginx.log")
        kind, *check = COMPOSE["services"]["proxy"]["healthcheck"]["test"]
        assert kind == "CMD"
        check = [word.replace("http://127.0.0.1:8080", here) for word in check]
        subprocess.run(check, check=True, stdout=subprocess.DEVNULL)
        return here


def main() -> int:
    """Run it, and print what happened as JSON."""
    for program in ("nginx", "redis-server", "curl", "wget"):
        if shutil.which(program) is None:
            print(f"{program} is missing", file=sys.stderr)
            return 2
    with (
        tempfile.TemporaryDirectory(prefix="drillr-deployment-") as name,
        _database() as database,
        contextlib.ExitStack() as stack,
    ):
        if os.geteuid() == 0:
            # nginx's workers are somebody else then, and write what is uploaded there.
            Path(name).chmod(0o711)
        found = Deployment(Path(name), database, stack)
        try:
            print(json.dumps(_live(found), indent=1))
        except BaseException:
            for log in sorted(Path(name).glob("*.log")):
                print(f"== {log.name}\n{log.read_text()[-3000:]}", file=sys.stderr)
            raise
    return 0


def _live(found: Deployment) -> dict[str, Any]:
    found.run("migrate")
    first, _ = found.start("api-1"), found.start("api-2")
    for name in ("worker", "beat"):
        found.start(name)
    here = found.proxy()
    walk(here)
    assert re.search(r"run_job\[\S+\] succeeded", (found.folder / "worker.log").read_text())
    with httpx2.Client(base_url=here, timeout=30) as client:
        assert client.get("/metrics").status_code == 404
        first.kill()
        first.wait()
        codes = [client.get("/readyz").status_code for _ in range(REQUESTS)]
        assert codes == [200] * REQUESTS, codes
        found.start("api-1")
        codes += [client.get("/readyz").status_code for _ in range(REQUESTS)]
    served = [
        sum("/readyz" in line for line in (found.folder / f"{name}.log").read_text().splitlines())
        for name in ("api-1", "api-2")
    ]
    return {
        "documented session": "as documented", "import done by": "worker",
        "requests after one server was killed": REQUESTS, "failed": sum(c != 200 for c in codes),
        "served by each in all": served,
    }  # fmt: skip


@contextlib.contextmanager
def _database() -> Iterator[str]:
    name = f"drillr_deployment_{os.getpid()}"
    options = " ".join(
        word.removeprefix("--").replace("-server=", " ").replace("character-set", "character set")
        for word in COMPOSE["services"]["mariadb"]["command"]
    )
    with pymysql.connect(host="127.0.0.1", user="root") as db, db.cursor() as cursor:
        cursor.execute(f"create database {name} {options.replace('collation', 'collate')}")
        try:
            yield name
        finally:
            cursor.execute(f"drop database {name}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
