"""Backups: what is wrong with one is found, and a restore brings everything back."""

import dataclasses
import json
import os
import shutil
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from drillr.bootstrap import media_folder, new_id, open_context, vault
from drillr.domain.ids import DeviceId, question_id
from drillr.domain.rating import Rating
from drillr.errors import NothingToDo, StoreCorrupt
from drillr.services import backups, exchange, upkeep
from drillr.services.backups import Vault
from drillr.services.context import Context
from drillr.services.importing import MANY, Options, import_paths
from drillr.services.recording import Answer, record_answer
from drillr.store import facts, profile, progress
from tests.conftest import Bank, Clock, mcq, theory


@pytest.fixture
def safe(context: Context, bank: Bank, clock: Clock, tmp_path: Path) -> Vault:
    """A store with a few answers and a picture, and a folder for its backups."""
    import_paths(context, [str(bank("a__b__c__d", [mcq(1), mcq(2), theory(1)]))])
    for name in ("q-001", "t-001"):
        answer(context, name)
    store = str(tmp_path / "store" / "drillr.db")
    made = vault(store, str(tmp_path / "backups"))
    os.makedirs(media_folder(store))
    (Path(media_folder(store)) / "picture.png").write_bytes(b"picture")
    return dataclasses.replace(made, clock=clock)


def answer(context: Context, name: str, rating: Rating = Rating.EASY) -> None:
    """Answer a question now."""
    with context.database.transaction() as db:
        given = Answer(question_id=question_id(name), rating=rating, elapsed_ms=1000)
        record_answer(db, context, context.rulebook(db), given)


def derived(store: str) -> object:
    """All derived rows of a store, and how many facts it has."""
    opened = open_context(store)
    with opened.database.transaction(write=False) as db:
        found = progress.derived_rows(db, opened.user), facts.counts(db, opened.user)
    opened.database.close()
    return found


def test_a_sound_backup(safe: Vault) -> None:
    """It is listed with what it holds, and a replay of its facts gives its cards."""
    made = backups.create(safe)
    assert backups.listed(safe) == [made]
    assert (made.questions, made.responses, made.reason) == (3, 2, "asked")
    assert made.media == {"picture.png": 7}
    assert backups.verify(safe, made) == []
    assert backups.named(safe, None) == backups.named(safe, made.name) == made
    with pytest.raises(NothingToDo):
        backups.named(safe, "another")


@pytest.mark.parametrize("place", [100, 5000, -1])
def test_a_flipped_bit_is_found(safe: Vault, place: int) -> None:
    """Wherever it is: in the header, in a page in the middle, in the last byte."""
    made = backups.create(safe)
    path = Path(safe.depot.where) / made.name
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert backups.verify(safe, made)[0] == "its bytes are not those that were written"
    with pytest.raises(StoreCorrupt, match="bytes"):
        backups.restore(safe, made, DeviceId(new_id()))


