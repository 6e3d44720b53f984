"""Who may call what: every route, by nobody, by a user, by another user, by an admin."""

from typing import Any

import pytest

from tests.conftest import Bank, mcq
from tests.server.conftest import API, Server, application
from tests.server.test_auth import problem

PUBLIC = {
    ("POST", f"{API}/auth/register"), ("POST", f"{API}/auth/token"),
    ("POST", f"{API}/auth/refresh"), ("GET", "/healthz"), ("GET", "/readyz"),
}  # fmt: skip
ADMINS = {
    ("POST", "/content/import"), ("POST", "/content/import/from"), ("GET", "/content/import/jobs"),
    ("GET", "/content/import/jobs/{job_id}"), ("POST", "/content/questions"),
    ("PUT", "/content/questions/{question_id}"),
    ("POST", "/content/questions/{question_id}/deactivate"),
    ("POST", "/content/questions/{question_id}/activate"),
    ("POST", "/content/questions/{question_id}/move"), ("PATCH", "/content/places"),
    ("GET", "/content/export"), ("GET", "/content/reports"),
    ("POST", "/content/reports/{report_id}/resolve"), ("POST", "/analytics/refresh"),
    ("GET", "/analytics/questions/{question_id}"), ("GET", "/analytics/facets/{facet_id}"),
    ("GET", "/analytics/learners"), ("POST", "/sync/publish"),
}  # fmt: skip
NOBODYS_ID = "01931f0a-7c3e-7a51-9c07-0d8f1d8a2b10"


def routes() -> list[tuple[str, str, dict[str, Any]]]:
    """Every route that the application describes: method, path, description."""
    return [
        (method.upper(), path, operation)
        for path, methods in application().openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def is_for_admins(method: str, path: str) -> bool:
    """Whether only admins may call it."""
    return (method, path.removeprefix(API)) in ADMINS


def ask(server: Server, method: str, path: str, who: str | None) -> Any:
    """Call a route with ids of nothing and an empty body."""
    for name in ("facet_id", "question_id", "session_id", "job_id", "report_id"):
        path = path.replace("{" + name + "}", NOBODYS_ID)
    headers = server.sign_in(who) if who else {}
    body: dict[str, Any] | None = {} if method in ("POST", "PUT", "PATCH") else None
    return server.client.request(method, path, headers=headers, json=body)


@pytest.fixture
def people(sqlite_server: Server) -> Server:
    """An admin ada and users bob and eve."""
    for name in ("ada", "bob", "eve"):
        sqlite_server.sign_in(name)
    return sqlite_server


def test_every_admins_route_exists() -> None:
    """So a renamed route can't leave the table by silence."""
    known = {(method, path.removeprefix(API)) for method, path, _ in routes()}
    assert known >= ADMINS
    assert {(method, path) for method, path, _ in routes()} >= PUBLIC


def test_nobody_gets_in_without_a_token(people: Server) -> None:
    """Every route but the public ones answers 401, whatever else is wrong with the request."""
    for method, path, _ in routes():
        answer = ask(people, method, path, None)
        if (method, path) in PUBLIC:
            assert answer.status_code in (200, 422), (method, path)
        else:
            problem(answer, 401, "not-signed-in")


def test_users_are_kept_from_admins_routes(people: Server) -> None:
    """403 for each of them, before anything of the request is looked at; 401, 403 nowhere else."""
    for method, path, _ in routes():
        if path.endswith(("/logout", "/password")):
            continue
        answer = ask(people, method, path, "bob")
        if is_for_admins(method, path):
            problem(answer, 403, "admins-only")
        else:
            assert answer.status_code not in (401, 403), (method, path, answer.text)


def test_admins_get_through(people: Server) -> None:
    """An admin is never told 401 or 403."""
    for method, path, _ in routes():
        if path.endswith(("/logout", "/password")):
            continue
        answer = ask(people, method, path, "ada")
        assert answer.status_code not in (401, 403), (method, path, answer.text)


def test_users_are_kept_out_with_right_bodies_too(people: Server) -> None:
    """What would succeed for an admin changes nothing for a user."""
    bodies: dict[str, dict[str, Any]] = {
        "/content/questions": {"path": "a/b/c/d", "item": mcq(1)},
        "/content/import/from": {"source": "s3://bucket/x"},
        f"/content/questions/{NOBODYS_ID}/move": {"path": "a__b__c__d"},
    }
    for path, body in bodies.items():
        problem(people.call("POST", path, "bob", json=body), 403, "admins-only")
    files = [("files", ("a__b__c__d.json", b"[]"))]
    problem(people.call("POST", "/content/import", "bob", files=files), 403, "admins-only")
    edit = {"item": mcq(1)}
    path = f"/content/questions/{NOBODYS_ID}"
    problem(people.call("PUT", path, "bob", json=edit), 403, "admins-only")
    rename = {"path": "a", "name": "x"}
    problem(people.call("PATCH", "/content/places", "bob", json=rename), 403, "admins-only")
    assert people.call("GET", "/content/hierarchy", "bob").json()["questions"] == 0


def test_anothers_things_are_not_there(people: Server, bank: Bank) -> None:
    """With ada's ids, eve gets from every route that takes one what she'd get for none."""
    item = {"path": "a/b/c/d", "item": mcq(1)}
    assert people.call("POST", "/content/questions", "ada", json=item).status_code == 201
    started = people.call("POST", "/learning/sessions/start", "bob", json={}).json()
    logins = people.call("GET", "/auth/sessions", "bob").json()["sessions"]
    theirs = {"learning": started["session_id"], "auth": logins[0]["id"]}
    tried = 0
    for method, path, _ in routes():
        if "{session_id}" not in path:
            continue
        area = path.removeprefix(API).split("/")[1]
        real = path.replace("{session_id}", theirs[area])
        answer = people.client.request(method, real, headers=people.sign_in("eve"))
        problem(answer, 404, "not-found")
        tried += 1
    assert tried == 3
    assert people.call("GET", "/auth/me", "bob").status_code == 200
    own = people.call("GET", f"/learning/sessions/{started['session_id']}", "bob").json()
    assert own["ended_at"] is None


def test_the_description_is_complete() -> None:
    """Each route has a summary, and tells of every problem that its kind may answer."""
    for method, path, operation in routes():
        assert operation["description"], path
        if (method, path) not in PUBLIC:
            assert operation["security"], path
            assert {"401", "429", "503"} <= operation["responses"].keys(), path
        if is_for_admins(method, path):
            assert "403" in operation["responses"], path
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_the_docs_page_asks_no_other_host(sqlite_server: Server) -> None:
    """Neither the page nor what it loads names one."""
    for name in ("/docs", "/docs/docs.css", "/docs/docs.js"):
        answer = sqlite_server.client.get(name)
        assert answer.status_code == 200
        assert "://" not in answer.text, name
        assert "default-src 'self'" in answer.headers["content-security-policy"]
