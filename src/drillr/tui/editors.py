"""The person's editor: which one it is, and how it is told to open a file at a line."""

import os
import shlex
from collections.abc import Sequence

from drillr.errors import UsageError

# How a line is named differs; of an editor that is not known here, it is left out.
_PLUS = frozenset(
    "vi vim nvim gvim view vimx elvis nvi ex nano rnano pico emacs emacsclient xemacs mg jove jed"
    " joe jmacs jstar kak micro ne mcedit gedit gnome-text-editor pluma xed mousepad leafpad"
    " sensible-editor editor".split()
)
_GOTO = frozenset("code code-insiders code-oss codium vscodium cursor windsurf positron".split())
_COLON = frozenset("hx helix subl sublime_text smerge zed zeditor atom pulsar lapce dte".split())
_LINE = frozenset("kate kwrite mate idea pycharm webstorm goland clion rubymine".split())


def editor() -> list[str]:
    """The command of the person's editor; UsageError when there is none."""
    import shutil

    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(name, ""))
        except ValueError as error:
            raise UsageError(f"{name} can't be read: {error}", "Close its quotes") from None
        if words:
            return words
    for word in ("sensible-editor", "nano", "vi"):
        if shutil.which(word):
            return [word]
    raise UsageError("no editor is set", "Set EDITOR to the command of yours")


def at_line(command: Sequence[str], path: str, line: int | None) -> list[str]:
    """The words that open a file, at a line (from 1) where there is one and the editor is known."""
    words = list(command)
    if line is None:
        return [*words, path]
    name = os.path.basename(words[0].replace("\\", "/")).lower().removesuffix(".exe")
    if name in _PLUS:
        return [*words, f"+{line}", path]
    if name in _GOTO:
        return [*words, "--goto", f"{path}:{line}"]
    if name in _COLON:
        return [*words, f"{path}:{line}"]
    if name in _LINE:
        return [*words, "--line", str(line), path]
    return [*words, path]
