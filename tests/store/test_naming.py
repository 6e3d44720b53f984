"""Facts from another program take other ids, on both databases, and nothing else does."""

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

from drillr.bootstrap import context_over
from drillr.domain.facts import EventType
from drillr.domain.history import named_for
from drillr.domain.ids import UserId, id_text
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, start
from drillr.services.undoing import undo_last
from drillr.services.upkeep import examine
from drillr.store import naming
from drillr.store.connection import Database
from tests.conftest import Bank, Clock, mcq
from tests.services.test_anki import DECK

ACCOUNT = UserId(b"a" * 16)


def ids(context: Context) -> set[bytes]:
    """The ids of all facts."""
    with context.database.transaction(write=False) as db:
        sql = "select id from user_responses union select id from learning_events"
        return {db.read_key(key) for (key,) in db.rows(sql)}


def taken_back(context: Context) -> list[Any]:
    """The answers that were taken back, by their ids."""
    with context.database.transaction(write=False) as db:
        rows = db.rows(
            "select event_data from learning_events where event_type = ?",
            (str(EventType.RESPONSE_RETRACTED),),
        )
    return sorted(json.loads(data)["response_id"] for (data,) in rows)


def test_what_was_imported_is_renamed_and_what_takes_it_back_follows(
    database: Database, bank: Bank, clock: Clock
) -> None:
    """Answers and marks of the deck; an answer that was given here keeps its id."""
    clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    context = dataclasses.replace(context_over(database), clock=clock)
    assert import_paths(context, [DECK]).reviews == 48
    undone = undo_last(context, 1)[0][1]
    import_paths(context, [str(bank("a__b__c__d", [mcq(1)]))])
    start(context, Plan(selector="a__b__c__d")).answer(Given(("B",)), Rating.EASY)
    own = undo_last(context, 1)[0][1]
    before = ids(context)
    with context.database.transaction() as db:
        known = naming.imported(db, context.user)
        assert len(known) == 50
        names = {key: named_for(ACCOUNT, key) for key in known}
        naming.rename(db, context.user, names)
        assert set(naming.imported(db, context.user)) == set(names.values())
    assert ids(context) == (before - set(names)) | set(names.values())
    assert taken_back(context) == sorted([id_text(names[undone.id]), id_text(own.id)])
    assert not examine(context).problems
