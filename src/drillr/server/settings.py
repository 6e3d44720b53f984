"""The server's settings: from `DRILLR_SERVER_*` in the environment, and from flags."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from drillr.errors import UsageError

PREFIX = "DRILLR_SERVER_"
_LOOPBACK = ("127.", "localhost", "::1")
Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=0)]


class ServerSettings(BaseModel):
    """Every setting; each is `DRILLR_SERVER_` and its name in capitals.

    A name with `_FILE` behind it gives a file that holds the value: how containers get secrets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Path("drillr-server")
    """The folder of all that isn't in the database: keys, storage, the embedded database itself."""
    database: SecretStr = SecretStr("")
    """`mariadb+asyncmy://user:password@host/name`; empty is SQLite in the data folder."""
    pool_size: Annotated[int, Field(ge=1)] = 10
    pool_overflow: Count = 10
    redis: SecretStr = SecretStr("")
    """`redis://host:6379/0`, for the shared cache and rate limits; empty is neither."""
    broker: SecretStr = SecretStr("")
    """Where Celery's workers listen; empty runs every task in this process."""
    storage: SecretStr = SecretStr("")
    """`s3://bucket/prefix`, `file:///folder` or `memory://`; empty is a folder beside the data."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8001
    workers: Annotated[int, Field(ge=1)] = 1
    proxies: str = ""
    """Addresses of proxies whose X-Forwarded-For and -Proto are believed, separated by commas."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    keys: SecretStr = SecretStr("")
    """Signing keys as `kid:secret,…`, the first of which signs; empty is a file of the data."""
    access_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    refresh_days: Annotated[int, Field(ge=1, le=3650)] = 60
    registration: Literal["open", "invitation", "closed"] = "open"
    first_admin: bool = False
    """Whether the first account of an empty server becomes its admin."""
    lockout_failures: Annotated[int, Field(ge=1)] = 10
    lockout_minutes: Annotated[int, Field(ge=1)] = 15
    logins_per_minute: Count = 30
    """Attempts to sign in or register from one address; 0 is no limit."""
    requests_per_minute: Count = 3000
    """Requests of one person; 0 is no limit."""

    admin_page: bool = True
    """Whether `/admin` is there."""
    upload_bytes: Annotated[int, Field(ge=1)] = 256 * 1024 * 1024
    cache_entries: Count = 2000
    log_format: Literal["json", "text"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite in the data folder."""
        return not self.database.get_secret_value()

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host.startswith(_LOOPBACK)


def from_environment(environment: Mapping[str, str] | None = None, **flags: Any) -> ServerSettings:
    """The settings: flags that are given win over the environment, that over the defaults."""
    variables = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for name in ServerSettings.model_fields:
        variable = PREFIX + name.upper()
        if variable in variables:
            values[name] = variables[variable]
        elif variable + "_FILE" in variables:
            values[name] = _secret(variables[variable + "_FILE"], variable)
    values |= {name: value for name, value in flags.items() if value is not None}
    try:
        return ServerSettings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "a setting"
        raise UsageError(
            f"{PREFIX}{name.upper()} can't be used: {first['msg']}", "docs/server.md lists them"
        ) from None


def shown(settings: ServerSettings) -> dict[str, Any]:
    """Every setting by name, as JSON has it, with secrets hidden."""
    return {
        name: "***" if isinstance(value, SecretStr) and value.get_secret_value() else plain
        for (name, value), plain in zip(
            settings, settings.model_dump(mode="json").values(), strict=True
        )
    } | {
        name: "" for name, value in settings
        if isinstance(value, SecretStr) and not value.get_secret_value()
    }  # fmt: skip


def _secret(path: str, variable: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(f"{variable}_FILE can't be read: {error.strerror}", path) from None
