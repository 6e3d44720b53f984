"""Runs an iterator in a thread of its own, some values ahead of whoever takes them."""

from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Generic, TypeVar

Value = TypeVar("Value")


class _Failed:
    """Stands in the row of values where the iterator raised."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class _End:
    """Stands behind the last value."""


class Ahead(Generic[Value]):
    """The iterator's values in their order; at most `most` of them wait to be taken.

    What it raises is raised where its next value would have come. `close` ends the thread.
    """

    def __init__(self, values: Iterable[Value], most: int) -> None:
        self._values = values
        self._queue: SimpleQueue[Value | _Failed | _End] = SimpleQueue()
        self._room = Semaphore(most)
        self._closed = False
        self._thread = Thread(target=self._run, name="drillr-ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Value]:
        return self

    def __next__(self) -> Value:
        found = self._queue.get()
        if isinstance(found, _Failed | _End):
            # Whoever asks once more gets the same answer, instead of waiting for ever.
            self._queue.put(found)
            if isinstance(found, _Failed):
                raise found.error
            raise StopIteration
        self._room.release()
        return found

    def close(self) -> None:
        """End the thread, whatever it still had to give."""
        self._closed = True
        self._room.release()
        self._thread.join()

    def _run(self) -> None:
        try:
            for value in self._values:
                self._room.acquire()
                if self._closed:
                    return
                self._queue.put(value)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that takes values
            self._queue.put(_Failed(error))
        else:
            self._queue.put(_End())
