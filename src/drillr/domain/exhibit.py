"""A question with all that is known of it: what an export with its history shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from drillr.domain.card import Card
from drillr.domain.question import Question
from drillr.domain.replay import Step


class Exhibit(NamedTuple):
    """A question with its card and the steps of its life; `written`, `changed_at`: see `Kept`."""

    question: Question
    written: Mapping[str, Any]
    changed_at: datetime
    card: Card
    steps: list[Step]
