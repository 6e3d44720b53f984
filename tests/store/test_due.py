"""Counting what is due: the same number, whichever cards are looked at for it."""

from datetime import UTC, datetime, timedelta

import pytest

from drillr.bootstrap import context_over
from drillr.domain.card import Card, CardState
from drillr.domain.ids import UserId, facet_id, question_id
from drillr.services.importing import import_paths
from drillr.store import cards, due
from drillr.store.connection import Connection, Database
from tests.conftest import Bank, mcq

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
END = NOW + timedelta(hours=8)
MANY = 2_300
SHARES = [(0, 3, 2, 5), (5, 0, 0, 1), (MANY - 60, 20, 30, 10), (MANY, 0, 0, 0)]
"""Cards that are due by now, later today, later, and never."""


@pytest.mark.parametrize("somebody_else", [False, True])
def test_all_due_cards_are_counted_and_no_other(
    database: Database, bank: Bank, somebody_else: bool
) -> None:
    """Few or many of them, with others that are suspended or due later, theirs or another's."""
    context = context_over(database)
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(MANY)]))])
    places = [(question_id(mcq(n)["id"]), facet_id("a__b__c__d")) for n in range(MANY)]
    card = Card(state=CardState.REVIEW, created_at=NOW, updated_at=NOW)
    for by_now, today, later, never in SHARES:
        dates: list[datetime | None] = [NOW - timedelta(days=1)] * by_now
        dates += [NOW + timedelta(hours=1)] * today + [END + timedelta(days=1)] * later
        dates += [None] * never
        changed = [
            cards.Changed(key, facet, card, at)
            for (key, facet), at in zip(places, dates, strict=False)
        ]
        with database.transaction() as db:
            db.run("delete from spaced_repetition_cards")
            cards.save_many(db, context.user, changed)
            if somebody_else:
                cards.save_many(db, another(db), changed)
            assert due.reviews(db, context.user, NOW, END) == (by_now, by_now + today)


def another(db: Connection) -> UserId:
    """A second person in the same store."""
    key = UserId(bytes(15) + b"\x07")
    if db.row("select 1 from users where id = ?", (db.key(key),)) is None:
        at = db.instant(NOW)
        db.run(
            "insert into users (id, username, password_hash, preferences, learning_settings,"
            " created_at, updated_at) values (?, 'another', '!', '{}', '{}', ?, ?)",
            (db.key(key), at, at),
        )
    return key
