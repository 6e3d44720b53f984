"""What a person types to name a part of the library, resolved against the facets there are."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from drillr.domain.paths import SEPARATOR
from drillr.errors import SelectorError


def resolve(selector: str, facets: Iterable[str]) -> list[str]:
    """The facet paths that `selector` names, sorted; all of them when it is empty.

    A selector is a full path, any prefix of one, or any level's code when that is unique; `/` may
    stand for `__`. SelectorError lists the candidates when several places share a code, and
    suggests the nearest names when there is none.
    """
    paths = sorted(facets)
    place = place_named(selector, paths)
    return [p for p in paths if not place or p == place or p.startswith(place + SEPARATOR)]


def place_named(selector: str, facets: Iterable[str]) -> str:
    """The one place that `selector` names: a facet's path or the beginning of some; "" is all."""
    paths = sorted(facets)
    wanted = selector.strip().replace("/", SEPARATOR).removesuffix(SEPARATOR)
    if not wanted or any(p == wanted or p.startswith(wanted + SEPARATOR) for p in paths):
        return wanted
    places = _places_ending_in(wanted, paths)
    if len(places) == 1:
        return places[0]
    if places:
        shown = ", ".join(places[:8]) + (", …" if len(places) > 8 else "")
        raise SelectorError(f"{selector!r} names {len(places)} places", f"Say which: {shown}")
    raise SelectorError(f"nothing here is called {selector!r}", _suggestion(wanted, paths))


def places(facets: Iterable[str]) -> list[str]:
    """Every path and every prefix of one, sorted: what shell completion offers."""
    found: set[str] = set()
    for path in facets:
        parts = path.split(SEPARATOR)
        found.update(SEPARATOR.join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return sorted(found)


def _places_ending_in(wanted: str, paths: Sequence[str]) -> list[str]:
    """Places whose last codes are `wanted` (`graphql`, `protocols__graphql`)."""
    return [p for p in places(paths) if p.endswith(SEPARATOR + wanted)]


def _suggestion(wanted: str, paths: Sequence[str]) -> str:
    if not paths:
        return "The library is empty: `drillr import --starter` brings the starter banks"
    known = places(paths)
    codes = {p.rsplit(SEPARATOR, 1)[-1] for p in known}
    near = get_close_matches(wanted, sorted(codes | set(known)), n=3, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(near) + "?"
    return "`drillr tree` shows what there is"
