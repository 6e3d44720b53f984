"""How things stand with every server: what `drillr sync status` and the screen of sync show."""

from dataclasses import dataclass
from datetime import datetime

from drillr.services import merging, remotes
from drillr.services.remotes import Remote
from drillr.sync.session import Client


@dataclass(frozen=True, slots=True)
class Place:
    """A server, whether this store is signed in to it, and how many facts it has not seen yet."""

    remote: Remote
    signed_in: bool
    waiting: int

    @property
    def met(self) -> datetime | None:
        """The instant (UTC) of the last exchange; None before the first."""
        at = self.remote.last.get("at")
        return None if at is None else datetime.fromisoformat(at)


@dataclass(frozen=True, slots=True)
class Standing:
    """Every server, and what waits here: facts without their question, edits that clash."""

    places: tuple[Place, ...]
    parked: int
    conflicts: int


def standing(client: Client) -> Standing:
    """How things stand, as far as this store can tell alone; nobody is asked."""
    context = client.context
    return Standing(
        tuple(
            Place(one, client.signed_in(one), remotes.waiting(context, one))
            for one in remotes.every(context)
        ),
        remotes.parked(context),
        len(merging.conflicts(context)),
    )
