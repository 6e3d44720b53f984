"""The curl session of docs/server.md, run as it stands there against `drillr serve`."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.conftest import on_loopback

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_documented_session_works(tmp_path: Path) -> None:
    """From an empty folder to the progress after twenty answers, with curl alone."""
    with on_loopback(tmp_path / "data") as server:
        walk(f"http://127.0.0.1:{server.settings.port}")


def walk(here: str) -> None:
    """Run the documented session against the server at this address, and look at what it says."""
    text = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    section = text.split("## A first session with curl")[1]
    (script,) = re.findall(r"```sh\n(.*?)```", section.split("\n## ")[0], re.S)
    assert "http://127.0.0.1:8001" in script
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("http://127.0.0.1:8001", here)],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    found = [json.loads(line) for line in done.stdout.replace("}{", "}\n{").splitlines()]
    account, job, ended, progress = found
    assert (account["username"], account["role"]) == ("ada", "admin")
    assert (job["report"]["failed"], job["report"]["imported"] >= 300) == (0, True)
    assert (ended["answered"], ended["ended_at"] is not None) == (20, True)
    assert (progress["responses"], progress["active_cards"]) == (20, 20)
    assert progress["questions"] == job["report"]["imported"]
