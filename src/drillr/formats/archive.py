"""Opens ZIP files from strangers: nothing is unpacked by its own name, nor without a limit."""

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol

from drillr.errors import ContentError

_PIECE = 256 * 1024
_ENTRIES = 200_000
# No text, picture or database packs so well; whoever does wants to fill a disk.
_RATIO = 200
_SMALL = 64 * 1024 * 1024
_ZSTD = b"\x28\xb5\x2f\xfd"
_WINDOW = 1 << 27


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Archive:
    """An opened ZIP file of so many bytes; every entry is a stream with a limit of its own."""

    def __init__(self, file: zipfile.ZipFile, size: int) -> None:
        self._file, self.size = file, size
        self.names = frozenset(file.namelist())

    def read(self, name: str, most: int) -> bytes:
        """An entry's bytes, unpacked twice where it is packed twice (zstd inside of ZIP)."""
        return b"".join(self.pieces(name, most))

    def copy(self, name: str, target: BinaryIO, most: int) -> int:
        """Write an entry's bytes to a file, unpacked; how many they were."""
        size = 0
        for piece in self.pieces(name, most):
            target.write(piece)
            size += len(piece)
        return size

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """An entry's bytes piece by piece; ContentError when they are damaged or too many."""
        info = self._file.getinfo(name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ContentError(f"{name!r} in the archive is packed in an unusual way")
        allowed = min(most, max(_SMALL, info.compress_size * _RATIO))
        try:
            with self._file.open(info) as stream:
                start = stream.read(4)
                joined = _Joined(start, stream)
                reader = _unpacked(joined) if start == _ZSTD else joined
                size = 0
                while piece := reader.read(_PIECE):
                    size += len(piece)
                    if size > allowed:
                        raise ContentError(
                            f"{name!r} in the archive unpacks to more than {allowed} bytes",
                            "It is damaged, or made to fill your disk",
                        )
                    yield piece
        except _failures() as error:
            raise ContentError(f"{name!r} in the archive is damaged: {error}") from None


@contextmanager
def opened(path: str) -> Iterator[Archive]:
    """The ZIP file at a path; ContentError when it is none, or is cut short."""
    try:
        size = os.path.getsize(path)
        file = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise ContentError(
            f"no archive that can be read: {error}", "It is damaged, or was not wholly copied"
        ) from None
    except OSError as error:
        raise ContentError(f"can't be read: {error.strerror or error}") from None
    with file:
        if len(file.infolist()) > _ENTRIES:
            raise ContentError(f"the archive holds {len(file.infolist())} entries")
        yield Archive(file, size)


class _Joined:
    """The bytes that were read to look at them, and then the rest."""

    def __init__(self, start: bytes, rest: _Readable) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int = -1) -> bytes:
        if self._start:
            start, self._start = self._start, b""
            return start
        return self._rest.read(size)


def _unpacked(stream: Any) -> _Readable:
    try:
        import zstandard
    except ModuleNotFoundError:
        raise ContentError(
            "the package is packed with zstd, and the library for it is not installed",
            "pip install 'drillr[anki]', or export from Anki with 'Support older Anki versions'",
        ) from None
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    reader: _Readable = decompressor.stream_reader(stream, read_across_frames=True)
    return reader


def _failures() -> tuple[type[Exception], ...]:
    """What reading damaged bytes can raise."""
    usual = (
        zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError,
    )  # fmt: skip
    try:
        import zstandard
    except ModuleNotFoundError:
        return usual
    return (*usual, zstandard.ZstdError)
