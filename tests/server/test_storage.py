"""Storage: one behaviour over a folder, memory, and a server that speaks S3."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from drillr.errors import ContentError, UsageError
from drillr.server.storage import Storage, open_storage, open_url
from tests.conftest import mcq
from tests.server.conftest import Server, free_port, in_process, settings_for
from tests.server.test_admin import finished


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A server that speaks S3, as a process on loopback."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = str(Path(sys.executable).with_name("moto_server"))
    process = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", port), 0.2):
                    break
            except OSError:
                time.sleep(0.05)
        httpx2.put(f"{url}/drillr-bucket", timeout=30).raise_for_status()
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def s3(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The bucket's address; its server and keys are in the environment."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_endpoint, "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return f"s3://drillr-bucket/{os.urandom(4).hex()}"


@pytest.fixture(params=["default", "folder", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Every kind of storage."""
    if request.param == "default":
        return open_storage(settings_for(tmp_path))
    if request.param == "folder":
        return open_url(f"file://{tmp_path / 'kept'}")
    return open_url(request.getfixturevalue("s3") if request.param == "s3" else "memory://")


def test_files_are_kept_listed_and_forgotten(storage: Storage) -> None:
    """Put, get, list below a prefix, delete, twice."""
    files = {"a/1.json": b"one", "a/2 ä.json": b"\x00" * 100_000, "b/3.json": b""}
    for key, data in files.items():
        storage.put(key, data)
    assert {key: storage.get(key) for key in files} == files
    assert list(storage.listed("a")) == [("a/1.json", 3), ("a/2 ä.json", 100_000)]
    assert len(list(storage.listed())) == 3
    storage.put("a/1.json", b"another")
    assert storage.get("a/1.json") == b"another"
    for _ in range(2):
        storage.delete(list(files))
    assert list(storage.listed()) == []
    with pytest.raises(ContentError, match="no file"):
        storage.get("a/1.json")


@pytest.mark.parametrize("url", ["", "http://host/x", "s3://", "ftp://x", "/folder"])
def test_another_address_is_refused(url: str) -> None:
    """With what can be written instead."""
    with pytest.raises(UsageError, match="no storage"):
        open_url(url)


def import_from(server: Server, source: str) -> dict[str, object]:
    """Import everything below a prefix."""
    return finished(
        server, server.call("POST", "/content/import/from", "ada", json={"source": source})
    )


def test_an_import_from_a_bucket(s3: str, tmp_path: Path) -> None:
    """Every question file below the prefix; where there is none, the job says so."""
    import json

    bucket = open_url(s3)
    for number in range(1, 4):
        text = json.dumps([mcq(number)]).encode()
        bucket.put(f"deep/{number}/a__b__c__d{number}.json", text)
    bucket.put("deep/readme.txt", b"no questions")
    with in_process(settings_for(tmp_path / "server", storage=s3 + "/kept")) as server:
        server.sign_in("ada")
        report = import_from(server, s3 + "/deep")["report"]
        assert isinstance(report, dict)
        assert (report["imported"], report["failed"]) == (3, 0)
        nothing = import_from(server, s3 + "/empty")
        assert (nothing["state"], "no .json file" in str(nothing["error"])) == ("failed", True)
