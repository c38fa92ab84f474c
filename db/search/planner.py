"""What PostgreSQL's planner expects, for choosing between two ways to the same answer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ExecutionContext

_PLAN_ALONE = "plan_alone"


def expected_rows(connection: sa.Connection, statement: sa.Select[Any]) -> int:
    """How many rows the planner expects of `statement`: less than a millisecond, where counting would read them all."""
    plan = connection.execute(statement, execution_options={_PLAN_ALONE: True}).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


@sa.event.listens_for(sa.Engine, "before_cursor_execute", retval=True, named=True)
def _explain(*, statement: str, parameters: Any, context: ExecutionContext | None, **_: Any) -> tuple[str, Any]:
    """Asks for the plan in place of the rows, before the text that SQLAlchemy compiles once for statements of one shape."""
    if context is not None and context.execution_options.get(_PLAN_ALONE):
        return f"explain (format json) {statement}", parameters
    return statement, parameters
