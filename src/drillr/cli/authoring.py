"""`drillr new`, `edit`, `mv` and `watch`: writing questions with one's own editor."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from drillr.cli.importing import print_report
from drillr.domain.question import QuestionType
from drillr.domain.text import visible
from drillr.errors import ContentError, UsageError
from drillr.services import editing
from drillr.services.importing import Options, import_paths
from drillr.services.watching import Watch

if TYPE_CHECKING:
    from drillr.services.context import Context

Taken = TypeVar("Taken")


def write_new(
    context: "Context", path: str, kind: str, external_id: str | None, source: str | None
) -> int:
    """Write a question into a facet, in the editor or from a file."""
    try:
        wanted = QuestionType(kind.strip().lower())
    except ValueError:
        raise UsageError(f"--type can't be {kind!r}", "Use mcq, theory or scenario") from None
    if source is not None:
        made = editing.add(context, path, _read(source), external_id)
    else:
        name = external_id or editing.free_id(context, path)
        blank = editing.blank(name, wanted)
        made = _in_editor(blank, name, lambda text: editing.add(context, path, text))
    print(visible(f"{made.external_id} is in {made.path}"))
    return 0


def edit_one(context: "Context", external_id: str, source: str | None, *, relearn: bool) -> int:
    """Change a question, in the editor or from a file."""

    def take(text: str) -> editing.Edited:
        return editing.edit(context, external_id, text, relearn=relearn)

    if source is not None:
        done = take(_read(source))
    else:
        done = _in_editor(editing.text_of(context, external_id), external_id, take)
    if not done.changed:
        print("nothing changed")
    elif done.relearns:
        print(visible(f"{external_id} is changed, and is asked anew"))
    else:
        print(visible(f"{external_id} is changed"))
        if done.answer_changed:
            print("its answer is another now: --relearn-changed asks it anew", file=sys.stderr)
    return 0


def move_to(context: "Context", external_ids: list[str], path: str) -> int:
    """Move questions to another facet."""
    moved = editing.move(context, external_ids, path)
    print(visible(f"{moved} moved to {path}") if moved else "all of them are there already")
    return 0


def watch(
    context: "Context", paths: list[str], options: Options, interval: float, *, quiet: bool
) -> int:
    """Import each file again when it is saved, until interrupted."""
    print_report(import_paths(context, paths, options), options, quiet)
    watched = Watch(paths)
    if not quiet:
        print("watching; Ctrl+C ends", file=sys.stderr)
    while True:
        sys.stdout.flush()
        time.sleep(interval)
        saved = watched.saved()
        if saved:
            print_report(import_paths(context, saved, options), options, quiet)


def _read(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    try:
        with open(source, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{source} can't be read: {error}") from None


def _in_editor(text: str, name: str, take: Callable[[str], Taken]) -> Taken:
    """Let the person edit `text` until `take` accepts it; what is refused for good is kept."""
    handle, path = tempfile.mkstemp(prefix=f"drillr-{_safe(name)}-", suffix=".json")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    while True:
        _open(path)
        try:
            with open(path, encoding="utf-8") as file:
                taken = take(file.read())
        except (ContentError, UnicodeDecodeError) as error:
            print(f"drillr: {visible(str(error))}", file=sys.stderr)
            if not _again():
                raise ContentError("nothing was changed", f"What you wrote is in {path}") from None
        else:
            os.unlink(path)
            return taken


def _open(path: str) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        # The person's own choice of editor, as git takes it.
        done = subprocess.run([*shlex.split(editor), path], check=False)  # noqa: S603
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the editor {editor!r} can't be started: {error}", "Set EDITOR to yours"
        ) from None
    if done.returncode:
        raise ContentError(
            f"the editor ended with {done.returncode}: nothing was changed",
            f"The text is in {path}",
        )


def _again() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Edit again? [Y/n] ").strip().lower() not in ("n", "no")


def _safe(name: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in name[:40])