def test_a_missing_page_and_a_cut_off_file_are_found(safe: Vault) -> None:
    """A page that is left out, one full of nothing, and an end that is missing."""
    made = backups.create(safe)
    path = Path(safe.depot.where) / made.name
    whole = path.read_bytes()
    for data in (
        whole[:4096] + whole[8192:],
        whole[: len(whole) // 2],
        whole[:8192] + bytes(4096) + whole[12288:],
        b"",
    ):
        path.write_bytes(data)
        assert backups.verify(safe, made)
    path.write_bytes(whole)
    assert backups.verify(safe, made) == []
    (Path(safe.depot.where) / "media-picture.png").unlink()
    assert "picture.png" in backups.verify(safe, made)[0]
    path.unlink()
    assert backups.verify(safe, made)


def test_cards_that_do_not_follow_from_facts_are_found(safe: Vault, context: Context) -> None:
    """A copy whose bytes are right is replayed all the same."""
    with context.database.transaction() as db:
        db.run("update spaced_repetition_cards set interval_days = interval_days + 1")
    made = backups.create(safe)
    assert any("spaced_repetition_cards" in problem for problem in backups.verify(safe, made))


def test_a_restore_after_the_store_is_gone(safe: Vault, context: Context, tmp_path: Path) -> None:
    """Every fact and everything derived is back, with the media, under a new device."""
    made = backups.create(safe)
    before = derived(safe.store)
    context.database.close()
    shutil.rmtree(tmp_path / "store")
    device = DeviceId(new_id())
    done = backups.restore(safe, made, device)
    assert (done.aside, done.saved) == (None, None)
    assert derived(safe.store) == before
    again = open_context(safe.store)
    assert (again.user, again.device) == (context.user, device)
    assert (Path(safe.media) / "picture.png").read_bytes() == b"picture"
    answer(again, "q-002")
    assert upkeep.examine(again).problems == []
    with again.database.transaction(write=False) as db:
        assert facts.next_seq(db, again.user, device) > 1
    again.database.close()
    assert sorted(os.listdir(tmp_path / "store")) == ["drillr.db", "drillr.media"]


def test_nothing_is_lost_once_it_was_synced(
    safe: Vault, context: Context, clock: Clock, tmp_path: Path, bank: Bank
) -> None:
    """Answers that came after the backup and were exchanged come back, beside new ones."""
    made = backups.create(safe)
    answer(context, "q-002")
    answer(context, "q-001", Rating.HARD)
    opened = open_context(str(tmp_path / "peer.db"))
    peer = dataclasses.replace(opened, clock=clock)
    import_paths(peer, [str(bank("a__b__c__d", [mcq(1), mcq(2), theory(1)]))])
    pull(context, peer)
    before = derived(safe.store)
    context.database.close()
    shutil.rmtree(tmp_path / "store")
    backups.restore(safe, made, DeviceId(new_id()))
    restored = dataclasses.replace(open_context(safe.store), clock=clock)
    answer(restored, "t-001")
    pull(peer, restored)
    pull(restored, peer)
    assert exchange.known(restored) == exchange.known(peer)
    assert upkeep.examine(restored).problems == []
    with restored.database.transaction(write=False) as db:
        assert facts.counts(db, restored.user)[0] == 5
    restored.database.close()
    peer.database.close()
    assert before != derived(safe.store)


def pull(source: Context, target: Context) -> None:
    """Let `target` receive all that `source` has and it has not."""
    known = {device: seq for device, (seq, _) in exchange.known(target).items()}
    after = {device: known.get(device, 0) for device in exchange.known(source)}
    while runs := exchange.serve(source, after):
        exchange.receive(target, runs)
        after |= {run.device: run.last for run in runs}


def test_a_restore_over_a_store_in_use(safe: Vault, context: Context) -> None:
    """Whoever has it open goes on with what was restored; what was there before is a backup."""
    made = backups.create(safe)
    before = derived(safe.store)
    answer(context, "q-002")
    device = DeviceId(new_id())
    done = backups.restore(safe, made, device)
    assert done.saved is not None
    saved = backups.named(safe, done.saved)
    assert (saved.responses, saved.reason) == (3, "restore")
    assert backups.verify(safe, saved) == []
    assert derived(safe.store) == before
    with context.database.transaction() as db:
        assert profile.writer(db, context.device) == device
    answer(context, "q-002")
    assert upkeep.examine(context).problems == []


def test_a_restore_over_a_damaged_store(safe: Vault, context: Context, tmp_path: Path) -> None:
    """The damaged file is kept under another name."""
    made = backups.create(safe)
    before = derived(safe.store)
    context.database.close()
    Path(safe.store).write_bytes(b"nonsense" * 4096)
    done = backups.restore(safe, made, DeviceId(new_id()))
    assert done.aside is not None
    assert Path(done.aside).read_bytes().startswith(b"nonsense")
    assert derived(safe.store) == before


def test_daily_backups_come_when_there_is_something_new(
    safe: Vault, context: Context, clock: Clock
) -> None:
    """The first at once, the next a day later and only after new facts; old ones are thinned."""
    assert backups.daily(safe) is not None
    answer(context, "q-001")
    assert backups.daily(safe) is None
    clock.at += timedelta(days=1)
    assert backups.daily(safe) is not None
    clock.at += timedelta(days=1)
    assert backups.daily(safe) is None
    asked = backups.create(safe)
    for _ in range(30):
        clock.at += timedelta(days=1)
        answer(context, "q-001")
        backups.daily(safe)
    found = backups.listed(safe)
    assert asked in found
    assert len([one for one in found if one.reason == "daily"]) <= 13
    assert found[0].at.date() == clock.at.date()
    assert "media-picture.png" in safe.depot.names()
    assert backups.verify(safe, found[0]) == []


def test_what_is_no_whole_backup_is_not_listed(safe: Vault, tmp_path: Path) -> None:
    """A copy without a manifest, a manifest without a copy, one that lies about names."""
    made = backups.create(safe)
    folder = Path(safe.depot.where)
    (folder / "drillr-1.db").write_bytes(b"x")
    (folder / "drillr-2.db.json").write_text("{}")
    for name, changes in (
        ("drillr-3.db", {"name": "../drillr-3.db"}),
        ("drillr-4.db", {"media": {"../../x": 1}}),
        ("drillr-5.db", {"created_at": "yesterday"}),
        ("drillr-6.db", {"unknown": 1}),
    ):
        (folder / name).write_bytes(b"x")
        manifest = json.loads((folder / f"{made.name}.json").read_text()) | changes
        (folder / f"{name}.json").write_text(json.dumps(manifest))
    assert backups.listed(safe) == [made]


def test_a_large_import_is_preceded_by_a_backup(safe: Vault, context: Context, bank: Bank) -> None:
    """Only into a library that is in use, once, with what was there before the import."""
    folder = bank("a__b__c__large", [theory(n + 1000) for n in range(MANY)])
    made: list[backups.Manifest] = []

    def backup() -> None:
        made.append(backups.create(safe, "import"))

    import_paths(context, [str(folder)], Options(dry_run=True), before_many=backup)
    assert made == []
    bank("a__b__c__larger", [theory(n + 3000) for n in range(5)])
    report = import_paths(context, [str(folder)], before_many=backup)
    assert report.imported == MANY + 5
    assert [one.questions for one in made] == [3]
    assert backups.verify(safe, made[0]) == []


def test_a_first_import_needs_no_backup(context: Context, bank: Bank) -> None:
    """Where nothing was learned yet there is nothing to lose."""
    folder = bank("a__b__c__d", [theory(n) for n in range(MANY + 1)])
    import_paths(context, [str(folder)], before_many=lambda: pytest.fail("a backup of nothing"))


def test_utc_everywhere(safe: Vault) -> None:
    """A manifest's instant has its zone, whatever machine reads it."""
    assert backups.create(safe).at.tzinfo is not None
    assert backups.listed(safe)[0].at.utcoffset() == timedelta(0)
    assert backups.listed(safe)[0].at.astimezone(UTC) == backups.listed(safe)[0].at
