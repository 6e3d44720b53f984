"""Opening a question's picture in the desktop's viewer."""

import os
import shutil
import subprocess
import sys
import webbrowser
from typing import TYPE_CHECKING

from drillr.domain.pictures import Picture, pictures
from drillr.domain.question import Question
from drillr.domain.text import visible
from drillr.tui.note import Confirm

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp


def open_picture(app: "DrillrApp", question: Question, *, revealed: bool) -> None:
    """Open the first picture that is named, and there; the answer's only after the reveal."""
    found = named(question, revealed=revealed)
    if not found:
        app.notify("there is no picture here", timeout=2)
        return
    for picture in found:
        path = locate(picture, app.media)
        if path is not None:
            _hand_over(app, path)
            return
    picture = found[0]
    if picture.is_address:
        _ask_for_browser(app, picture.target)
        return
    where = ", ".join(app.media)
    app.notify(
        f"looked in {visible(where)}", title=f"{visible(picture.target)} is not there",
        severity="warning", markup=False,
    )  # fmt: skip


def named(question: Question, *, revealed: bool) -> list[Picture]:
    """The pictures that a question names, those of its answer last and only after the reveal."""
    return pictures(asked(question)) + (pictures(told(question)) if revealed else [])


def asked(question: Question) -> tuple[str | None, ...]:
    """The texts that are seen before the reveal."""
    return (question.context, question.text, *(option.text for option in question.options))


def told(question: Question) -> tuple[str | None, ...]:
    """The texts that the reveal adds."""
    right = (option.explanation for option in question.options)
    return (question.answer, question.explanation, *right)


def locate(picture: Picture, folders: tuple[str, ...]) -> str | None:
    """The picture's file in the first folder that has it; never one outside the folder.

    What an import laid into the folder is linked to as `media/NAME`.
    """
    name = picture.file
    names = () if name is None else (name, name.removeprefix("media/"))
    for folder in folders:
        for one in names:
            path = os.path.realpath(os.path.join(folder, one))
            if path.startswith(os.path.realpath(folder) + os.sep) and os.path.isfile(path):
                return path
    return None


def _hand_over(app: "DrillrApp", path: str) -> None:
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    command = shutil.which(opener)
    if command is None:
        app.notify(
            visible(path), title="No viewer found; the picture is at", timeout=15, markup=False
        )
        return
    subprocess.Popen(  # noqa: S603 - a viewer, with a path that was checked
        [command, path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def _ask_for_browser(app: "DrillrApp", address: str) -> None:
    def answered(yes: bool | None) -> None:
        if yes:
            webbrowser.open(address)

    app.push_screen(Confirm(f"Open this address in the browser?\n{visible(address)}"), answered)
