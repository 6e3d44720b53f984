"""Shell completion of selectors: one query, and nothing heavy imported."""

from collections import Counter


def places(incomplete: str) -> list[str]:
    """Paths, their beginnings and unique codes that begin with what was typed."""
    from drillr.bootstrap import known_paths
    from drillr.config import store_path
    from drillr.domain.selector import places as all_places
    from drillr.errors import DrillrError

    try:
        found = all_places(known_paths(store_path(None)))
    except DrillrError:
        return []
    codes = Counter(path.rsplit("__", 1)[-1] for path in found)
    unique = [code for code, count in codes.items() if count == 1]
    return sorted({name for name in [*found, *unique] if name.startswith(incomplete)})
