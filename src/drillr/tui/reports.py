"""Reporting a question: a note that goes to the question's server with the next sync."""

from functools import partial
from typing import TYPE_CHECKING

from drillr.domain.text import visible
from drillr.services import remotes, reporting
from drillr.tui.note import Note

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp


async def report_question(app: "DrillrApp", name: str) -> None:
    """Ask what is wrong with the question of this id, and keep it as a fact."""
    note = await app.push_screen_wait(
        Note(
            "What is wrong with this question?",
            hint=f"{visible(name)}: the next sync takes your note to those who look after it",
        )
    )
    if note is None or app.bridge.busy:
        return
    drill = app.drill
    if await app.bridge.succeeds(app, partial(reporting.report, drill, name, note)):
        known = await app.bridge.run(app, partial(remotes.every, drill))
        said = (
            "the next sync takes it along" if known else "it goes along once you sync (y at home)"
        )
        app.notify(f"reported; {said}", timeout=3, markup=False)
