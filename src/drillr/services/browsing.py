"""Reading the library as it stands: its tree, a facet's questions page by page, one question."""

from dataclasses import dataclass

from drillr.domain import selector
from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.paths import SEPARATOR
from drillr.domain.question import Question
from drillr.store import hierarchy, places
from drillr.store.connection import Database
from drillr.store.hierarchy import Place, Position


@dataclass(frozen=True, slots=True)
class Page:
    """Some questions of a facet; `end` is where the next page begins, None after the last."""

    questions: list[Question]
    end: Position | None


def tree(database: Database) -> list[Place]:
    """Every place of the library, parents before children."""
    with database.transaction(write=False) as db:
        return hierarchy.places(db)


def facet(database: Database, key: FacetId) -> Place | None:
    """One facet; None when the library doesn't hold it."""
    with database.transaction(write=False) as db:
        return hierarchy.facet(db, key)


def questions(database: Database, key: FacetId, after: Position | None, most: int) -> Page | None:
    """Up to `most` active questions of a facet; None when the library doesn't hold it."""
    with database.transaction(write=False) as db:
        if hierarchy.facet(db, key) is None:
            return None
        found = hierarchy.page(db, key, after or hierarchy.FIRST, most + 1)
    more = len(found) > most
    return Page([one for _, one in found[:most]], found[most - 1][0] if more else None)


def question(database: Database, key: QuestionId) -> Question | None:
    """One question, active or not."""
    with database.transaction(write=False) as db:
        return hierarchy.question(db, key)


def parts(database: Database) -> list[str]:
    """Every part of the library, as selectors with `/`, sorted."""
    with database.transaction(write=False) as db:
        paths = places.paths(db).values()
    return [path.replace(SEPARATOR, "/") for path in selector.places(paths)]
