"""Facts between stores: nothing is lost, nothing doubled, and everybody ends up alike."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from drillr.domain.facts import EventType
from drillr.domain.ids import DeviceId
from drillr.domain.log import Run
from drillr.domain.rating import Rating
from drillr.errors import NetworkError
from drillr.services import exchange, syncing
from tests.sync.world import DirectPeer, World, derived, facts_of, healthy

HARD, MISSED = Rating.HARD, Rating.VERY_HARD


def settled(world: World) -> None:
    """Everybody syncs twice; then all stores are equal in every row, and whole."""
    before = world.facts()
    for _ in range(2):
        for device in world.devices:
            world.sync(device)
    everything = facts_of(world.server)
    assert everything.keys() == before
    for device in world.devices:
        assert facts_of(device.context) == everything
    expected = derived(world.server)
    for device in world.devices:
        assert derived(device.context) == expected
    for context in world.contexts():
        assert healthy(context) == []


def test_two_devices_and_a_server_end_alike(world: World) -> None:
    """Answers, marks and settings of two devices that were apart are the same everywhere."""
    a, b = world.add(), world.add()
    world.review(a, [HARD, MISSED, HARD])
    world.now += timedelta(hours=2)
    world.review(b, [MISSED, HARD])
    world.mark(b, 1, EventType.CARD_SUSPENDED)
    world.change(a, "scheduler", "sm2-classic")
    world.undo(b)
    settled(world)


def test_a_second_device_from_nothing(world: World) -> None:
    """A fresh store with the same questions gets everything."""
    a = world.add()
    for day in range(5):
        world.now += timedelta(days=day)
        world.review(a, [HARD, MISSED, HARD, Rating.EASY])
    world.change(a, "fuzz", False)
    world.sync(a)
    world.add()
    settled(world)


class Breaking(DirectPeer):
    """A server that gives so many batches before the connection breaks."""

    batches = 0

    def fetch(self, after: Mapping[DeviceId, int], most: int) -> Sequence[Run]:
        """The next batch, or nothing ever again."""
        self.batches -= 1
        if self.batches < 0:
            raise NetworkError("the connection broke")
        return super().fetch(after, most)


@pytest.mark.parametrize("together", [1, 10, 1000])
def test_what_came_before_a_connection_broke_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """However many batches are written at once: all that were fetched, and derived from at once."""
    monkeypatch.setattr(syncing, "TOGETHER", together)
    a, b = world.add(), world.add()
    for _ in range(5):
        world.review(a, [HARD, MISSED, HARD, HARD])
        world.now += timedelta(days=3)
    world.sync(a)
    peer = Breaking(world.server)
    peer.batches = 2
    before = sum(seq for seq, _ in exchange.known(b.context).values())
    with pytest.raises(NetworkError):
        syncing.exchange_facts(b.context, peer)
    assert sum(seq for seq, _ in exchange.known(b.context).values()) == before + 14
    assert healthy(b.context) == []
    settled(world)


def test_facts_wait_for_their_questions(world: World) -> None:
    """What a device answered that nobody else has waits there, and is applied when it arrives."""
    a, b = world.add(), world.add()
    world.bring(a.context, 1)
    world.review(a, [HARD] * 7)
    world.sync(a)
    world.sync(b)
    for context in (world.server, b.context):
        assert healthy(context) == []
    world.bring(b.context, 1)
    world.review(b, [MISSED] * 3)
    world.bring(world.server, 1)
    settled(world)


def test_a_copied_store_takes_a_new_device(world: World) -> None:
    """Two copies of one store go on under two devices, and nothing of either is lost."""
    a = world.add()
    world.review(a, [HARD])
    world.sync(a)
    world.review(a, [HARD])
    twin = world.copy(a)
    world.review(a, [MISSED])
    world.review(twin, [HARD, HARD])
    world.sync(a)
    world.sync(twin)
    world.review(twin, [HARD])
    world.review(a, [HARD])
    settled(world)


def test_a_restored_backup_gets_back_what_it_forgot(world: World) -> None:
    """A store put back to last week gets its own answers back, and keeps those made since."""
    a = world.add()
    world.review(a, [HARD])
    world.backup(a)
    world.review(a, [MISSED, HARD])
    world.sync(a)
    world.restore(a)
    world.review(a, [Rating.EASY] * 2)
    settled(world)


def test_a_mark_that_comes_alone_moves_progress_too(world: World) -> None:
    """A question to be learned anew costs mastery, though nobody answered anything."""
    a, b = world.add(), world.add()
    world.review(a, [Rating.EASY] * 4)
    for device in (a, b):
        world.sync(device)
    world.now += timedelta(hours=1)
    world.mark(a, 0, EventType.CARD_RELEARNED)
    settled(world)
