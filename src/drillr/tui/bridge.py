"""The bridge to the store: one thread makes every call, and errors become toasts here alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from drillr.domain.text import visible
from drillr.errors import DrillrError
from drillr.tui.working import tell

if TYPE_CHECKING:
    from textual.app import App

T = TypeVar("T")


class Bridge:
    """Runs service calls off the screen's thread, one after the other.

    `busy` is True while a call that a key asked for runs: keys are dropped meanwhile, so that a
    key pressed twice answers once. `closing` is True once nobody waits for what still runs.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self.busy = self.closing = False

    async def run(self, app: "App[int]", call: Callable[[], T]) -> T | None:
        """The call's result, or None after a toast that says what went wrong and the remedy."""
        import asyncio

        self.busy = True
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call)
        except DrillrError as error:
            toast(app, error)
            return None
        finally:
            self.busy = False

    def guarded(self, app: "App[int]", call: Callable[[], T]) -> T | None:
        """The same on the caller's own thread: for reading that takes long, beside the writes."""
        try:
            return call()
        except DrillrError as error:
            tell(app, toast, app, error)
            return None

    async def succeeds(self, app: "App[int]", call: Callable[[], object]) -> bool:
        """Whether the call went through; what it gives doesn't matter."""

        def called() -> bool:
            call()
            return True

        return await self.run(app, called) is True

    def do(self, call: Callable[[], T]) -> T:
        """The call's result, waited for: before the screen opens and after it has closed."""
        return self._thread.submit(call).result()

    def close(self) -> None:
        """End the thread: long calls give up, a short one such as an answer is waited for."""
        self.closing = True
        self._thread.shutdown()


def toast(app: "App[int]", error: DrillrError) -> None:
    """Say what went wrong, and the remedy."""
    app.notify(
        visible(error.remedy or " "), title=visible(error.message), severity="error", markup=False
    )
