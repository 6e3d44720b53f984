"""Identifiers: the same name gives the same id everywhere, as RFC 9562 lays it out."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.ids import derived_id, facet_id, id_text, parse_id, place_id, question_id

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(NAMES)
def test_names_give_version_5_ids(name: str) -> None:
    """As the standard library makes them, in two namespaces that never meet."""
    for key in (question_id(name), place_id(name)):
        assert (uuid.UUID(bytes=key).version, uuid.UUID(bytes=key).variant) == (5, uuid.RFC_4122)
    assert question_id(name) != place_id(name)
    assert facet_id(name) == place_id(name)
    namespace = uuid.UUID("6f1c0b54-c6f1-4b3e-9d0a-5e3c9f2b7d11")
    assert uuid.UUID(bytes=question_id(name)) == uuid.uuid5(namespace, name)


@given(NAMES, NAMES)
def test_two_names_never_share_an_id(one: str, other: str) -> None:
    """Not even where they differ by case or by a blank."""
    assert (question_id(one) == question_id(other)) == (one == other)


@given(st.binary(min_size=16, max_size=16))
def test_an_id_survives_its_text(key: bytes) -> None:
    """As people and other programs write it."""
    assert parse_id(id_text(key)) == key
    assert id_text(key) == str(uuid.UUID(bytes=key))


@pytest.mark.parametrize("text", ["", "zz", "00" * 15, "00" * 17])
def test_what_is_no_id_is_refused(text: str) -> None:
    """ValueError, whatever it is."""
    with pytest.raises(ValueError, match=r"not an id|non-hexadecimal"):
        parse_id(text)


@given(st.binary(min_size=16, max_size=16), st.booleans())
def test_an_id_that_follows_from_others_is_one_that_every_database_takes(
    digest: bytes, worst: bool
) -> None:
    """A UUID of version 8; MariaDB refuses those that go on with 80."""
    if worst:
        digest = digest[:8] + bytes([digest[8] & 0xC0]) + digest[9:]
    found = uuid.UUID(bytes=derived_id(digest))
    assert (found.version, found.variant) == (8, uuid.RFC_4122)
    assert found.bytes[8] != 0x80
