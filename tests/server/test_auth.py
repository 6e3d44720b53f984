"""Coming in: accounts, tokens, and that nothing else lets anybody in."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Clock
from tests.server.conftest import API, PASSWORD, Server, in_process, settings_for


def problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    """The problem that an answer is."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status, "application/problem+json",
    ), answer.text  # fmt: skip
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:drillr:problem:{name}"
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


def token(server: Server, name: str, password: str = PASSWORD) -> Any:
    """Try to sign in."""
    return server.client.post(f"{API}/auth/token", json={"username": name, "password": password})


def refresh(server: Server, secret: str, **more: str) -> Any:
    """Try to get another pair of tokens."""
    return server.client.post(f"{API}/auth/refresh", json={"refresh_token": secret} | more)


def me(server: Server, access: str) -> Any:
    """Ask who an access token belongs to."""
    headers = {"Authorization": f"Bearer {access}".encode()}
    return server.client.get(f"{API}/auth/me", headers=headers)


def test_an_account_signs_in_and_is_itself(server: Server) -> None:
    """Register, sign in by name and by address, and see who one is."""
    made = server.register("Ada")
    assert made.status_code == 201
    assert (made.json()["username"], made.json()["role"]) == ("ada", "admin")
    for name in ("ada", "ADA", "ada@example.org"):
        pair = token(server, name).json()
        assert pair["expires_in"] == 900
        assert me(server, pair["access_token"]).json()["id"] == made.json()["id"]
    assert server.register("bob").json()["role"] == "user"


def test_a_name_is_taken_once(server: Server) -> None:
    """Neither the name nor the address can be had twice, whatever their case."""
    server.register("ada")
    problem(server.register("ADA", email="x@example.org"), 409, "name-taken")
    problem(server.register("eve", email="Ada@Example.org"), 409, "name-taken")


WRONG: list[dict[str, Any]] = [
    {"username": "a"}, {"username": "a b"}, {"username": "-x"}, {"email": "nobody"},
    {"password": "short"}, {"password": ""}, {"role": "admin"}, {"full_name": "a\x1b[2J"},
    {"email": "a\u202e@example.org"},
]  # fmt: skip


def test_a_registration_is_checked(sqlite_server: Server) -> None:
    """Names that a terminal or a person could misread, short passwords, and roles are refused."""
    for wrong in WRONG:
        body = problem(sqlite_server.register("ada", **wrong), 422, "invalid-request")
        assert body["errors"][0]["field"].startswith("body."), wrong
        assert (wrong.get("password") or "\0") not in str(body)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"username": "a b"}, "a username has 2 to 40 letters, digits"),
        ({"email": "nobody"}, "an email address looks like ada@example.org"),
        ({"password": "short"}, "a password has 8 to 256 characters"),
    ],
)
def test_a_refused_registration_says_in_words_why(
    sqlite_server: Server, wrong: dict[str, str], words: str
) -> None:
    """No pattern is shown to people; the API's description keeps it for programs."""
    body = problem(sqlite_server.register("ada", **wrong), 422, "invalid-request")
    assert words in body["detail"]
    assert "pattern" not in str(body)
    shapes = sqlite_server.client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert "pattern" in shapes["NewUser"]["properties"]["username"]


def test_wrong_names_and_wrong_passwords_look_the_same(server: Server) -> None:
    """So nobody learns from an answer who has an account."""
    server.register("ada")
    answers = [token(server, "ada", "wrong"), token(server, "nobody", "wrong")]
    bodies = [problem(answer, 401, "wrong-credentials") for answer in answers]
    for body in bodies:
        del body["request_id"]
    assert bodies[0] == bodies[1]


def test_guessing_locks_a_name_for_a_while(server: Server, clock: Clock) -> None:
    """Ten wrong passwords lock a name, known or not, even for the right password."""
    server.register("ada")
    for name in ("ada", "nobody"):
        for _ in range(10):
            problem(token(server, name, "wrong"), 401, "wrong-credentials")
        locked = token(server, name)
        problem(locked, 429, "locked")
        assert 0 < int(locked.headers["retry-after"]) <= 901
    clock.at += timedelta(minutes=16)
    assert token(server, "ada").status_code == 200


def test_a_refresh_token_works_once_and_its_reuse_ends_the_login(server: Server) -> None:
    """The thief's pair and the owner's both stop working at once, access tokens too."""
    server.register("ada")
    first = token(server, "ada").json()
    other = token(server, "ada").json()
    second = refresh(server, first["refresh_token"])
    assert second.status_code == 200
    problem(refresh(server, first["refresh_token"]), 401, "token-reused")
    problem(refresh(server, second.json()["refresh_token"]), 401, "login-expired")
    problem(me(server, second.json()["access_token"]), 401, "not-signed-in")
    assert me(server, other["access_token"]).status_code == 200


