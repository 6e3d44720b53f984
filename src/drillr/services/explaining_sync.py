"""What an exchange did, card by card: whatever two devices touched, with both histories."""

from collections.abc import Mapping
from dataclasses import dataclass

from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.explain import step_text
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import DeviceId, QuestionId
from drillr.domain.question import Question
from drillr.domain.replay import Step
from drillr.services.context import Context, Today
from drillr.store import cards, fact_log, facts, hierarchy


@dataclass(frozen=True, slots=True)
class Told:
    """A step of a card's life, its device, and whether it is news since that exchange."""

    step: Step
    text: str
    device: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """A card that several devices touched: what each did, in the order that counts, and the end."""

    question: Question
    told: tuple[Told, ...]
    card: Card


def shared_cards(context: Context, since: Mapping[str, int]) -> tuple[list[Shared], Today]:
    """Cards touched since a past exchange that have steps of more than one device.

    `since` gives the last number of each device (in hexadecimal) that both sides knew then.
    """
    with context.database.transaction(write=False) as db:
        names = _distinct(fact_log.names(db, context.user))
        touched: set[QuestionId] = set()
        for device, last in fact_log.lasts(db, context.user).items():
            run = fact_log.read(db, context.user, device, "", since.get(device.hex(), 0), last)
            touched |= {fact.question_id for fact in run.facts if fact.question_id is not None}
        rules = context.rulebook(db)
        found = []
        for key, question in hierarchy.questions(db, sorted(touched)).items():
            known, by = facts.of_question(db, context.user, key), rules.rules(question.path)
            steps = list(replay.steps(known, by, seed_of(key)))
            if len({step.fact.device_id for step in steps}) < 2:
                continue
            told = tuple(
                Told(
                    step, step_text(step, by), names.get(step.fact.device_id, "?"),
                    step.fact.device_seq > since.get(step.fact.device_id.hex(), 0),
                )
                for step in steps
            )  # fmt: skip
            found.append(Shared(question, told, cards.load(db, context.user, key)))
        found.sort(key=lambda one: one.question.external_id)
        return found, context.today(rules.everywhere)


def _distinct(names: Mapping[DeviceId, str]) -> dict[DeviceId, str]:
    """The devices' names; where two share one, with the end of their ids."""
    values = list(names.values())
    return {
        key: name if values.count(name) == 1 else f"{name} ({key.hex()[-4:]})"
        for key, name in names.items()
    }
