"""What `deploy/` says to run is what there is: commands, flags, settings, secrets, hosts."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from drillr.server.settings import PREFIX, ServerSettings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "drillr-server"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "drillr.service").read_text(encoding="utf-8")
COMMANDS = [
    # Sorted: all processes of a test run must find the same tests in the same order.
    *sorted({tuple(one["command"]) for one in OURS.values()}),
    tuple(shlex.split(re.findall(r"^ExecStart=\S+ (.*)$", UNIT, re.M)[0])),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_is_one_of_drillrs_with_flags_that_it_knows(command: tuple[str, ...]) -> None:
    """Its help exists, and names every flag."""
    words = [word for word in command if not word.startswith(("-", "/"))]
    program = str(Path(sys.executable).with_name("drillr"))
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"drillr {' '.join(words)}" in done.stdout
    assert all(word in done.stdout for word in command if word.startswith("--"))


def test_settings_are_known_and_secrets_are_declared() -> None:
    """Nothing is set that no server reads, and no secret is read that nothing gives."""
    known = {PREFIX + name.upper() for name in ServerSettings.model_fields}
    image = set(re.findall(rf"({PREFIX}\w+)=", DOCKERFILE))
    for one in OURS.values():
        names = set(one["environment"])
        assert {name.removesuffix("_FILE") for name in names | image} <= known
        files = {Path(value).name for name, value in one["environment"].items() if "_FILE" in name}
        assert files == set(one["secrets"])
    for one in SERVICES.values():
        assert set(one.get("secrets", ())) <= set(COMPOSE["secrets"])
        assert set(one.get("depends_on", ())) <= set(SERVICES)


def test_the_proxy_knows_the_servers_by_their_names_and_port() -> None:
    """Every API server is behind it, on the port that the image listens on."""
    (port,) = re.findall(r"DRILLR_SERVER_PORT=(\d+)", DOCKERFILE)
    servers = re.findall(r"server (\S+?):(\d+) ", (DEPLOY / "nginx.conf").read_text())
    expected = {name for name, one in OURS.items() if one["command"] == ["serve"]}
    assert servers == sorted((name, port) for name in expected)
    assert f"EXPOSE {port}" in DOCKERFILE
    assert f"127.0.0.1:{port}/healthz" in DOCKERFILE
