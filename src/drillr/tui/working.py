"""Long work beside the screen: it says how far it is, and ends when nobody waits for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from textual.worker import get_current_worker

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from drillr.tui.app import DrillrApp
    from drillr.tui.screen import DrillrScreen

T = TypeVar("T")
Said = TypeVar("Said")
P = ParamSpec("P")
Heard = Callable[[float | str], None]
"""Takes the share done (0 to 1), or what begins; raises to stop work that was cancelled."""


class Stopped(Exception):
    """Raised inside work that was cancelled; it leaves nothing."""


def tell(pump: "MessagePump", call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Have a screen, widget or the application make a call on its own thread, from any other one.

    The calls of one thread are made in their order. Nobody waits for them: by the time one's turn
    comes the application may have closed, and then it is not made.
    """
    try:
        pump.call_later(call, *args, **kwargs)
    except RuntimeError:
        # The application's loop has ended meanwhile: nobody is left to be told.
        return


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
            tell(worker.node, say, said)

    try:
        found = app.bridge.guarded(app, lambda: call(heard))
    except Stopped:
        return None
    return None if worker.is_cancelled else found


class LongCall(Generic[Said]):
    """A call to the store that says how far it is: while it runs, and never after it.

    It ends early, and leaves nothing, when it is stopped or the application closes.
    """

    def __init__(self, screen: "DrillrScreen[Any]", say: Callable[[Said], object]) -> None:
        # The store's thread must not ask the screen for them: one that was left doesn't know.
        self._screen, self._app, self._bridge = screen, screen.drillr, screen.drillr.bridge
        self._say = say
        self._last: Said | None = None
        self._over = self._stopped = False

    async def run(self, call: Callable[[Callable[[Said], None]], T]) -> T | None:
        """What `call` gives; None when it was stopped, or after a toast with an error.

        It is handed what to tell how far it is, which raises `Stopped` to end it.
        """
        try:
            return await self._bridge.run(self._app, lambda: call(self._heard))
        except Stopped:
            return None
        finally:
            self._over = True

    def stop(self) -> None:
        """End the call as soon as it says again how far it is."""
        self._stopped = True

    def _heard(self, said: Said) -> None:
        if self._stopped or self._bridge.closing:
            raise Stopped
        if said != self._last:
            self._last = said
            tell(self._screen, self._tell, said)

    def _tell(self, said: Said) -> None:
        # What was told last may come after the call's end, and must not cover what came of it.
        if not self._over and self._screen.is_open:
            self._say(said)
