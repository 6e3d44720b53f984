"""Cards of every engine survive either database: the next answer builds on what was read back."""

import dataclasses
import random
from datetime import UTC, timedelta

import pytest

from drillr.bootstrap import context_over
from drillr.domain import replay
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.services.importing import import_paths
from drillr.services.recording import Answer, record_answer
from drillr.services.upkeep import change_setting, examine
from drillr.store import cards, facts
from drillr.store.connection import Database
from tests.conftest import Bank, Clock, mcq


@pytest.mark.parametrize("scheduler", ["sm2", "sm2-classic", "fsrs"])
def test_answers_through_the_store_equal_a_replay(
    database: Database, bank: Bank, clock: Clock, scheduler: str
) -> None:
    """Bit by bit, floating-point numbers included: reading and writing change nothing."""
    context = dataclasses.replace(context_over(database), clock=clock, system_zone=UTC)
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(6)]))])
    change_setting(context, "scheduler", scheduler)
    rng = random.Random(9)
    for _ in range(25):
        key = question_id(f"q-{rng.randrange(6):03d}")
        with database.transaction() as db:
            book = context.rulebook(db)
            record_answer(db, context, book, Answer(key, rng.choice(list(Rating)), 900))
        clock.at += timedelta(hours=rng.randrange(1, 90))
    with database.transaction(write=False) as db:
        rules = context.rulebook(db).rules("a__b__c__d")
        held = cards.all_cards(db, context.user)
        for key, card in held.items():
            known = facts.of_question(db, context.user, key)
            assert card == replay.fold(known, rules, seed_of(key))
    assert not examine(context).problems
