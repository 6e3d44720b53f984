"""Two banks, and a world over them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import mcq
from tests.sync.world import World


@pytest.fixture(scope="session")
def banks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A bank that everybody has, and one that some import later."""
    return write_banks(tmp_path_factory.mktemp("banks"))


def write_banks(folder: Path) -> list[Path]:
    """Write both banks below a folder."""
    import json

    made = []
    for number, (name, first, count) in enumerate([("a__b__c__d", 0, 4), ("a__b__x__y", 10, 3)]):
        target = folder / f"bank-{number}"
        target.mkdir()
        items = [mcq(n) for n in range(first, first + count)]
        (target / f"{name}.json").write_text(json.dumps(items), encoding="utf-8")
        made.append(target)
    return made


@pytest.fixture
def world(tmp_path: Path, banks: list[Path]) -> Iterator[World]:
    """A server and no device yet."""
    made = World(tmp_path, banks)
    yield made
    made.close()
