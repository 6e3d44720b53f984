"""Looking after content: imports as jobs, edits, reports, analytics, exports."""

import io
import json
import zipfile
from typing import Any

import pytest

from drillr.services.importing import import_paths
from drillr.services.replaying import rederive_all
from drillr.store import progress
from tests.conftest import Bank, mcq, theory
from tests.server.conftest import Server, context_of
from tests.server.test_auth import problem

NEXT = "/learning/questions/next"


def upload(server: Server, who: str, files: dict[str, Any], **flags: str) -> Any:
    """Send question files; values are items, or bytes as they are."""
    parts = [
        ("files", (name, value if isinstance(value, bytes) else json.dumps(value).encode()))
        for name, value in files.items()
    ]
    return server.call("POST", "/content/import", who, files=parts, data=flags)


def finished(server: Server, started: Any) -> dict[str, Any]:
    """The job that was started, once it has ended."""
    assert started.status_code == 202, started.text
    for _ in range(2000):
        job = server.call("GET", f"/content/import/jobs/{started.json()['id']}", "ada").json()
        if job["state"] in ("done", "failed"):
            return dict(job)
    raise AssertionError(f"the job doesn't end: {job}")


@pytest.fixture
def admin(server: Server) -> Server:
    """A server whose admin is ada; bob learns."""
    server.sign_in("ada")
    server.sign_in("bob")
    return server


def test_an_import_names_what_it_refuses(admin: Server) -> None:
    """Good items go in, each refused one is named; again, nothing is done twice."""
    files = {
        "a__b__c__d.json": [mcq(1), mcq(2, correct_answer="Z"), mcq(3)],
        "a__b__c__e.json": b"{not json",
        "a__b__c__f.json": [theory(1), mcq(1)],
    }
    job = finished(admin, upload(admin, "ada", files))
    report = job["report"]
    assert (job["state"], report["imported"], report["failed"]) == ("done", 3, 3)
    named = {(one["file"], one["id"]) for one in report["errors"]}
    assert named == {
        ("a__b__c__d.json", "q-002"), ("a__b__c__e.json", None), ("a__b__c__f.json", "q-001"),
    }  # fmt: skip
    assert "/tmp" not in json.dumps(report)
    again = finished(admin, upload(admin, "ada", files))
    assert (again["report"]["imported"], again["report"]["skipped"]) == (0, 3)
    assert job["done"] == job["total"] > 0
    listed = admin.call("GET", "/content/import/jobs", "ada").json()["jobs"]
    assert [one["id"] for one in listed] == [again["id"], job["id"]]


def test_options_of_an_import(admin: Server) -> None:
    """A dry run writes nothing, update changes, prune withdraws."""
    name = "a__b__c__d.json"
    dry = finished(admin, upload(admin, "ada", {name: [mcq(1)]}, dry_run="true"))
    assert dry["report"]["imported"] == 1
    assert admin.call("GET", "/content/hierarchy", "ada").json()["questions"] == 0
    finished(admin, upload(admin, "ada", {name: [mcq(1), mcq(2)]}))
    changed = {name: [mcq(1, question="Changed?")]}
    job = finished(admin, upload(admin, "ada", changed, update="true", prune="true"))
    assert (job["report"]["updated"], job["report"]["deactivated"]) == (1, 1)
    assert admin.call("GET", NEXT, "bob").json()["question"] == "Changed?"


NAMES = ["x.json", "a__b__c__d.txt", "../a__b__c__d.json", "a\x1b__b__c__d"]
ITEMS: list[dict[str, Any]] = [
    {}, {"id": "x"}, mcq(1, correct_answer="Z"), mcq(1, question="a\x1bb"), mcq(1, tags=3),
]  # fmt: skip


def test_a_file_with_a_wrong_name_is_refused(admin: Server) -> None:
    """Before anything is kept."""
    for name in NAMES:
        assert upload(admin, "ada", {name: [mcq(1)]}).status_code == 422, name


