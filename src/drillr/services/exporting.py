"""Exporting: the library, or a part of it, as files that an import reads back."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drillr.domain import selector as selectors
from drillr.domain.shelf import Shelf
from drillr.errors import ContentError, NothingToDo, UsageError
from drillr.formats import writers
from drillr.services.context import Context
from drillr.store import library

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Order:
    """What to export: where to, which part of the library, in which form, over what is there."""

    target: str
    selector: str = ""
    form: str | None = None
    force: bool = False


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
        for shelf in shelves(db, order.selector):
            done.questions += len(shelf.kept)
            for name, text in writers.files(form, shelf).items():
                _write(done, os.path.join(order.target, name), text.encode(), order.force)
    return done


def shelves(db: "Connection", selector: str) -> Iterator[Shelf]:
    """The facets that a selector names, with their questions; NothingToDo where there are none."""
    places = {path: key for key, path in library.facets_of(db)}
    wanted = selectors.resolve(selector, places)
    if not wanted:
        raise NothingToDo("there is nothing to export", "The library holds no questions")
    described = library.descriptions(db)
    for path in wanted:
        yield Shelf(path, described, library.questions(db, places[path], path))


def _write(done: Exported, path: str, data: bytes, force: bool) -> None:
    """Write a file whole or not at all; one that is already right stays untouched."""
    folder = os.path.dirname(path) or "."
    try:
        os.makedirs(folder, exist_ok=True)
        if os.path.lexists(path):
            with open(path, "rb") as file:
                held = file.read(len(data) + 1)
            if held == data:
                done.unchanged += 1
                done.files.append(path)
                return
            if not force:
                raise UsageError(f"{path} is there and differs", "--force overwrites it")
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".drillr-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise ContentError(f"{path} can't be written: {error.strerror}") from None
    done.files.append(path)


def _umask() -> int:
    """The process's mask: what it takes away from a new file's permissions."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
