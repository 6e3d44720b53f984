"""Whether a store is to sync by itself: asked at every start, so it imports next to nothing."""

import json
from typing import TYPE_CHECKING

from drillr.store import profile

if TYPE_CHECKING:
    from drillr.services.context import Context


def wanted(context: "Context") -> bool:
    """Whether any of the store's servers is to be synced in the background."""
    with context.database.transaction(write=False) as db:
        found = profile.states(db, "remote:")
    return any(json.loads(text).get("automatic") for text in found.values())
