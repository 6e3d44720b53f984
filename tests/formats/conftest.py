"""Reads a text as the file of some name."""

from pathlib import Path

import pytest

from drillr.formats.source import PLAIN, Reading
from tests.formats.reading import Found, Read, read


@pytest.fixture
def text(tmp_path: Path) -> Read:
    """Reads a text as the file of some name."""

    def give(name: str, content: str | bytes, reading: Reading = PLAIN) -> Found:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path, reading)[0]

    return give
