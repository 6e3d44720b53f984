"""The library as a tree: no number is lost on the way up, and none is counted twice."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.tree import FacetCounts, Node, build

CODE = st.sampled_from(["a", "b", "c"])
COUNTS = st.integers(0, 50)
FACETS = st.lists(
    st.builds(
        FacetCounts, st.tuples(CODE, CODE, CODE, CODE).map("__".join), st.just("A name"), COUNTS,
        COUNTS, COUNTS, COUNTS, COUNTS,
    ),
    max_size=12, unique_by=lambda one: one.path,
)  # fmt: skip
SUMS = ("questions", "due", "due_today", "new", "mastery_days")


def nodes(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in node.children:
        yield from nodes(child)


@given(FACETS, st.randoms())
def test_every_place_holds_the_sum_of_what_is_below(facets: list[FacetCounts], rng: object) -> None:
    """At every node, in whatever order the facets came."""
    rng.shuffle(shuffled := list(facets))  # type: ignore[attr-defined]
    root = build(shuffled, {"a": "The letter A"})
    assert root == build(facets, {"a": "The letter A"})
    found = list(nodes(root))
    assert len({node.path for node in found}) == len(found)
    for node in found:
        below = [f for f in facets if f"{f.path}__".startswith(f"{node.path}__".lstrip("_"))]
        for name in SUMS:
            assert getattr(node, name) == sum(getattr(one, name) for one in below)
        assert [child.path for child in node.children] == sorted(c.path for c in node.children)
        assert node.mastery >= 0 or not node.questions


def test_names_are_those_of_the_facet_and_of_the_levels_above() -> None:
    """A level without a name is called by its code."""
    (topic,) = build([FacetCounts("a__b__c__d", "Dee", 1, 0, 0, 1, 21)], {"a": "Aye"}).children
    assert [(node.code, node.name) for node in nodes(topic)] == [
        ("a", "Aye"), ("b", "b"), ("c", "c"), ("d", "Dee"),
    ]  # fmt: skip
    assert topic.mastery == 100
