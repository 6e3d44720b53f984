"""Runs an iterator in a process of its own, some values ahead of whoever takes them.

Threads would not do: they take turns at Python. The process is a copy of this one, so it begins at
once and knows all that this one knows; of what it does, only the values come back.
"""

import marshal
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from drillr.errors import DrillrError
from drillr.services.ahead import Ahead

_TURN_SECONDS = 0.0002
_SIZE = 8
"""Bytes before each value that say how many bytes it has."""


def is_possible() -> bool:
    """Whether a copy of this process can be trusted, and there is a processor to run it.

    A copy has one thread alone, and whatever lock another one held stays locked in it for ever.
    """
    if not sys.platform.startswith("linux") or len(os.sched_getaffinity(0)) < 2:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


class Apart:
    """The iterator's values in their order, each of which `marshal` can write down.

    At most `most` of them wait to be taken. `close` ends the process.
    """

    def __init__(self, values: Iterable[Any], most: int) -> None:
        reading, writing = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(reading)
            _give(values, most, writing)
        os.close(writing)
        self._pipe = open(reading, "rb", buffering=1 << 16)  # noqa: SIM115 - `close` closes it

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        size = int.from_bytes(self._pipe.read(_SIZE), "big")
        data = self._pipe.read(size)
        if not data or len(data) < size:
            raise DrillrError(
                "The process that reads the files ended too early",
                "Perhaps there is too little memory: import fewer files at once.",
            )
        (value,) = marshal.loads(data) or (None,)  # noqa: S302 - from this very program
        if value is None:
            raise StopIteration
        return value

    def close(self) -> None:
        """End the process, whatever it still had to give: it changes nothing."""
        self._pipe.close()
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _give(values: Iterable[Any], most: int, writing: int) -> None:
    """All that the copy does; it ends here, and nothing that it holds is closed or written."""
    code = 1
    try:
        # Whoever interrupts the command means the process that waits for this one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # What is ready is handed over at once: a thread waits five milliseconds for its turn, else.
        sys.setswitchinterval(_TURN_SECONDS)
        with open(writing, "wb") as pipe:
            for value in Ahead(values, most):
                _put(pipe, (value,))
            _put(pipe, ())
        code = 0
    except BrokenPipeError:
        pass
    except BaseException:  # noqa: BLE001 - nothing may get out of the copy
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _put(pipe: Any, value: tuple[Any, ...]) -> None:
    data = marshal.dumps(value, 2)
    pipe.write(len(data).to_bytes(_SIZE, "big") + data)
    pipe.flush()
