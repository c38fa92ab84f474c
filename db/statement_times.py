"""How long each statement of an engine takes, its failures and what a time limit ended included; COPY is not among them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

# Called with the kind of statement (`select`, `insert`, `update`, `delete` or `other`) and its seconds.
Observe = Callable[[str, float], None]

_KINDS = frozenset({"select", "insert", "update", "delete"})


def time_statements(engine: sa.Engine, observe: Observe) -> None:
    """Has `observe` called after each statement of the engine from here on."""

    def begin(
        _connection: sa.Connection, _cursor: Any, _statement: str, _parameters: Any, context: Any, _is_many: bool
    ) -> None:
        context.workbench_begun = time.perf_counter()

    def end(_connection: sa.Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _is_many: bool) -> None:
        begun = getattr(context, "workbench_begun", None)
        if begun is not None:  # None for a statement that was under way when its engine began to be observed
            observe(_kind(statement), time.perf_counter() - begun)

    def fail(failure: sa.engine.ExceptionContext) -> None:
        begun = getattr(failure.execution_context, "workbench_begun", None)
        if begun is not None:
            observe(_kind(failure.statement or ""), time.perf_counter() - begun)

    sa.event.listen(engine, "before_cursor_execute", begin)
    sa.event.listen(engine, "after_cursor_execute", end)
    sa.event.listen(engine, "handle_error", fail)


def _kind(statement: str) -> str:
    """The kind of a statement, of one that begins with a named query too.

    >>> _kind("  SELECT 1"), _kind("with a as (select 1) select * from a"), _kind("set local x = 1")
    ('select', 'select', 'other')
    """
    word = statement.lstrip()[:10].split(maxsplit=1)[0].lower() if statement.strip() else ""
    return word if word in _KINDS else "select" if word == "with" else "other"
