"""The library as a whole: in and out of both databases alike."""

from pathlib import Path

from drillr.bootstrap import context_over
from drillr.services.exporting import Order, export
from drillr.services.importing import Options, import_paths
from drillr.services.upkeep import examine
from drillr.store import facts
from drillr.store.connection import Database

ROOT = Path(__file__).parents[2]


def test_what_comes_in_goes_out(database: Database, tmp_path: Path) -> None:
    """Starter banks give the very files, a deck of Anki its answers; again, nothing doubles."""
    context = context_over(database, str(tmp_path / "media"))
    banks = sorted((ROOT / "data" / "questions").glob("databases*.json"))
    paths = [*map(str, banks), str(ROOT / "tests" / "formats" / "anki" / "deck-new.apkg")]
    first = import_paths(context, paths)
    assert (first.reviews, first.media, first.errors) == (48, 2, [])
    again = import_paths(context, paths, Options(update=True))
    assert (again.imported, again.updated, again.reviews, again.media) == (0, 0, 0, 0)
    with database.transaction(write=False) as db:
        assert facts.counts(db, context.user) == (48, 2)
    assert not examine(context).problems
    export(context, Order(str(tmp_path / "out"), "databases", form="json"))
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        path.name: path.read_bytes() for path in banks
    }
    done = export(context, Order(str(tmp_path / "deck.apkg"), "Spanish"))
    assert done.reviews > 0
