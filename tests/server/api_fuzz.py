"""Lets schemathesis loose on a running server: no 5xx, and no answer that OpenAPI doesn't tell of.

`nox -s api_fuzz` runs it; it needs schemathesis. The end code is schemathesis's.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import mcq, theory
from tests.server.conftest import on_loopback
from tests.server.test_admin import finished, upload

# What ends the login that it is called with: each call is somebody else's (`fuzz_hooks`).
ENDING = (
    "/api/v1/auth/logout", "/api/v1/auth/password", "/api/v1/auth/sessions/{session_id}",
    "/api/v1/auth/refresh",
)  # fmt: skip
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "ignored_auth",
    "unsupported_method",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Fuzz a fresh server; more arguments go to schemathesis."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    with (
        tempfile.TemporaryDirectory(prefix="drillr-fuzz-") as folder,
        on_loopback(Path(folder) / "data") as server,
    ):
        headers = server.sign_in("ada")
        files = {
            "a__b__c__d.json": [mcq(number) for number in range(1, 30)],
            "a__b__c__e.json": [theory(number) for number in range(1, 30)],
        }
        assert finished(server, upload(server, "ada", files))["report"]["imported"] == 58
        run = [
            program, "run", str(server.client.base_url.join("/api/v1/openapi.json")),
            "--max-examples", "60", "--workers", "1", "--continue-on-failure",
        ]  # fmt: skip
        signed_in = ["--header", f"Authorization: {headers['Authorization']}"]
        most = [part for path in ENDING for part in ("--exclude-path", path)]
        ending = [part for path in ENDING for part in ("--include-path", path)]
        codes = [
            subprocess.run(
                [*run, *signed_in, "--checks", ",".join(CHECKS), *most, *arguments], check=False
            ).returncode,
            # Signed in by the hook, so what comes without a login can't be tried here.
            subprocess.run(
                [*run, "--checks", ",".join(set(CHECKS) - {"ignored_auth"}), *ending, *arguments],
                check=False, env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.server.fuzz_hooks"},
            ).returncode,
        ]  # fmt: skip
        log = (Path(folder) / "data" / "log").read_text()
        if "Traceback" in log:
            print(log[-20_000:], file=sys.stderr)
            return 1
        return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
