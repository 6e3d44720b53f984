"""Depots: one contract for a folder, a bucket in memory and one on disk."""

import os
import stat
from pathlib import Path

import pytest
from obstore.store import LocalStore, MemoryStore

from drillr.depots import Depot
from drillr.depots.folder import FolderDepot
from drillr.depots.objects import ObjectDepot, s3
from drillr.errors import DepotError


@pytest.fixture(params=["folder", "memory", "local"])
def depot(request: pytest.FixtureRequest, tmp_path: Path) -> Depot:
    """An empty depot of each kind."""
    if request.param == "folder":
        return FolderDepot(str(tmp_path / "depot"))
    if request.param == "memory":
        return ObjectDepot("memory", MemoryStore())
    return ObjectDepot("local", LocalStore(tmp_path / "objects", mkdir=True))


def test_what_is_put_can_be_listed_fetched_and_deleted(depot: Depot, tmp_path: Path) -> None:
    """Bytes come back as they were, the last ones win, and what is gone is gone."""
    source, target = tmp_path / "source", tmp_path / "target"
    assert depot.names() == []
    for number, data in enumerate((b"", bytes(range(256)) * 40_000, b"last")):
        source.write_bytes(data)
        depot.put("name.db", str(source))
        depot.put(f"other-{number}", str(source))
        depot.get("name.db", str(target))
        assert target.read_bytes() == data
    assert depot.names() == ["name.db", "other-0", "other-1", "other-2"]
    depot.delete("name.db")
    depot.delete("name.db")
    assert depot.names() == ["other-0", "other-1", "other-2"]
    with pytest.raises(DepotError) as caught:
        depot.get("name.db", str(target))
    assert caught.value.remedy


def test_a_folder_is_private_and_holds_whole_files_only(tmp_path: Path) -> None:
    """Only the owner reads it; what is still being written is no file of the depot's."""
    source = tmp_path / "source"
    source.write_bytes(b"x")
    depot = FolderDepot(str(tmp_path / "depot"))
    depot.put("a", str(source))
    assert stat.S_IMODE((tmp_path / "depot").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "depot" / "a").stat().st_mode) == 0o600
    (tmp_path / "depot" / ".b.1.part").write_bytes(b"half")
    assert depot.names() == ["a"]
    with pytest.raises(DepotError):
        depot.put("c", str(tmp_path / "nowhere"))
    assert os.listdir(tmp_path / "depot") != ["c"]
    with pytest.raises(DepotError):
        FolderDepot(str(source)).put("a", str(source))


def test_a_bucket_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A refused connection is an error with a remedy, in one line."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    depot = s3("s3://bucket/backups")
    depot._store = type(depot._store).from_url(
        "s3://bucket/backups", client_options={"allow_http": True}, retry_config={"max_retries": 0}
    )
    with pytest.raises(DepotError) as caught:
        depot.names()
    assert "\n" not in str(caught.value)
