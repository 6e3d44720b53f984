"""The line that says how far longer work is."""

import io
import sys

import pytest

from drillr.cli.waiting import waiting


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(("terminal", "seconds", "told"), [
    (True, 0.4, False), (True, 0.6, True), (False, 0.6, False),
])  # fmt: skip
def test_only_longer_work_on_a_terminal_is_told_of(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, seconds: float, told: bool
) -> None:
    """After half a second it shows the share; nothing is left of it at the end."""
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    instants = iter([0.0, seconds, seconds])
    with waiting("planning", lambda: next(instants)) as hear:
        hear(0.0)
        hear(0.42)
        assert ("planning …  42 %" in stream.getvalue()) is told
    assert stream.getvalue().endswith("\r") is told
