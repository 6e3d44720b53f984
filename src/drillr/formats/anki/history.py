"""What a collection of Anki remembers of its cards: answers, schedules, suspensions, flags."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from drillr.domain.card import FIRST_EASE
from drillr.domain.facts import EventType
from drillr.domain.history import WITHOUT_LOG, Past, PastAnswer, PastMark
from drillr.domain.rating import Rating
from drillr.formats.anki.cards import external_id
from drillr.formats.anki.collection import CardRow, Collection, ReviewRow

_RATINGS = {1: Rating.VERY_HARD, 2: Rating.HARD, 3: Rating.MEDIUM, 4: Rating.EASY}
_LEARNING, _RELEARNING, _FILTERED, _SET_BY_HAND = 0, 2, 3, 4
_REVIEW_CARD, _SUSPENDED = 2, -1
_FLAGS = ("", "red", "orange", "green", "blue", "pink", "turquoise", "purple")
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000
_DAY_MS = 24 * 60 * 60 * 1000


class History:
    """The past of a collection's cards; `names` gives the question's id of a card's id.

    `skipped` counts lines of the log that are neither answers nor dates set by hand.
    """

    def __init__(self, collection: Collection, names: dict[tuple[str, int], str]) -> None:
        self._collection, self._names = collection, names
        self.skipped = 0

    def __iter__(self) -> Iterator[Past]:
        answered: set[tuple[str, int]] = set()
        self.skipped = 0
        for review in self._collection.reviews():
            answer = self._answer(review)
            if answer is None:
                self.skipped += 1
                continue
            answered.add((review.guid, review.ord))
            yield answer
        for card in self._collection.cards():
            if (card.guid, card.ord) not in answered:
                yield from self._schedule(card)
            yield from self._marks(card)

    def _name(self, guid: str, ord: int) -> str:
        return self._names.get((guid, ord)) or external_id(guid, ord)

    def _answer(self, review: ReviewRow) -> PastAnswer | None:
        if not _EARLIEST <= review.at < _LATEST:
            return None
        name, key = self._name(review.guid, review.ord), f"{_key(review)}:{review.at}"
        if review.type == _SET_BY_HAND and not review.ease and review.interval > 0:
            outcome = _outcome(review.interval, review.factor)
            return PastAnswer(name, key, _instant(review.at), Rating.MEDIUM, outcome=outcome)
        ease = review.ease
        # The first scheduler had three buttons while learning; Good was 2 and Easy was 3.
        if (
            self._collection.first_scheduler
            and review.type in (_LEARNING, _RELEARNING)
            and ease in (2, 3)
        ):
            ease += 1
        if ease not in _RATINGS or review.type > _FILTERED:
            return None
        return PastAnswer(
            external_id=name,
            key=key,
            at=_instant(review.at),
            rating=_RATINGS[ease],
            elapsed_ms=max(0, min(review.time, _DAY_MS)),
            # A filtered deck that doesn't reschedule leaves no factor: such an answer is cramming.
            cram=review.type == _FILTERED and review.factor == 0,
        )

    def _schedule(self, card: CardRow) -> Iterator[PastAnswer]:
        """A schedule without a log: the answer before it is known by what it led to."""
        if card.type != _REVIEW_CARD or card.interval < 1:
            return
        due = (self._collection.created + card.due * 86_400) * 1000
        at = min(due - card.interval * _DAY_MS, card.modified * 1000)
        if _EARLIEST <= at < _LATEST:
            yield PastAnswer(
                external_id=self._name(card.guid, card.ord),
                key=_key(card) + WITHOUT_LOG,
                at=_instant(at),
                rating=Rating.MEDIUM,
                outcome=_outcome(card.interval, card.factor),
            )

    def _marks(self, card: CardRow) -> Iterator[PastMark]:
        if not _EARLIEST <= card.modified * 1000 < _LATEST:
            return
        name, at = self._name(card.guid, card.ord), _instant(card.modified * 1000)
        if card.queue == _SUSPENDED:
            yield PastMark(name, _key(card) + ":suspended", at, EventType.CARD_SUSPENDED, {})
        colour = _FLAGS[card.flags & 7]
        if colour:
            key = f"{_key(card)}:flag:{colour}"
            yield PastMark(name, key, at, EventType.CARD_FLAGGED, {"note": colour})


def _key(row: CardRow | ReviewRow) -> str:
    return f"anki:{row.guid}:{row.ord}"


def _outcome(days: int, factor: int) -> dict[str, int]:
    return {"interval_days": days, "ease": factor // 10 or FIRST_EASE}


def _instant(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
