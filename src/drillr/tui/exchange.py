"""The bridge to the servers: one call at a time, on a thread that nothing waits for.

A server may take its time or never answer. So no screen, and not even the end of the process, waits
for the thread; a call that is stopped leaves what was exchanged so far, and the rest for next time.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from drillr.errors import DrillrError
from drillr.tui.bridge import toast

if TYPE_CHECKING:
    from textual.app import App

    from drillr.sync.session import Client

T = TypeVar("T")
GoOn = Callable[[], None]
Connect = Callable[[GoOn], "Client"]
"""Gives a client of the store's servers that calls what it is handed while it speaks to one."""


class _Stopped(Exception):
    """Raised inside a call to end it."""


class Exchange:
    """Runs calls to servers: `what` it is doing, and `done` of `total` of `doing` so far."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._stop = threading.Event()
        self.what = self.doing = ""
        self.done = self.total = 0

    def client(self) -> "Client":
        """A client for what this store can tell alone; it speaks to nobody."""
        return self._connect(lambda: None)

    @property
    def stopping(self) -> bool:
        """Whether the call that runs is to end."""
        return bool(self.what) and self._stop.is_set()

    async def run(
        self, app: "App[int]", what: str, call: "Callable[[Client], T]", *, quiet: bool = False
    ) -> T | None:
        """The call's result; None after a toast, when it was stopped, or when another one runs."""
        if self.what:
            if not quiet:
                app.notify(f"{self.what} still runs", severity="warning", timeout=3, markup=False)
            return None
        self._stop.clear()
        self.what = what
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        found: list[T] = []
        trouble: list[DrillrError] = []

        def work() -> None:
            try:
                found.append(call(self._connect(self._go_on)))
            except DrillrError as error:
                trouble.append(error)
            except _Stopped:
                pass
            finally:
                _tell(loop, over)

        def over() -> None:
            # Not when the wait is over: whoever waits may have left the screen long before.
            self.what, self.doing, self.done, self.total = "", "", 0, 0
            ended.set()

        threading.Thread(target=work, name="exchange", daemon=True).start()
        await ended.wait()
        if trouble and not quiet:
            toast(app, trouble[0])
        return found[0] if found else None

    def say(self, what: str, done: int, total: int) -> None:
        """Note how far a sync is; called on its thread."""
        self._go_on()
        self.doing, self.done, self.total = what, done, total

    def stop(self) -> None:
        """End the call that runs as soon as the server lets go of it."""
        self._stop.set()

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise _Stopped


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:
        # The application has closed meanwhile: nobody is left to be told.
        return
