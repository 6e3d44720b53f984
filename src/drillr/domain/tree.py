"""The library as a tree with its counts, summed up from the facets."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from drillr.domain.paths import SEPARATOR
from drillr.domain.progress import mastery


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A facet's numbers: active questions, due by now and by the day's end, new, mastery days."""

    path: str
    name: str
    questions: int
    due: int
    due_today: int
    new: int
    mastery_days: int


@dataclass(slots=True)
class Node:
    """A topic, subtopic, leaf or facet with the sums of all below it."""

    path: str
    name: str
    questions: int = 0
    due: int = 0
    due_today: int = 0
    new: int = 0
    mastery_days: int = 0
    children: list["Node"] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The last part of the path."""
        return self.path.rsplit(SEPARATOR, 1)[-1]

    @property
    def mastery(self) -> float:
        """Mastery 0–100."""
        return mastery(self.mastery_days, self.questions)


def build(facets: Iterable[FacetCounts], names: dict[str, str] | None = None) -> Node:
    """The root over all facets, children sorted by path; `names` gives the upper levels' names."""
    root = Node("", "library")
    nodes = {"": root}
    for facet in sorted(facets, key=lambda one: one.path):
        parts = facet.path.split(SEPARATOR)
        chain = [root]
        for depth in range(1, len(parts) + 1):
            path = SEPARATOR.join(parts[:depth])
            node = nodes.get(path)
            if node is None:
                node = nodes[path] = Node(path, (names or {}).get(path, parts[depth - 1]))
                chain[-1].children.append(node)
            chain.append(node)
        chain[-1].name = facet.name
        for node in chain:
            node.questions += facet.questions
            node.due += facet.due
            node.due_today += facet.due_today
            node.new += facet.new
            node.mastery_days += facet.mastery_days
    return root
