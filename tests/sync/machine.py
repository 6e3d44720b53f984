"""Everything that can happen to a person's stores, in any order: what the simulation draws from."""

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from drillr.domain.facts import EventType
from drillr.domain.rating import Rating
from tests.sync.conftest import write_banks
from tests.sync.world import Device, World, derived, facts_of, healthy, review

MOST_DEVICES = 5
MARKS = (
    EventType.CARD_SUSPENDED, EventType.CARD_RESUMED, EventType.CARD_BURIED,
    EventType.CARD_FLAGGED, EventType.CARD_UNFLAGGED, EventType.CARD_RELEARNED,
)  # fmt: skip
SETTINGS = (
    ("scheduler", "sm2"), ("scheduler", "sm2-classic"), ("maximum_interval", 3), ("fuzz", False),
    ("leech_threshold", 1), ("leech_action", "suspend"), ("new_per_day", 3),
)  # fmt: skip
ratings = st.lists(st.sampled_from(Rating), min_size=1, max_size=4)
numbers = st.integers(0, MOST_DEVICES - 1)


class Simulation(RuleBasedStateMachine):
    """Devices of one person do whatever devices do; at the end all stores must be equal."""

    folder: ClassVar[Path]
    banks: ClassVar[list[Path]] = []
    server_can_be_restored: ClassVar[bool] = True
    devices_can_meet: ClassVar[bool] = False

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        """A server, and two devices that know its questions."""
        self.place = Path(tempfile.mkdtemp(prefix="drillr-world-"))
        if not Simulation.banks:
            Simulation.banks = write_banks(Path(tempfile.mkdtemp(prefix="drillr-banks-")))
        self.world = self.make(seed)
        self.known: set[bytes] = set()
        for _ in range(2):
            self.world.add()

    def make(self, seed: int) -> World:
        """The world to simulate."""
        return World(self.place, Simulation.banks, seed)

    def pick(self, number: int) -> Device:
        """One of the devices there are."""
        return self.world.devices[number % len(self.world.devices)]

    @rule(number=numbers, given=ratings, cram=st.booleans(), hours=st.sampled_from([0, 0, 1, 30]))
    def answers(self, number: int, given: list[Rating], cram: bool, hours: int) -> None:
        """Somebody reviews for a while, perhaps in the same instant as somebody else."""
        self.world.now += timedelta(hours=hours)
        self.world.review(self.pick(number), given, cram=cram)

    @rule(given=ratings)
    def answers_in_the_browser(self, given: list[Rating]) -> None:
        """Answers through the server's own API are facts of a device that it keeps."""
        review(self.world.server, given)

    @rule(number=numbers)
    def undoes(self, number: int) -> None:
        """Somebody takes the last answer back."""
        self.world.undo(self.pick(number))

    @rule(number=numbers, question=st.integers(0, 3), kind=st.sampled_from(MARKS))
    def marks(self, number: int, question: int, kind: EventType) -> None:
        """Somebody marks a question."""
        device = self.pick(number)
        if device.has(question):
            self.world.mark(device, question, kind)

    @rule(number=numbers, change=st.sampled_from(SETTINGS))
    def changes(self, number: int, change: tuple[str, object]) -> None:
        """Somebody changes a setting."""
        self.world.change(self.pick(number), *change)

    @rule(
        number=numbers, scope=st.sampled_from(["", "a__b__c__d", "a__b"]),
        days=st.sampled_from([0, 2, 9, 40]),
    )  # fmt: skip
    def plans_exams(self, number: int, scope: str, days: int) -> None:
        """Somebody has an exam before them, or no longer."""
        if days:
            self.world.plan_exam(self.pick(number), scope, days)
        else:
            self.world.drop_exam(self.pick(number))

    @rule(number=numbers, days=st.sampled_from([0, 1, 20]))
    def pauses(self, number: int, days: int) -> None:
        """Somebody goes on holiday, or comes back early."""
        self.world.pause(self.pick(number), days)

    @rule(number=numbers)
    def imports(self, number: int) -> None:
        """A device gets questions that the server may not have."""
        self.world.bring(self.pick(number).context, 1)

    @rule()
    def server_imports(self) -> None:
        """The server gets the second bank."""
        self.world.bring(self.world.server, 1)

    @rule(number=numbers, minutes=st.sampled_from([-60 * 24 * 40, -61, 0, 5, 60 * 24 * 3]))
    def clock_is_wrong(self, number: int, minutes: int) -> None:
        """A device's clock goes wrong, or right again."""
        self.pick(number).offset = timedelta(minutes=minutes)

    @precondition(lambda self: len(self.world.devices) < MOST_DEVICES)
    @rule(bank=st.booleans())
    def buys_another(self, bank: bool) -> None:
        """One more device, with or without questions."""
        self.world.add(bank=bank)

    @precondition(lambda self: len(self.world.devices) < MOST_DEVICES)
    @rule(number=numbers)
    def copies(self, number: int) -> None:
        """Somebody copies a store file to another machine."""
        self.world.copy(self.pick(number))

    @rule(number=numbers)
    def backs_up(self, number: int) -> None:
        """Somebody makes a backup."""
        self.world.backup(self.pick(number))

    @rule(number=numbers, which=st.integers(0, 9))
    def restores(self, number: int, which: int) -> None:
        """Somebody restores an old backup; what only the lost store knew is lost, nothing else."""
        device = self.pick(number)
        if device.backups:
            self.world.restore(device, which % len(device.backups))
            self.known = self.world.facts()

    @precondition(lambda self: self.server_can_be_restored)
    @rule(again=st.booleans(), which=st.integers(0, 9))
    def server_is_put_back(self, again: bool, which: int) -> None:
        """The server's database is backed up, or restored from an old backup."""
        backups = self.world.server_backups
        if again and backups:
            self.world.restore_server(which % len(backups))
            self.known = self.world.facts()
        else:
            self.world.backup_server()

    @rule(number=numbers)
    def syncs(self, number: int) -> None:
        """A device syncs over a good line."""
        self.world.sync(self.pick(number))

    @rule(number=numbers)
    def syncs_badly(self, number: int) -> None:
        """A device syncs over a line that loses, repeats and delays."""
        self.world.sync(self.pick(number), faulty=True)

    @precondition(lambda self: self.devices_can_meet)
    @rule(given=ratings)
    def syncs_all_at_once(self, given: list[Rating]) -> None:
        """Every device answers something, and then all sync in the same moment."""
        for device in self.world.devices:
            self.world.review(device, given)
        with ThreadPoolExecutor(MOST_DEVICES) as pool:
            for done in [pool.submit(self.world.sync, one) for one in self.world.devices]:
                assert done.result()

    @rule()
    def late_delivery(self) -> None:
        """A request of long ago arrives again."""
        self.world.deliver_late()

    @invariant()
    def nothing_is_lost(self) -> None:
        """No step but a restore makes a fact disappear from all stores."""
        if hasattr(self, "world"):
            facts = self.world.facts()
            assert facts >= self.known
            self.known = facts

    def teardown(self) -> None:
        """Everybody syncs twice: all stores are equal, and equal to a replay of their facts."""
        if not hasattr(self, "world"):
            return
        try:
            self.settle()
        finally:
            self.world.close()
            shutil.rmtree(self.place, ignore_errors=True)

    def settle(self) -> None:
        """The end of the world."""
        world = self.world
        for context in world.contexts():
            for number in range(len(world.banks)):
                world.bring(context, number)
        for _ in range(2):
            for device in world.devices:
                world.sync(device)
        everything, expected = facts_of(world.server), derived(world.server)
        assert everything.keys() == self.known | everything.keys() == world.facts()
        for device in world.devices:
            assert facts_of(device.context) == everything
            assert derived(device.context) == expected
        for context in world.contexts():
            assert healthy(context) == []
