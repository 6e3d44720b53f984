"""Keeps files as objects in a bucket: S3, and whatever speaks as it does, through obstore."""

import os
from typing import Any

from drillr.errors import DepotError, UsageError

_PIECE = 4 * 1024 * 1024


class ObjectDepot:
    """Objects below a prefix of a bucket.

    Keys, region and endpoint come from the environment, under the names that S3's own tools read:
    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL.
    """

    def __init__(self, where: str, store: Any) -> None:
        self.where = where
        self._store = store

    def names(self) -> list[str]:
        """The names of all objects directly below the prefix."""
        with _Refused(self.where):
            found = [entry["path"] for batch in self._store.list() for entry in batch]
        return sorted(name for name in found if "/" not in name)

    def put(self, name: str, path: str) -> None:
        """Upload the file; an object appears whole."""
        from pathlib import Path

        with _Refused(self.where):
            self._store.put(name, Path(path))

    def get(self, name: str, path: str) -> None:
        """Download the object."""
        with _Refused(self.where), open(path, "wb") as file:
            for piece in self._store.get(name).stream(min_chunk_size=_PIECE):
                file.write(piece)

    def delete(self, name: str) -> None:
        """Remove the object."""
        with _Refused(self.where):
            if name in self.names():
                self._store.delete(name)


def s3(where: str) -> ObjectDepot:
    """The depot at an address such as `s3://bucket/backups`."""
    try:
        from obstore.store import S3Store
    except ImportError:
        raise UsageError(
            "backups to s3:// need the library for it", "pip install 'drillr[s3]'"
        ) from None
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    plain = endpoint.startswith("http://")
    with _Refused(where):
        return ObjectDepot(where, S3Store.from_url(where, client_options={"allow_http": plain}))


class _Refused:
    """Turns what obstore and the system raise into a DepotError."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None or not issubclass(kind, Exception) or issubclass(kind, DepotError):
            return
        from obstore.exceptions import BaseError

        if issubclass(kind, BaseError | OSError):
            first = (str(error).strip().splitlines() or [kind.__name__])[0]
            raise DepotError(
                f"{self._where}: {first}",
                "Check the address, the keys (AWS_ACCESS_KEY_ID, …) and the network",
            ) from None
