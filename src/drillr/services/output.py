"""Writing files whole or not at all, and never over something else unasked."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from drillr.errors import ContentError, UsageError


def write(path: str, data: bytes, *, force: bool) -> bool:
    """Write a file; False when it held just that. UsageError when it holds something else."""
    with _translated(path):
        if os.path.lexists(path):
            with open(path, "rb") as file:
                if file.read(len(data) + 1) == data:
                    return False
        with replaced(path, force=force) as temporary, open(temporary, "wb") as file:
            file.write(data)
    return True


@contextmanager
def replaced(path: str, *, force: bool) -> Iterator[str]:
    """A path to write to that takes the target's place when the block ends well."""
    folder = os.path.dirname(path) or "."
    with _translated(path):
        os.makedirs(folder, exist_ok=True)
        if os.path.lexists(path) and not force:
            raise UsageError(f"{path} is there already", "--force overwrites it")
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".drillr-")
        os.close(handle)
        try:
            yield temporary
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ContentError(f"{path} can't be written: {error.strerror}") from None


def _umask() -> int:
    """The process's mask: what it takes away from a new file's permissions."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
