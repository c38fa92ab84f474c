"""A span for each statement of an engine: its text without values, which are parameters."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from workbench import tracing

_LONGEST_TEXT = 2_000


def trace(engine: sa.Engine) -> None:
    """Records the statements of the engine from here on."""
    sa.event.listen(engine, "before_cursor_execute", _begin)
    sa.event.listen(engine, "after_cursor_execute", _end)
    sa.event.listen(engine, "handle_error", _fail)


def _begin(_connection: sa.Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _is_many: bool) -> None:
    words = statement.split(maxsplit=1)
    operation = words[0].upper()[:20] if words else "?"
    attributes = {"db.system.name": "postgresql", "db.operation.name": operation, "db.query.text": statement[:_LONGEST_TEXT]}
    context.workbench_span = tracing.begin(operation, "client", attributes)


def _end(_connection: sa.Connection, _cursor: Any, _statement: str, _parameters: Any, context: Any, _is_many: bool) -> None:
    if (recorded := getattr(context, "workbench_span", None)) is not None:
        recorded.end()


def _fail(failure: sa.engine.ExceptionContext) -> None:
    recorded = getattr(failure.execution_context, "workbench_span", None)
    if recorded is not None and recorded.is_recording():
        tracing.mark_failed(recorded, type(failure.original_exception).__name__)
        recorded.end()
