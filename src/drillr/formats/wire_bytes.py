"""Messages as bytes: JSON, packed by Zstandard where both sides have it, else by gzip."""

import zlib
from typing import TypeVar

from pydantic import ValidationError

from drillr.errors import ContentError
from drillr.formats import wire

Kind = TypeVar("Kind", bound=wire.Message)
_SMALL = 512
"""Below this many bytes packing saves nothing."""
_GZIP = 31
"""zlib's name for gzip's own format, with the largest window."""


def encodings() -> list[str]:
    """The encodings that this installation can read and write, best first."""
    try:
        import zstandard  # noqa: F401
    except ImportError:
        return ["gzip"]
    return ["zstd", "gzip"]


def chosen(accepted: str) -> str:
    """The best encoding of an Accept-Encoding header that can be written here."""
    offered = {part.partition(";")[0].strip() for part in accepted.lower().split(",")}
    return next((name for name in encodings() if name in offered), "identity")


def pack(message: wire.Message, encoding: str) -> tuple[bytes, str]:
    """The message's bytes, and the encoding that they ended up in: a short one stays plain."""
    plain = message.model_dump_json(exclude_none=True).encode()
    if len(plain) < _SMALL or encoding == "identity":
        return plain, "identity"
    if encoding == "zstd":
        import zstandard

        # Level 1 makes these columns smaller than 3 does, in half the time: most of it is random.
        return zstandard.ZstdCompressor(level=1).compress(plain), "zstd"
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    return packer.compress(plain) + packer.flush(), "gzip"


def unpack(kind: type[Kind], data: bytes, encoding: str, most: int = wire.MOST_BYTES) -> Kind:
    """The message in these bytes; ContentError when there is none, or it is too large."""
    plain = _plain(data, encoding or "identity", most)
    try:
        return kind.model_validate_json(plain)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the message"
        raise ContentError(f"{where}: {first['msg']}") from None


def version_of(data: bytes, encoding: str, most: int = wire.MOST_BYTES) -> int | None:
    """The version that a message says it has, whatever else is in it; None without one."""
    try:
        return unpack(_Versioned, data, encoding, most).version
    except ContentError:
        return None


class _Versioned(wire.Message):
    version: int


def _plain(data: bytes, encoding: str, most: int) -> bytes:
    if encoding == "identity":
        plain = data
    elif encoding == "gzip":
        plain = _gunzip(data, most)
    elif encoding == "zstd" and "zstd" in encodings():
        plain = _unzstd(data, most)
    else:
        raise ContentError(f"the encoding {encoding!r} is unknown", "Use gzip")
    if len(plain) > most:
        raise ContentError(f"the message takes more than {most} bytes", "Send less at once")
    return plain


def _gunzip(data: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise ContentError(f"the message is damaged: {error}") from None
    if len(plain) <= most and not unpacker.eof:
        raise ContentError("the message is cut off")
    return plain


def _unzstd(data: bytes, most: int) -> bytes:
    import io

    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(
            io.BytesIO(data), read_across_frames=False
        ) as reader:
            plain = reader.read(most + 1)
            size = zstandard.frame_content_size(data)
    except zstandard.ZstdError as error:
        raise ContentError(f"the message is damaged: {error}") from None
    if len(plain) <= most and size not in (-1, len(plain)):
        raise ContentError("the message is cut off")
    return bytes(plain)
