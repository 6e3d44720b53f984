"""A short run of what `nox -s fuzz` does for minutes."""

import random
from pathlib import Path

import pytest

from drillr.services.context import Context
from tests.fuzz.run import once, targets


@pytest.mark.parametrize("name", sorted(targets()))
def test_damaged_files_are_read_or_refused(name: str, context: Context, tmp_path: Path) -> None:
    """Some dozens of damaged files for each importer, always the same ones."""
    target = targets()[name]
    rng = random.Random(name)
    for _ in range(25):
        once(context, tmp_path, target, target.mutate(rng, rng.choice(target.seeds), target.seeds))
