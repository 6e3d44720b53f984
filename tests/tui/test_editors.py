"""Which editor it is, and how each is told the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.errors import UsageError
from drillr.tui.editors import at_line, editor

PATH = "/tmp/a b/+x__y.json"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("vi", ["+12", PATH]),
        ("nvim", ["+12", PATH]),
        ("/usr/bin/nano", ["+12", PATH]),
        ("emacs -nw", ["+12", PATH]),
        ("emacsclient -t", ["+12", PATH]),
        ("code --wait", ["--goto", f"{PATH}:12"]),
        ("codium", ["--goto", f"{PATH}:12"]),
        ("hx", [f"{PATH}:12"]),
        ("subl -w", [f"{PATH}:12"]),
        ("zed --wait", [f"{PATH}:12"]),
        ("kate", ["--line", "12", PATH]),
        ("idea", ["--line", "12", PATH]),
        ("C:/Programs/Code.exe", ["--goto", f"{PATH}:12"]),
        ("C:/vim/VIM.EXE", ["+12", PATH]),
        ("my-own-editor", [PATH]),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_words(command: str, words: list[str]) -> None:
    """Its options stay in front; one that is not known is given the file alone."""
    assert at_line(command.split(), PATH, 12) == [*command.split(), *words]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3), st.text(min_size=1))
def test_without_a_line_every_editor_is_given_the_file(command: list[str], path: str) -> None:
    """A file that is no text of lines has none."""
    assert at_line(command, path, None) == [*command, path]


@given(st.sampled_from("vi code hx kate other".split()), st.integers(1, 10**6))
def test_the_path_is_one_word_and_the_command_is_whole(name: str, line: int) -> None:
    """Blanks and signs in a path are nobody's options."""
    words = at_line([name, "-x"], PATH, line)
    assert words[:2] == [name, "-x"]
    assert [word for word in words[2:] if PATH in word]


def test_the_editor_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """VISUAL before EDITOR, with its options; else one that is there; else the remedy is named."""
    monkeypatch.setenv("EDITOR", "nano")
    monkeypatch.setenv("VISUAL", "code --wait")
    assert editor() == ["code", "--wait"]
    monkeypatch.setenv("VISUAL", "")
    assert editor() == ["nano"]
    monkeypatch.setenv("EDITOR", "vi 'unclosed")
    with pytest.raises(UsageError, match="EDITOR can't be read"):
        editor()
    monkeypatch.setenv("EDITOR", "")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="no editor is set"):
        editor()