def test_an_edit_is_seen_at_once_and_keeps_history(admin: Server) -> None:
    """Create, answer, edit, withdraw, bring back: the card stays, the cache shows no old text."""
    made = admin.call("POST", "/content/questions", "ada", json={"path": "a/b/c/d", "item": mcq(1)})
    assert made.status_code == 201, made.text
    key, code = made.json()["id"], made.json()["content_hash"]
    asked = admin.call("GET", NEXT, "bob").json()
    assert asked["question_id"] == key
    answer = f"/learning/questions/{key}/answer"
    admin.call("POST", answer, "bob", json={"selected_option": "B"})
    body = {"item": mcq(1, question="Better?"), "content_hash": code}
    assert admin.call("GET", f"/content/questions/{key}", "bob").json()["question"] != "Better?"
    assert admin.call("PUT", f"/content/questions/{key}", "ada", json=body).status_code == 200
    assert admin.call("GET", f"/content/questions/{key}", "bob").json()["question"] == "Better?"
    stale = admin.call("PUT", f"/content/questions/{key}", "ada", json=body)
    problem(stale, 409, "stale-state")
    renamed = admin.call("PUT", f"/content/questions/{key}", "ada", json={"item": mcq(2)})
    problem(renamed, 422, "invalid-content")
    problem(
        admin.call("POST", "/content/questions", "ada", json={"path": "a/b/c/d", "item": mcq(1)}),
        409, "id-taken",
    )  # fmt: skip
    gone = admin.call("POST", f"/content/questions/{key}/deactivate", "ada").json()
    assert gone["is_active"] is False
    assert admin.call("GET", "/progress/summary", "bob").json()["questions"] == 0
    assert admin.call("POST", f"/content/questions/{key}/activate", "ada").json()["is_active"]
    found = admin.call("GET", "/progress/summary", "bob").json()
    assert (found["questions"], found["responses"], found["active_cards"]) == (1, 1, 1)


def test_an_edit_passes_the_checks_of_a_file(admin: Server) -> None:
    """What no question file may hold, no edit brings."""
    for item in ITEMS:
        body = {"path": "a/b/c/d", "item": item}
        problem(admin.call("POST", "/content/questions", "ada", json=body), 422, "invalid-content")
    assert admin.call("GET", "/content/hierarchy", "ada").json()["questions"] == 0


def test_a_move_takes_everybodys_progress_along(admin: Server) -> None:
    """After it, each person's derived rows are those of a replay."""
    finished(admin, upload(admin, "ada", {"a__b__c__d.json": [mcq(1), mcq(2)]}))
    for who in ("ada", "bob"):
        asked = admin.call("GET", NEXT, who).json()
        answer = f"/learning/questions/{asked['question_id']}/answer"
        admin.call("POST", answer, who, json={"selected_option": "B"})
    moved = admin.call(
        "POST", f"/content/questions/{asked['question_id']}/move", "ada", json={"path": "x/y/z/w"}
    ).json()
    assert moved["path"] == "x__y__z__w"
    for who in ("ada", "bob"):
        facets = admin.call("GET", "/progress/summary", who).json()["facets"]
        assert [(one["path"], one["new"]) for one in facets] == [
            ("a__b__c__d", 1), ("x__y__z__w", 0),
        ]  # fmt: skip
        with context_of(admin, who) as theirs, theirs.database.transaction() as db:
            before = progress.derived_rows(db, theirs.user)
            rederive_all(db, theirs)
            assert progress.derived_rows(db, theirs.user) == before


def test_places_have_names(admin: Server) -> None:
    """A topic is renamed without touching what stands below."""
    finished(admin, upload(admin, "ada", {"a__b__c__d.json": [mcq(1)]}))
    body = {"path": "a", "name": "Algebra", "description": "Groups and rings."}
    assert admin.call("PATCH", "/content/places", "ada", json=body).status_code == 204
    (topic,) = admin.call("GET", "/content/hierarchy", "bob").json()["topics"]
    assert (topic["name"], topic["description"], topic["questions"]) == (
        "Algebra", "Groups and rings.", 1,
    )  # fmt: skip
    body = {"path": "nowhere", "name": "x"}
    problem(admin.call("PATCH", "/content/places", "ada", json=body), 404, "not-found")


