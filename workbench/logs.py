"""Logs: lines for a person at a terminal, or one JSON object a line for Loki and its like."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from workbench.tracing import trace_id

# The request that the running code works for, "-" outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class JsonFormatter(logging.Formatter):
    """One object a line: `at` (UTC), `level`, `logger`, `message`, `request_id`, within a trace `trace_id`, and `error`.

    What a caller gives as `extra={"fields": {...}}` stands beside them.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **({"trace_id": trace} if (trace := trace_id()) else {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(kind: Literal["text", "json"], level: str) -> None:
    """Sends the logs of this process to standard error in that form, from `level` up; other libraries' from warnings up."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if kind == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for own in ("workbench", "db", "api", "flows"):
        logging.getLogger(own).setLevel(level.upper())
