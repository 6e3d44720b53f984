"""Sync's messages: what they carry comes out as it went in, and strangers' bytes do no harm."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.ids import DeviceId, FactId, QuestionId, SessionId
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run
from drillr.errors import ContentError
from drillr.formats import wire, wire_bytes, wire_facts

START = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
GOLDEN = (
    '{"version":1,"runs":[{"device":"01900000000070008000000000000001","name":"Laptop ☕",'
    '"previous":"01900000000070008000000000000002","first":7,"responses":{'
    '"id":"0190000000007000800000000000000301900000000070008000000000000004",'
    '"question":"6f1c0b54c6f15b3e9d0a5e3c9f2b7d116f1c0b54c6f15b3e9d0a5e3c9f2b7d12",'
    '"sessions":["01900000000070008000000000000005"],"session":[0,-1],"rating":[1,4],'
    '"at":[1772452800123456,-1000001],"metadata":["{\\"day\\":\\"2026-03-02\\",'
    '\\"elapsed_ms\\":900}","{\\"cram\\":true,\\"day\\":\\"2026-03-02\\",\\"elapsed_ms\\":0}"],'
    '"correct":[true,null],"selected":["B",null]},"events":[{"seq":8,'
    '"id":"01900000000070008000000000000006","type":"card_flagged",'
    '"question":"6f1c0b54c6f15b3e9d0a5e3c9f2b7d11","at":1772452800123456,'
    '"data":"{\\"note\\":\\"odd\\"}"}]}]}'
)


def key(number: int) -> bytes:
    """A valid id."""
    return bytes.fromhex(f"0190000000007000800000000000{number:04x}")


def question(number: int) -> QuestionId:
    """The id of a question."""
    return QuestionId(bytes.fromhex(f"6f1c0b54c6f15b3e9d0a5e3c9f2b7d{number:02x}"))


def a_run() -> Run:
    """One of everything."""
    facts: tuple[RawFact, ...] = (
        RawResponse(
            7, FactId(key(3)), question(0x11), SessionId(key(5)), 1, True, "B", None, None, START,
            '{"day":"2026-03-02","elapsed_ms":900}',
        ),
        RawEvent(8, FactId(key(6)), "card_flagged", question(0x11), START, '{"note":"odd"}'),
        RawResponse(
            9, FactId(key(4)), question(0x12), None, 4, None, None, None, None,
            START - timedelta(seconds=1, microseconds=1),
            '{"cram":true,"day":"2026-03-02","elapsed_ms":0}',
        ),
    )  # fmt: skip
    return Run(DeviceId(key(1)), "Laptop ☕", FactId(key(2)), facts)


def test_version_one_is_frozen() -> None:
    """These bytes are what version 1 means: they read as this run, and this run writes them."""
    message = wire_facts.facts_message([a_run()])
    assert message.model_dump_json(exclude_none=True) == GOLDEN
    assert wire_facts.runs_of(wire_bytes.unpack(wire.Facts, GOLDEN.encode(), "")) == [a_run()]


def test_other_messages_are_frozen() -> None:
    """The small messages of version 1, byte for byte."""
    place = wire.Place(device=key(1).hex(), seq=3, fact=key(2).hex())
    sums = wire.Sum(cards=2, digest="0" * 32)
    frozen: list[tuple[wire.Message, str]] = [
        (
            wire.Greeting(at=5, known=[place]),
            '{"version":1,"at":5,"known":[{"device":"01900000000070008000000000000001","seq":3,'
            '"fact":"01900000000070008000000000000002"}]}',
        ),
        (wire.Accepted(new=3, parked=1), '{"version":1,"new":3,"parked":1}'),
        (wire.Wanted(after=[], most=9), '{"version":1,"after":[],"most":9}'),
        (sums, '{"version":1,"cards":2,"digest":"00000000000000000000000000000000"}'),
    ]
    for message, text in frozen:
        assert message.model_dump_json(exclude_none=True) == text
        assert type(message).model_validate_json(text) == message


ids = st.integers(0, 0xFFFF).map(key)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
instants = st.integers(-(10**15), 10**15).map(lambda n: START + timedelta(microseconds=n))


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Any run."""
    first = draw(st.integers(1, 2**40))
    facts: list[RawFact] = []
    for seq in range(first, first + draw(st.integers(1, 12))):
        about = question(draw(st.integers(0, 255)))
        if draw(st.integers(0, 3)):
            facts.append(
                RawResponse(
                    seq, FactId(draw(ids)), about, draw(st.none() | ids.map(SessionId)),
                    draw(st.integers(1, 4)), draw(st.none() | st.booleans()),
                    draw(st.none() | texts), draw(st.none() | texts),
                    draw(st.none() | st.integers(1, 5)), draw(instants), draw(texts),
                )
            )  # fmt: skip
        else:
            kind = draw(st.text("abc_", min_size=1, max_size=9))
            subject = draw(st.none() | st.just(about))
            facts.append(
                RawEvent(seq, FactId(draw(ids)), kind, subject, draw(instants), draw(texts))
            )
    return Run(DeviceId(draw(ids)), draw(texts), draw(st.none() | ids.map(FactId)), tuple(facts))


