"""The server's log: one line an event, as text or as JSON; nothing secret is ever given to it."""

import json
import logging
import sys
from datetime import UTC, datetime

_ROOT = "drillr.server"
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {
    "message", "asctime",
    "color_message",  # uvicorn's own, with a terminal's escapes and before its values are set in
}  # fmt: skip


class JsonLines(logging.Formatter):
    """An object a line: time, level, event, and the fields that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        } | _fields(record)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Time, level, event and fields for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, with its traceback below."""
        when = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items() if value)
        line = f"{when} {record.levelname.lower():7} {record.getMessage()} {fields}".rstrip()
        # A line end in a field would let a request write lines of its own into the log.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def install(style: str, level: str) -> None:
    """Send the server's events to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    for name in (_ROOT, "uvicorn", "celery"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level.upper())


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _PLAIN}
