"""Running apart: another process gives the same values, its failures are told, none is left."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillr.errors import ContentError, DrillrError
from drillr.services.apart import Apart
from drillr.services.reading import Reading
from tests.conftest import mcq, theory

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nothing is forked"),
    # Whatever runs the tests may have threads; the copies here touch nothing of theirs.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


def is_gone(process: int) -> bool:
    """Whether this process has no such child any more."""
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


values = st.lists(st.one_of(st.integers(), st.text(), st.tuples(st.binary(), st.booleans())))


@settings(max_examples=25, deadline=None)
@given(values, st.integers(1, 4))
def test_values_come_in_their_order(given_values: list[Any], most: int) -> None:
    """Nothing is lost, doubled or moved, and no process is left."""
    apart = Apart(given_values, most)
    assert list(apart) == given_values
    apart.close()
    assert is_gone(apart._process)


def test_a_process_that_waits_is_ended() -> None:
    """An endless iterator ends with its taker."""

    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(100_000)

    apart = Apart(endless(), 2)
    assert len(next(apart)) == 100_000
    apart.close()
    assert is_gone(apart._process)


def test_a_process_that_dies_is_no_end() -> None:
    """Where values are missing, nobody may take those before for all of them."""

    def dying() -> Iterator[int]:
        yield 1
        os._exit(9)

    apart = Apart(dying(), 1)
    with pytest.raises(DrillrError, match="ended too early"):
        list(apart)
    apart.close()


def all_of(paths: list[str], *, ahead: bool) -> list[Any]:
    """All that reading these files gives, in values that can be compared."""
    reading = Reading(paths, b"", lambda name, _: "known" in name, ahead=ahead)
    found: list[Any] = []
    for _ in paths:
        try:
            code, source = reading.open()
            items = None if source is None else list(source)
            found += [code, source and source.names()]
            for offset, item in items or ():
                refused = isinstance(item, Exception)
                found.append((offset, (str(item), vars(item)) if refused else item))
                assert source is None or source.line_of(offset)
        except ContentError as error:
            found.append((error.message, error.remedy))
    reading.close()
    return found


good = st.builds(lambda n, t: [mcq, theory][t](n), st.integers(1, 9), st.integers(0, 1))
bad: st.SearchStrategy[Any] = st.sampled_from(
    [7, {}, {"id": "x"}, mcq(1, correct_answer="Z"), mcq(2, option_explanations={"A": "so"})]
)
names = st.sampled_from(["a__b__c__d.json", "a__b__c__known.json", "a__b.json", "a__b__c__e.json"])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(names, st.lists(st.one_of(good, bad), max_size=4)),
    st.sampled_from(["", "]", "\xff", '{"topic": "T"}']),
)
def test_files_are_read_alike_here_and_there(
    tmp_path: Path, files: dict[str, list[Any]], tail: str
) -> None:
    """Drafts, refusals, names and errors are the same, whichever process reads."""
    paths = []
    for name, items in files.items():
        text = json.dumps(items, indent=1) + tail
        if tail.startswith("{"):
            text = json.dumps({"topic": "T", "questions": items})
        (tmp_path / name).write_bytes(text.encode("latin-1"))
        paths.append(str(tmp_path / name))
    paths.append(str(tmp_path / "no__such__file__here.json"))
    assert all_of(paths, ahead=True) == all_of(paths, ahead=False)


def test_a_file_given_up_half_way_is_followed_by_the_next(tmp_path: Path) -> None:
    """What is left of it is passed over."""
    paths = []
    for name in ("a__b__c__d.json", "a__b__c__e.json"):
        (tmp_path / name).write_text(json.dumps([mcq(n) for n in range(1, 1_300)]))
        paths.append(str(tmp_path / name))
    reading = Reading(paths, b"", lambda *_: False, ahead=True)
    first, second = reading.open().source, None
    assert first is not None
    next(iter(first))
    second = reading.open().source
    assert second is not None
    assert len(list(second)) == 1_299
    reading.close()
