"""Keeps files in a folder of this machine, readable by their owner alone."""

import os
import shutil

from drillr.errors import DepotError


class FolderDepot:
    """A folder, made with the first file that is put there."""

    def __init__(self, folder: str) -> None:
        self.where = os.path.abspath(os.path.expanduser(folder))

    def names(self) -> list[str]:
        """The names of all files; those that are still being written are not among them."""
        try:
            found = os.listdir(self.where)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._refused(error) from error
        return sorted(name for name in found if not name.startswith("."))

    def put(self, name: str, path: str) -> None:
        """Copy the file beside its place, and let it take that place when it is on disk."""
        part = os.path.join(self.where, f".{name}.{os.getpid()}.part")
        try:
            os.makedirs(self.where, mode=0o700, exist_ok=True)
            try:
                handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
                with open(path, "rb") as source, os.fdopen(handle, "wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
                    target.flush()
                    os.fsync(target.fileno())
                os.replace(part, os.path.join(self.where, name))
            finally:
                if os.path.exists(part):
                    os.unlink(part)
        except OSError as error:
            raise self._refused(error) from error

    def get(self, name: str, path: str) -> None:
        """Copy the file out."""
        try:
            shutil.copyfile(os.path.join(self.where, name), path)
        except OSError as error:
            raise self._refused(error) from error

    def delete(self, name: str) -> None:
        """Remove the file."""
        try:
            os.unlink(os.path.join(self.where, name))
        except FileNotFoundError:
            pass
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> DepotError:
        return DepotError(
            f"{error.filename or self.where}: {error.strerror or error}",
            "Check that the folder is there, that you may write to it, and that it has room",
        )
