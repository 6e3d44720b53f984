"""Places that keep files under names: a folder, or a bucket of objects. The home of obstore."""

from typing import Protocol


class Depot(Protocol):
    """A flat place for files; every method raises a `DepotError` when the place refuses."""

    @property
    def where(self) -> str:
        """The place as its owner wrote it: a path, or an address."""

    def names(self) -> list[str]:
        """The names of all files, sorted; none for a place that isn't there yet."""

    def put(self, name: str, path: str) -> None:
        """Keep the bytes of the file at `path`; whoever reads sees all of them or none."""

    def get(self, name: str, path: str) -> None:
        """Write what is kept under `name` to the file at `path`."""

    def delete(self, name: str) -> None:
        """Keep it no longer; nothing happens when it wasn't kept."""
