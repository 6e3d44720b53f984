"""What schemathesis calls before each request: an account of its own, which the call may end.

Named by SCHEMATHESIS_HOOKS for the routes by which somebody ends a login or changes a password.
"""

from itertools import count
from typing import Any

import httpx2
import schemathesis

from tests.server.conftest import API, PASSWORD

_NUMBERS = count()


@schemathesis.hook  # type: ignore[untyped-decorator,unused-ignore]
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Register somebody, sign in, and make the request theirs."""
    del context, kwargs
    number = next(_NUMBERS)
    name = f"fuzz{number}"
    with httpx2.Client(base_url=case.operation.base_url, timeout=60) as client:
        account = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        client.post(f"{API}/auth/register", json=account).raise_for_status()
        answer = client.post(f"{API}/auth/token", json={"username": name, "password": PASSWORD})
        answer.raise_for_status()
    tokens = answer.json()
    case.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    # No fuzzer guesses one; every other call has one that holds.
    if number % 2 and isinstance(case.body, dict) and "refresh_token" in case.body:
        case.body["refresh_token"] = tokens["refresh_token"]