def test_a_lost_answer_to_a_refresh_can_be_asked_for_again(server: Server) -> None:
    """The same attempt gets another pair; once that is used, or with another attempt, no more."""
    server.register("ada")
    first = token(server, "ada").json()["refresh_token"]
    lost = refresh(server, first, attempt="0123456789abcdef").json()["refresh_token"]
    again = refresh(server, first, attempt="0123456789abcdef")
    assert again.status_code == 200
    problem(refresh(server, lost), 401, "login-expired")
    used = refresh(server, again.json()["refresh_token"])
    assert used.status_code == 200
    problem(refresh(server, first, attempt="0123456789abcdef"), 401, "token-reused")
    problem(refresh(server, used.json()["refresh_token"]), 401, "login-expired")


def test_tokens_expire(server: Server, clock: Clock) -> None:
    """An access token after 15 minutes, a refresh token after its days."""
    server.register("ada")
    pair = token(server, "ada").json()
    clock.at += timedelta(minutes=16)
    problem(me(server, pair["access_token"]), 401, "not-signed-in")
    clock.at += timedelta(days=61)
    problem(refresh(server, pair["refresh_token"]), 401, "login-expired")


def test_signing_out_ends_one_login(server: Server) -> None:
    """Its access token stops at once; the others stay, and can be listed and ended."""
    server.register("ada")
    first, second = token(server, "ada").json(), token(server, "ada").json()
    listed = server.client.get(
        f"{API}/auth/sessions", headers={"Authorization": f"Bearer {first['access_token']}"}
    ).json()["sessions"]
    assert [one["current"] for one in listed].count(True) == 1
    other = next(one["id"] for one in listed if not one["current"])
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    assert server.client.delete(f"{API}/auth/sessions/{other}", headers=headers).status_code == 204
    problem(me(server, second["access_token"]), 401, "not-signed-in")
    assert server.client.post(f"{API}/auth/logout", headers=headers).status_code == 204
    problem(me(server, first["access_token"]), 401, "not-signed-in")
    problem(refresh(server, first["refresh_token"]), 401, "login-expired")


def test_a_new_password_ends_every_other_login(server: Server) -> None:
    """The one that changes it stays signed in, the old password is refused."""
    server.register("ada")
    first, second = token(server, "ada").json(), token(server, "ada").json()
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    body = {"old": "wrong", "new": "another long password"}
    answer = server.client.post(f"{API}/auth/password", json=body, headers=headers)
    problem(answer, 403, "wrong-credentials")
    body["old"] = PASSWORD
    answer = server.client.post(f"{API}/auth/password", json=body, headers=headers)
    assert answer.status_code == 204
    assert me(server, first["access_token"]).status_code == 200
    problem(me(server, second["access_token"]), 401, "not-signed-in")
    problem(token(server, "ada"), 401, "wrong-credentials")
    assert token(server, "ada", "another long password").status_code == 200


@pytest.mark.parametrize("mode", ["closed", "invitation"])
def test_registration_can_be_closed(tmp_path: Path, mode: str) -> None:
    """Then nobody makes an account over the network without an invitation."""
    with in_process(settings_for(tmp_path, registration=mode)) as server:
        answer = server.register("ada")
        assert answer.status_code == 403
        assert server.register("ada", invitation="made-up").status_code == 403


def unsigned(*parts: dict[str, Any]) -> str:
    """A token that says it needs no signature."""
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join([*(text.rstrip("=") for text in texts), ""])


def test_a_forged_token_is_none(server: Server) -> None:
    """Not another key's signature, not `alg: none`, not a changed payload."""
    import jwt

    server.register("ada")
    real = token(server, "ada").json()["access_token"]
    claims = jwt.decode(real, options={"verify_signature": False})
    head = jwt.get_unverified_header(real)
    forged = [
        jwt.encode(claims, "another secret of the right length, 32+", "HS256", headers=head),
        unsigned({"alg": "none", "kid": head["kid"]}, claims),
        jwt.encode(claims, "another secret of the right length, 32+", "HS256"),
        real[:-2] + ("AA" if real[-2:] != "AA" else "BB"),
        real.split(".")[0] + ".e30." + real.split(".")[2],
        "", "a.b.c", "é",
    ]  # fmt: skip
    for one in forged:
        problem(me(server, one), 401, "not-signed-in")
    assert me(server, real).status_code == 200
