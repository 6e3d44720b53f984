"""The digest that two stores compare: the same number on both databases, and in every version."""

from datetime import UTC, datetime, timedelta

from drillr.bootstrap import context_over
from drillr.domain.card import Card, CardState
from drillr.domain.ids import facet_id, question_id
from drillr.services.importing import import_paths
from drillr.store import card_digest, cards, profile
from drillr.store.cards import Changed
from drillr.store.connection import Connection, Database
from tests.conftest import NOON, Bank, mcq

FACET = facet_id("a__b__c__d")
PLAIN = Card(
    CardState.REVIEW, 236, 12, 3, 1, NOON, NOON + timedelta(days=12), 5, 4, 61_234,
    created_at=NOON - timedelta(days=40), updated_at=NOON,
)  # fmt: skip
FULL = Card(
    CardState.RELEARNING, 130, 1, 0, 9, NOON, datetime(2031, 12, 31, 23, 59, 59, 999_999, UTC),
    12, 3, 2**33, True, NOON + timedelta(microseconds=1), "100 % 'odd' | %s – ä\nnext", 12.345678,
    9.999999, NOON, NOON + timedelta(microseconds=10),
)  # fmt: skip


def save(db: Connection, user: bytes, *found: Card) -> None:
    """Write these as the cards of the first questions."""
    changed = [
        Changed(question_id(f"q-{n:03d}"), FACET, card, None) for n, card in enumerate(found)
    ]
    cards.save_many(db, user, changed)  # type: ignore[arg-type]


def test_the_digest_of_some_cards_is_frozen(database: Database, bank: Bank) -> None:
    """Another number would send every client of another version through a replay at each sync."""
    context = context_over(database)
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(3)]))])
    with database.transaction() as db:
        assert profile.owner(db) is not None
        none = card_digest.of_everything(db, context.user, ())
        save(db, context.user, PLAIN, FULL)
        both = card_digest.of_everything(db, context.user, ())
        assert card_digest.of_everything(db, context.user, ["a__b"]) == both
        assert card_digest.of_everything(db, context.user, ["a__x"]) == none
        save(db, context.user, PLAIN)
    assert none == (0, "cae66941d9efbd404e4d88758ea67670")
    assert both == (2, "19119b2491aae05ec7c0bcaaa10c802d")
