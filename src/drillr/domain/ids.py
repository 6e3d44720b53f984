"""Identifiers: 16 bytes each, big-endian as RFC 9562 lays them out; text only at the edges."""

from hashlib import sha1
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

QuestionId = NewType("QuestionId", bytes)
FacetId = NewType("FacetId", bytes)
UserId = NewType("UserId", bytes)
DeviceId = NewType("DeviceId", bytes)
SessionId = NewType("SessionId", bytes)
FactId = NewType("FactId", bytes)

# Version 5 UUIDs need a namespace. These two are drillr's own, drawn once and never changed:
# every device derives the same id from the same file because of them.
# They are kept as hashes that have seen them: an import makes ids by the hundred thousand.
_QUESTIONS = sha1(bytes.fromhex("6f1c0b54c6f14b3e9d0a5e3c9f2b7d11"), usedforsecurity=False)
_PATHS = sha1(bytes.fromhex("b0a7e9d23c5d4e0f8a41772c1d90e6aa"), usedforsecurity=False)
_FREE = (1 << 128) - 1 & ~(0xF << 76 | 0b11 << 62)
_VERSION_5 = 5 << 76 | 0b10 << 62


def _uuid5(namespace: "HASH", name: str) -> bytes:
    whole = namespace.copy()
    whole.update(name.encode())
    number = int.from_bytes(whole.digest()[:16], "big")
    return (number & _FREE | _VERSION_5).to_bytes(16, "big")


def question_id(external_id: str) -> QuestionId:
    """The id (UUIDv5) of the question that files call `external_id`."""
    return QuestionId(_uuid5(_QUESTIONS, external_id))


def place_id(path: str) -> bytes:
    """The id (UUIDv5) of a topic, subtopic, leaf or facet, from its path joined by `__`."""
    return _uuid5(_PATHS, path)


def facet_id(path: str) -> FacetId:
    """The id of the facet at the four-part path `a__b__c__d`."""
    return FacetId(place_id(path))


def id_text(key: bytes) -> str:
    """The id as people and other programs write it: 8-4-4-4-12 hexadecimal digits."""
    h = key.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def parse_id(text: str) -> bytes:
    """The 16 bytes of an id's text form; ValueError when it is none."""
    key = bytes.fromhex(text.replace("-", ""))
    if len(key) != 16:
        raise ValueError(f"not an id: {text!r}")
    return key


def derived_id(digest: bytes) -> bytes:
    """An id that follows from other ids, from a digest of them: a UUID of version 8.

    MariaDB refuses one that goes on with 80 behind its version, so none does.
    """
    found = bytearray(digest[:16])
    found[6] = found[6] & 0x0F | 0x80
    found[8] = found[8] & 0x3F | 0x80
    if found[8] == 0x80:
        found[8] = 0x81
    return bytes(found)
