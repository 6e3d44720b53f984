"""Exporting: the library, or a part of it, as files that an import reads back."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drillr.domain import replay
from drillr.domain import selector as selectors
from drillr.domain.card import Card
from drillr.domain.exhibit import Exhibit
from drillr.domain.fuzz import seed_of
from drillr.domain.shelf import Shelf
from drillr.domain.study_day import day_start
from drillr.errors import NothingToDo
from drillr.formats import writers
from drillr.services import output
from drillr.services.context import Context, Today
from drillr.store import facts, histories, library

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Order:
    """What to export: where to, which part of the library, in which form, over what is there."""

    target: str
    selector: str = ""
    form: str | None = None
    force: bool = False
    history: bool = True


@dataclass(slots=True)
class Exported:
    """What was written; `unchanged` files held just that already."""

    form: str
    questions: int = 0
    reviews: int = 0
    media: int = 0
    files: list[str] = field(default_factory=list)
    unchanged: int = 0


def export(context: Context, order: Order) -> Exported:
    """Write the files; a file that is there and differs is overwritten only with `force`."""
    form = writers.form_of(order.target, order.form)
    done = Exported(form)
    with context.database.transaction(write=False) as db:
        found = shelves(db, order.selector)
        if form == writers.ANKI:
            _package(db, context, order, found, done)
            return done
        if writers.is_one_file(form, order.target):
            all_of_them = list(found)
            done.questions = sum(len(shelf.kept) for shelf in all_of_them)
            _write(done, order, order.target, writers.one_file(form, all_of_them))
            return done
        for shelf in found:
            done.questions += len(shelf.kept)
            for name, text in writers.files(form, shelf).items():
                _write(done, order, os.path.join(order.target, name), text)
    return done


def _write(done: Exported, order: Order, path: str, text: str) -> None:
    done.unchanged += not output.write(path, text.encode(), force=order.force)
    done.files.append(path)


def _package(
    db: "Connection", context: Context, order: Order, found: Iterable[Shelf], done: Exported
) -> None:
    """The questions with what is known of them, as a package of Anki."""
    from drillr.formats.anki.writer import Writer, pack

    today = context.today(context.settings(db))
    first = facts.earliest(db, context.user) or today.now
    begun = Today.of(first, context.settings(db), context.system_zone)
    start = day_start(begun.day, begun.zone, begun.rollover_hour)
    with (
        tempfile.TemporaryDirectory(prefix="drillr-") as folder,
        output.replaced(order.target, force=order.force) as target,
    ):
        collection = os.path.join(folder, "collection.anki2")
        writer = Writer(collection, start)
        rules = context.rulebook(db)
        for shelf in found:
            key = shelf.kept[0].question.facet_id
            known = dict(histories.by_question(db, context.user, [key])) if order.history else {}
            for kept in shelf.kept:
                question, by = kept.question, rules.rules(shelf.path)
                steps = list(replay.steps(known.get(question.id, ()), by, seed_of(question.id)))
                card = steps[-1].after if steps else Card()
                writer.add(Exhibit(question, kept.written, kept.changed_at, card, steps))
            done.questions += len(shelf.kept)
        writer.close(today.now)
        there = [(name, os.path.join(context.media, name)) for name in sorted(writer.media)]
        there = [(name, path) for name, path in there if context.media and os.path.isfile(path)]
        pack(target, collection, there)
    done.reviews, done.media = writer.reviews, len(there)
    done.files.append(order.target)


def texts(context: Context, selector: str) -> dict[str, str]:
    """The question files that a selector names: their texts by name."""
    found: dict[str, str] = {}
    with context.database.transaction(write=False) as db:
        for shelf in shelves(db, selector):
            found |= writers.files("json", shelf)
    return found


def shelves(db: "Connection", selector: str) -> Iterator[Shelf]:
    """The facets that a selector names, with their questions; NothingToDo where there are none."""
    places = {path: key for key, path in library.facets_of(db)}
    wanted = selectors.resolve(selector, places)
    if not wanted:
        raise NothingToDo("there is nothing to export", "The library holds no questions")
    described = library.descriptions(db)
    for path in wanted:
        yield Shelf(path, described, library.questions(db, places[path], path))