@given(st.lists(runs(), max_size=4), st.sampled_from(["identity", *wire_bytes.encodings()]))
def test_whatever_is_packed_comes_out_the_same(given_runs: list[Run], encoding: str) -> None:
    """Any runs survive any encoding."""
    packed, used = wire_bytes.pack(wire_facts.facts_message(given_runs), encoding)
    assert wire_facts.runs_of(wire_bytes.unpack(wire.Facts, packed, used)) == given_runs


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "zstd", "br"]))
def test_garbage_is_refused_in_words(data: bytes, encoding: str) -> None:
    """Bytes that are no message raise a ContentError and nothing else."""
    with pytest.raises(ContentError):
        wire_bytes.unpack(wire.Accepted, b"\x00" + data, encoding)


@given(st.data(), st.sampled_from(wire_bytes.encodings()))
def test_a_message_cut_anywhere_is_refused(data: st.DataObject, encoding: str) -> None:
    """No beginning of a message is taken for a message."""
    packed, used = wire_bytes.pack(wire_facts.facts_message([a_run()]), encoding)
    cut = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(ContentError):
        wire_bytes.unpack(wire.Facts, packed[:cut], used)


@pytest.mark.parametrize("encoding", wire_bytes.encodings())
def test_a_small_message_can_not_fill_the_memory(encoding: str) -> None:
    """What unpacks to more than the limit is given up as soon as that shows."""
    event = wire.Event(seq=1, id=key(1).hex(), type="x", at=0, data=" " * 60_000)
    responses = wire.Responses(id="", question="", session=[], rating=[], at=[], metadata=[])
    run = wire.Run(device=key(1).hex(), first=1, responses=responses, events=[event] * 20)
    packed, used = wire_bytes.pack(wire.Facts(runs=[run]), encoding)
    assert len(packed) < 10_000
    with pytest.raises(ContentError, match="more than 5000 bytes"):
        wire_bytes.unpack(wire.Facts, packed, used, most=5_000)


def test_columns_of_different_lengths_are_refused() -> None:
    """A message whose columns don't fit together says so."""
    broken = json.loads(GOLDEN)
    broken["runs"][0]["responses"]["rating"].append(2)
    with pytest.raises(ContentError, match="differ in length"):
        wire_bytes.unpack(wire.Facts, json.dumps(broken).encode(), "")
    broken = json.loads(GOLDEN)
    broken["runs"][0]["events"][0]["seq"] = 99
    with pytest.raises(ContentError, match="leave gaps"):
        wire_facts.runs_of(wire_bytes.unpack(wire.Facts, json.dumps(broken).encode(), ""))
    broken = json.loads(GOLDEN)
    broken["runs"][0]["responses"]["session"][1] = 5
    with pytest.raises(ContentError, match="not listed"):
        wire_bytes.unpack(wire.Facts, json.dumps(broken).encode(), "")
    broken = json.loads(GOLDEN)
    broken["runs"][0]["responses"]["at"][0] = -5
    with pytest.raises(ContentError, match="1970"):
        wire_facts.runs_of(wire_bytes.unpack(wire.Facts, json.dumps(broken).encode(), ""))


def test_a_version_is_read_from_any_message() -> None:
    """Even a message that makes no sense here says of which version it is."""
    data = gzip.compress(b'{"version":7,"entirely":"different"}')
    assert wire_bytes.version_of(data, "gzip") == 7
    assert wire_bytes.version_of(b"[]", "") is None


def test_the_best_encoding_that_both_sides_have_is_chosen() -> None:
    """Zstandard, else gzip, else none; short messages are never packed."""
    assert wire_bytes.chosen("br, gzip;q=0.5") == "gzip"
    assert wire_bytes.chosen("br") == "identity"
    assert wire_bytes.pack(wire.Accepted(new=1), "gzip")[1] == "identity"
