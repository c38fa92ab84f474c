"""What PostgreSQL's planner expects, for choosing between two ways to the same answer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


class _Explain(sa.Executable, sa.ClauseElement):
    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _explain(element: _Explain, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"explain (format json) {compiler.process(element.statement, **keywords)}"


def expected_rows(connection: sa.Connection, statement: sa.Select[Any]) -> int:
    """How many rows the planner expects of `statement`: less than a millisecond, where counting would read them all."""
    plan = connection.execute(_Explain(statement)).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])
