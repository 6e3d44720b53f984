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
    name = f"fuzz{next(_NUMBERS)}"
    with httpx2.Client(base_url=case.operation.base_url, timeout=60) as client:
        account = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        client.post(f"{API}/auth/register", json=account).raise_for_status()
        answer = client.post(f"{API}/auth/token", json={"username": name, "password": PASSWORD})
        answer.raise_for_status()
    case.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
