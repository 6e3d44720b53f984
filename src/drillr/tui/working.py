"""Long work beside the screen: it says how far it is, and ends when nobody waits for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.worker import get_current_worker

if TYPE_CHECKING:
    from drillr.tui.app import DrillrApp

T = TypeVar("T")
Heard = Callable[[float | str], None]
"""Takes the share done (0 to 1), or what begins; raises to stop work that was cancelled."""


class Stopped(Exception):
    """Raised inside work that was cancelled; it leaves nothing."""


def worked(app: "DrillrApp", say: Callable[[str], object], call: Callable[[Heard], T]) -> T | None:
    """What `call` gives, on a worker's own thread; None after a cancel, or a toast with an error.

    `say` hears each new whole percent on the screen's thread.
    """
    worker, last = get_current_worker(), [""]

    def heard(how_far: float | str) -> None:
        if worker.is_cancelled:
            raise Stopped
        said = how_far if isinstance(how_far, str) else f"{how_far:.0%}"
        if said != last[0]:
            last[0] = said
            app.call_from_thread(say, said)

    try:
        found = app.bridge.guarded(app, lambda: call(heard))
    except Stopped:
        return None
    return None if worker.is_cancelled else found
