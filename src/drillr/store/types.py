"""Column types that hold the same values on SQLite and on MariaDB."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import LargeBinary, Text, Uuid
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

SERVER_DIALECTS = ("mariadb", "mysql")


class Key(TypeDecorator[bytes]):
    """An identifier of 16 bytes: BLOB on SQLite, the native UUID on MariaDB."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native: TypeEngine[Any] = Uuid(as_uuid=False)
        local: TypeEngine[Any] = LargeBinary(16)
        return dialect.type_descriptor(native if dialect.name in SERVER_DIALECTS else local)

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | str | None:
        if value is None:
            return None
        identifier = uuid.UUID(bytes=value)
        return str(identifier) if dialect.name in SERVER_DIALECTS else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        return uuid.UUID(value).bytes if isinstance(value, str) else value


class Digest(TypeDecorator[bytes]):
    """A hash of 16 bytes: BLOB on SQLite, BINARY(16) on MariaDB."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native: TypeEngine[Any] = mysql.BINARY(16)
        local: TypeEngine[Any] = LargeBinary(16)
        return dialect.type_descriptor(native if dialect.name in SERVER_DIALECTS else local)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC with microseconds; a naive one is refused.

    DATETIME(6) on MariaDB; on SQLite text, always with six digits, so it sorts by time.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native: TypeEngine[Any] = mysql.DATETIME(fsp=6)
        return dialect.type_descriptor(native if dialect.name in SERVER_DIALECTS else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        instant = value.astimezone(UTC).replace(tzinfo=None)
        if dialect.name in SERVER_DIALECTS:
            return instant
        return instant.isoformat(" ", "microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.replace(tzinfo=UTC)


class LongText(TypeDecorator[str]):
    """Text of up to 16 MiB: MariaDB's own TEXT ends at 64 KiB."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native: TypeEngine[Any] = mysql.MEDIUMTEXT()
        return dialect.type_descriptor(native if dialect.name in SERVER_DIALECTS else Text())


class Json(TypeDecorator[Any]):
    """A JSON value: checked JSON on MariaDB, and TEXT on SQLite.

    SQLite gives a column declared JSON numeric affinity, which would rewrite `1.0` to `1`.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native: TypeEngine[Any] = mysql.JSON()
        return dialect.type_descriptor(native if dialect.name in SERVER_DIALECTS else Text())

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any:
        if value is None or dialect.name in SERVER_DIALECTS:
            return value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        return json.loads(value) if isinstance(value, str) and dialect.name == "sqlite" else value
