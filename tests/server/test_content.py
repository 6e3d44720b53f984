"""Content through the API: the tree, pages of questions, and what need not be sent again."""

from typing import Any

import pytest

from drillr.services.importing import Options, import_paths
from tests.conftest import Bank, mcq
from tests.server.conftest import Server, context_of
from tests.server.test_auth import problem

TREE = "/content/hierarchy"


@pytest.fixture
def filled(server: Server, bank: Bank) -> Server:
    """A server with 120 questions in one facet and one in another."""
    bank("a__b__c__d", [mcq(number) for number in range(1, 121)])
    folder = bank("a__b__x__y", [mcq(500)])
    server.sign_in("ada")
    with context_of(server, "ada") as context:
        import_paths(context, [str(folder)])
    return server


def leaf(tree: dict[str, Any], code: str) -> dict[str, Any]:
    """The node with that code, wherever it is."""
    found = list(tree["topics"])
    while found:
        node: dict[str, Any] = found.pop()
        if node["code"] == code:
            return node
        found += node["children"]
    raise KeyError(code)


def test_the_tree_has_every_place_with_its_questions(filled: Server) -> None:
    """Counts add up from the facets."""
    tree = filled.call("GET", TREE, "ada").json()
    assert tree["questions"] == 121
    assert [leaf(tree, code)["questions"] for code in "abcdxy"] == [121, 121, 120, 120, 1, 1]
    facet = leaf(tree, "d")
    alone = filled.call("GET", f"/content/facets/{facet['id']}", "ada").json()
    assert alone["path"] == "a__b__c__d" == facet["path"]


def test_pages_bring_every_question_once(filled: Server) -> None:
    """In the file's order, whatever the size of a page."""
    facet = leaf(filled.call("GET", TREE, "ada").json(), "d")["id"]
    for size in (1, 50, 119, 120, 200):
        found, cursor = [], None
        while True:
            params = {"limit": size} | ({"cursor": cursor} if cursor else {})
            page = filled.call(
                "GET", f"/content/facets/{facet}/questions", "ada", params=params
            ).json()
            found += [one["external_id"] for one in page["questions"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            if size == 1 and len(found) > 3:
                break
        expected = [f"q-{number:03d}" for number in range(1, 121)]
        assert found == expected[: len(found)]
        assert size == 1 or len(found) == 120


CURSORS = ["x", "é", "bnVsbA", "WzEsMl0", "W10", "W3RydWUsImEiXQ", "Wzk5OTk5OTk5OTksImEiXQ"]


def test_a_cursor_of_somebody_elses_making_is_refused(filled: Server) -> None:
    """Neither a failure nor a wrong page."""
    facet = leaf(filled.call("GET", TREE, "ada").json(), "d")["id"]
    path = f"/content/facets/{facet}/questions"
    for cursor in CURSORS:
        answer = filled.call("GET", path, "ada", params={"cursor": cursor})
        problem(answer, 422, "invalid-cursor")


def test_what_has_not_changed_is_not_sent_again(filled: Server, bank: Bank) -> None:
    """An ETag holds until content changes; then the change is there at once."""
    first = filled.call("GET", TREE, "ada")
    tag = first.headers["etag"]
    again = filled.call("GET", TREE, "ada", headers={"If-None-Match": f'"old", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    question = f"/content/questions/{asked(filled)}"
    assert filled.call("GET", question, "ada").json()["question"] == "Which is number 1?"
    folder = bank("a__b__c__d", [mcq(1, question="Changed?")])
    with context_of(filled, "ada") as context:
        import_paths(context, [str(folder)], Options(update=True))
    after = filled.call("GET", question, "ada", headers={"If-None-Match": tag})
    assert (after.status_code, after.json()["question"]) == (200, "Changed?")
    assert after.headers["etag"] != tag


def asked(server: Server) -> str:
    """The id of the first question."""
    return str(server.call("GET", "/learning/questions/next", "ada").json()["question_id"])


def test_what_is_not_there_is_a_problem(filled: Server) -> None:
    """An unknown id is a 404, what is no id a 422."""
    nobody = "01931f0a-7c3e-7a51-9c07-0d8f1d8a2b10"
    for path in (f"facets/{nobody}", f"facets/{nobody}/questions", f"questions/{nobody}"):
        problem(filled.call("GET", f"/content/{path}", "ada"), 404, "not-found")
    problem(filled.call("GET", "/content/questions/7", "ada"), 422, "invalid-request")
    problem(filled.call("GET", "/content/nothing", "ada"), 404, "not-found")
    problem(filled.call("PATCH", TREE, "ada"), 405, "method-not-allowed")


def test_content_is_for_those_who_are_signed_in(filled: Server) -> None:
    """Nobody reads a library without an account."""
    problem(filled.call("GET", TREE), 401, "not-signed-in")
