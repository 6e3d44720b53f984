"""Editing a question in the person's own editor, until it can be taken or they give up."""

import os
import subprocess
import tempfile
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from drillr.domain.text import visible
from drillr.errors import ContentError, UsageError
from drillr.services import editing
from drillr.tui.editors import at_line, editor
from drillr.tui.note import Confirm

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp


async def edit_question(app: "DrillrApp", external_id: str) -> bool:
    """Edit a question; whether it changed. A text that can't be taken is offered again."""
    text = await app.bridge.run(app, partial(editing.text_of, app.drill, external_id))
    while text is not None:
        text = _edited(app, external_id, text)
        if text is None:
            return False
        done = await app.bridge.run(app, partial(_taken, app, external_id, text))
        if isinstance(done, editing.Edited):
            said = "saved" if done.changed else "nothing has changed"
            if done.answer_changed:
                said = "saved; another answer is right now, and the schedule goes on"
            app.notify(said, timeout=4)
            return done.changed
        if done is not None:
            said = f"{visible(done.message)}.\n{visible(done.remedy)}"
            if not await app.push_screen_wait(Confirm(said, "edit again", "discard")):
                return False
    return False


def _taken(app: "DrillrApp", external_id: str, text: str) -> editing.Edited | ContentError:
    """What the edit did; what is wrong with the text comes back, because it can be mended."""
    try:
        return editing.edit(app.drill, external_id, text)
    except ContentError as error:
        return error


def open_in_editor(app: "DrillrApp", path: str, line: int | None = None) -> bool:
    """Open a file in the person's editor and wait until it closes; whether that could be done."""
    try:
        command = at_line(editor(), path, line)
        with app.suspend():
            subprocess.run(command, check=False)  # noqa: S603 - the person's own editor
    except SuspendNotSupported:
        app.notify("an editor can't be opened here", severity="error")
        return False
    except UsageError as error:
        app.notify(error.remedy, title=error.message, severity="error", markup=False)
        return False
    except OSError as error:
        app.notify(visible(str(error)), title="The editor failed", severity="error", markup=False)
        return False
    return True


def _edited(app: "DrillrApp", name: str, text: str) -> str | None:
    """The text after the editor has closed; None where none could be opened."""
    safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)[:60]
    try:
        with tempfile.TemporaryDirectory(prefix="drillr-") as folder:
            path = os.path.join(folder, f"{safe}.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            if not open_in_editor(app, path):
                return None
            with open(path, encoding="utf-8") as file:
                return file.read()
    except (OSError, UnicodeDecodeError) as error:
        app.notify(visible(str(error)), title="The editor failed", severity="error", markup=False)
    return None
