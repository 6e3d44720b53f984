"""The admin page: for admins alone, forms of its own making alone, no other host."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient

from drillr.server.admin.view import View
from drillr.server.app import create_app
from tests.conftest import mcq
from tests.server.conftest import PASSWORD, Server, quick_passwords, settings_for

VIEWS = ("places", "questions", "people", "jobs", "reports")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Server]:
    """A server with its admin page; ada is admin, bob learns, one question is there."""
    settings = settings_for(tmp_path / "server").model_copy(update={"admin_page": True})
    app = create_app(settings, passwords=quick_passwords())
    with TestClient(app, base_url="http://drillr.test") as client:
        server = Server(client, settings)
        server.sign_in("ada")
        server.sign_in("bob")
        item = {"path": "a/b/c/d", "item": mcq(1)}
        assert server.call("POST", "/content/questions", "ada", json=item).status_code == 201
        yield server


class Plain(View):
    """Shows nothing, and says nothing of making or changing any."""

    identity = "plain"
    fields = []  # noqa: RUF012 - as starlette-admin has it

    async def find_all(self, *args: Any, **kwargs: Any) -> list[Any]:
        """None."""
        return []

    async def count(self, *args: Any, **kwargs: Any) -> int:
        """None."""
        return 0

    async def find_by_pk(self, *args: Any, **kwargs: Any) -> None:
        """None."""


def token_in(text: str) -> str:
    """The secret that a form of the page carries."""
    (found, *_) = re.findall(r'name="_?csrf_?token"\s+value="([^"]+)"', text)
    return str(found)


def enter(server: Server, name: str, password: str = PASSWORD) -> Any:
    """Sign in to the page."""
    form = server.client.get("/admin/login")
    field = re.search(r'name="(_?csrf_?token)"', form.text)
    assert field is not None, form.text[:2000]
    data = {"username": name, "password": password, field.group(1): token_in(form.text)}
    return server.client.post("/admin/login", data=data, follow_redirects=False)


def test_nobody_sees_it_without_signing_in(page: Server) -> None:
    """Every view leads to the login; a user and a wrong password are told the same."""
    for view in ("", *(f"{name}" for name in VIEWS)):
        answer = page.client.get(f"/admin/{view}", follow_redirects=False)
        assert answer.status_code in (302, 303, 307), view
    for name, password in (("bob", PASSWORD), ("ada", "wrong"), ("nobody", PASSWORD)):
        answer = enter(page, name, password)
        assert answer.status_code not in (302, 303), name
        assert "the name or the password is wrong" in answer.text


def test_an_admin_sees_every_view(page: Server) -> None:
    """And no page names another host that would be asked."""
    assert enter(page, "ada").status_code == 303
    for view in VIEWS:
        answer = page.client.get(f"/admin/{view}/list")
        assert answer.status_code == 200, (view, answer.text[:500])
        assert "rsms.me" not in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        loaded = re.findall(
            r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', answer.text
        )
        assert all(one.startswith("http://drillr.test/") for one in loaded), loaded


def test_a_role_that_is_taken_away_ends_it_at_once(page: Server) -> None:
    """The account is read at each request, and signing out ends the login."""
    from drillr import bootstrap
    from drillr.server.administration import Administration
    from drillr.server.database import open_plain
    from drillr.server.records.accounts import Role

    enter(page, "ada")
    assert page.client.get("/admin/people/list", follow_redirects=False).status_code == 200
    database = open_plain(page.settings)
    Administration(database, bootstrap.now, bootstrap.new_id).set_role("ada", Role.USER)
    database.close()
    assert page.client.get("/admin/people/list", follow_redirects=False).status_code in (
        302,
        303,
        307,
    )


def test_a_form_from_elsewhere_changes_nothing(page: Server) -> None:
    """Without the page's own token a POST is refused, even with the admin's cookie."""
    enter(page, "ada")
    data = {"path": "a__b__c__d", "data": json.dumps(mcq(2))}
    answer = page.client.post("/admin/questions/create", data=data, follow_redirects=False)
    assert answer.status_code == 403
    assert page.call("GET", "/content/hierarchy", "bob").json()["questions"] == 1


async def test_a_view_makes_and_changes_nothing_unless_it_says_how(page: Server) -> None:
    """Its forms are refused, with the page's token too; so is the view itself, whoever asks it."""
    enter(page, "ada")
    form = page.client.get("/admin/questions/create")
    field = re.search(r'name="(_?csrf_?token)"', form.text)
    assert field is not None
    data = {field.group(1): token_in(form.text), "state": "done"}
    for view in ("places", "jobs", "reports"):
        answer = page.client.post(f"/admin/{view}/create", data=data, follow_redirects=False)
        assert answer.status_code == 403, view
    plain, request = Plain(lambda: NotImplemented), Request({"type": "http"})
    for refused in (plain.create(request, {}), plain.edit(request, "1", {})):
        with pytest.raises(HTTPException) as caught:
            await refused
        assert caught.value.status_code == 403


def test_an_edit_by_the_page_is_one_of_the_api(page: Server) -> None:
    """A question that is written there is asked at once; what no file may hold is refused."""
    enter(page, "ada")
    form = page.client.get("/admin/questions/create")
    field = re.search(r'name="(_?csrf_?token)"', form.text)
    assert field is not None
    fields = {field.group(1): token_in(form.text), "path": "a__b__c__e"}
    for item, status in ((mcq(2, correct_answer="Z"), 422), (mcq(2), 303)):
        answer = page.client.post(
            "/admin/questions/create", data=fields | {"data": json.dumps(item)},
            follow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == status, answer.text[-3000:]
    found = page.call("GET", "/content/search", "bob", params={"q": "q-002"}).json()["hits"]
    assert [one["path"] for one in found] == ["a__b__c__e"]
    detail = page.client.get(f"/admin/questions/detail?pk={found[0]['question_id']}")
    assert detail.status_code == 200
    assert "Which is number 2?" in detail.text
    listed = page.client.get("/admin/questions/list", params={"q": "q-002"}).text
    assert ("q-002" in listed, "q-001" in listed) == (True, False)
    people = page.client.get("/admin/people/list").text
    assert "ada" in people
    assert "bob" in people