def test_an_export_is_what_an_import_takes(admin: Server) -> None:
    """The ZIP's files, imported again, change nothing."""
    items = [mcq(1), theory(2)]
    finished(admin, upload(admin, "ada", {"a__b__c__d.json": items}))
    answer = admin.call("GET", "/content/export", "ada", params={"selector": "a"})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files: dict[str, Any] = {name: archive.read(name) for name in archive.namelist()}
    assert list(files) == ["a__b__c__d.json"]
    again = finished(admin, upload(admin, "ada", files, update="true"))["report"]
    assert (again["imported"], again["updated"], again["failed"]) == (0, 0, 0)
    problem(admin.call("GET", "/content/export", "ada", params={"selector": "q"}),
            404, "unknown-place")  # fmt: skip


def test_reports_reach_the_admins(admin: Server) -> None:
    """A learner says what is wrong; an admin sees it once and marks it done."""
    finished(admin, upload(admin, "ada", {"a__b__c__d.json": [mcq(1)]}))
    key = admin.call("GET", NEXT, "bob").json()["question_id"]
    body = {"id": "01931f0a-7c3e-7a51-9c07-0d8f1d8a2b10", "note": "C is right as well."}
    for _ in range(2):
        sent = admin.call("POST", f"/content/questions/{key}/report", "bob", json=body)
        assert sent.status_code == 204, sent.text
    (report,) = admin.call("GET", "/content/reports", "ada").json()["reports"]
    assert (report["username"], report["external_id"], report["note"]) == (
        "bob", "q-001", "C is right as well.",
    )  # fmt: skip
    done = f"/content/reports/{report['id']}/resolve"
    assert admin.call("POST", done, "ada").status_code == 204
    problem(admin.call("POST", done, "ada"), 404, "not-found")
    assert admin.call("GET", "/content/reports", "ada").json()["reports"] == []
    listed = admin.call("GET", "/content/reports", "ada", params={"resolved": True}).json()
    assert len(listed["reports"]) == 1


def test_analytics_count_what_was_answered(admin: Server) -> None:
    """Difficulty, picks and median time of a question; who was active."""
    finished(admin, upload(admin, "ada", {"a__b__c__d.json": [mcq(1)]}))
    key = admin.call("GET", NEXT, "bob").json()["question_id"]
    for who, option, seconds in (("ada", "B", 4), ("bob", "A", 8), ("eve", "B", 6)):
        body = {"selected_option": option, "time_spent_seconds": seconds}
        admin.call("POST", f"/learning/questions/{key}/answer", who, json=body)
    problem(admin.call("GET", f"/analytics/questions/{key}", "ada"), 404, "not-found")
    finished(admin, admin.call("POST", "/analytics/refresh", "ada"))
    found = admin.call("GET", f"/analytics/questions/{key}", "ada").json()
    assert (found["responses"], found["learners"], found["picks"], found["median_seconds"]) == (
        3, 3, {"A": 1, "B": 2}, 6.0,
    )  # fmt: skip
    assert found["difficulty"] == pytest.approx(2 / 3)
    assert found["discrimination"] is None
    facet = admin.call("GET", f"/content/questions/{key}", "ada").json()["facet_id"]
    assert admin.call("GET", f"/analytics/facets/{facet}", "ada").json()["responses"] == 3
    learners = admin.call("GET", "/analytics/learners", "ada").json()
    assert learners == {"day": 3, "week": 3, "month": 3}


def test_search_finds_by_words_and_card(admin: Server, bank: Bank) -> None:
    """The language of `drillr search`, page by page, each person's own cards."""
    folder = bank("a__b__c__d", [mcq(number) for number in range(1, 8)])
    with context_of(admin, "ada") as context:
        import_paths(context, [str(folder)])
    seen: list[str] = []
    cursor = None
    while True:
        params = {"q": "number", "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = admin.call("GET", "/content/search", "bob", params=params).json()
        seen += [one["external_id"] for one in page["hits"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == [f"q-{number:03d}" for number in range(1, 8)]
    assert admin.call("GET", "/content/search", "bob", params={"q": "zebra"}).json()["hits"] == []
    wrong = admin.call("GET", "/content/search", "bob", params={"q": "is:("})
    assert wrong.status_code == 422
