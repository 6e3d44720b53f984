"""Where uploads, exports and backups are kept: a folder, memory, or anything that speaks S3."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import obstore
from obstore.store import LocalStore, MemoryStore, from_url

from drillr.errors import ContentError, UsageError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from drillr.server.settings import ServerSettings

_SECONDS = "30s"


class Storage:
    """Files by key, `/` between their parts; S3's address and keys come from `AWS_*` variables."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    def put(self, key: str, data: bytes) -> None:
        """Keep a file, in place of one with the same key."""
        try:
            obstore.put(self._store, key, data)
        except (obstore.exceptions.BaseError, OSError) as error:
            raise _refused(error) from error

    def get(self, key: str) -> bytes:
        """A file's bytes; ContentError when there is none."""
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            raise ContentError(f"there is no file {key!r}") from None
        except (obstore.exceptions.BaseError, OSError) as error:
            raise _refused(error) from error

    def listed(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Keys and sizes of all files below a prefix, sorted."""
        try:
            found = [
                (one["path"], one["size"])
                for page in obstore.list(self._store, prefix=prefix or None)
                for one in page
            ]
        except (obstore.exceptions.BaseError, OSError) as error:
            raise _refused(error) from error
        yield from sorted(found)

    def delete(self, keys: list[str]) -> None:
        """Forget files; those that are not there are forgotten already."""
        for key in keys:
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                continue
            except (obstore.exceptions.BaseError, OSError) as error:
                raise _refused(error) from error


def open_storage(settings: "ServerSettings") -> Storage:
    """The storage that the settings name; a folder of the data when they name none."""
    url = settings.storage.get_secret_value()
    if not url:
        folder = settings.data / "storage"
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return Storage(LocalStore(str(folder)))
    return open_url(url)


def open_url(url: str) -> Storage:
    """The storage at `s3://bucket/prefix`, `file:///folder` or `memory://`."""
    scheme, _, rest = url.partition("://")
    if scheme == "memory":
        return Storage(MemoryStore())
    if scheme == "file":
        os.makedirs(rest, mode=0o700, exist_ok=True)
        return Storage(LocalStore(rest))
    if scheme != "s3" or not rest.strip("/"):
        raise UsageError(
            f"there is no storage at {scheme}://…",
            "Use s3://bucket/prefix, file:///folder, memory://",
        )
    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    try:
        store = from_url(url, client_options={"allow_http": plain, "timeout": _SECONDS})
    except (obstore.exceptions.BaseError, ValueError) as error:
        raise UsageError(f"the storage can't be used: {type(error).__name__}") from error
    return Storage(store)


def _refused(error: Exception) -> ContentError:
    # The store's own words may hold addresses and request ids, so only the kind is told.
    return ContentError(f"the storage refused: {type(error).__name__}", "See its log")
