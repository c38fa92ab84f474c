"""A build of the marts as one page that needs nothing from anywhere."""

from __future__ import annotations

from typing import Any

from workbench.analysis.templates import Templates
from workbench.domain.operations.marts import MartsBuild

TEMPLATES = Templates("workbench.analysis.operations")


def marts_report(build: MartsBuild, rows: dict[str, int]) -> bytes:
    """HTML: the outcomes, each mart with its `rows`, and each expectation with the rows that fail it, by table."""
    results = [each.result for each in build.expectations]
    counts = ", ".join(
        f"{results.count(name)} {name}" for name in ("passed", "warned", "failed", "skipped") if name in results
    )
    marts = [
        {
            "table": mart.table,
            "about": mart.about,
            "message": mart.message,
            "result": mart.result,
            "rows": f"{rows[mart.table]:,}" if mart.table in rows else "",
            "seconds": f"{mart.seconds:.2f}",
        }
        for mart in build.marts
    ]
    tables = [{"name": table, "expectations": _expectations(build, table)} for table in build.tables]
    page = TEMPLATES.render(
        "marts_report.html", built=f"{build.built_at:%Y-%m-%d %H:%M}", marts=marts, counts=counts or "none",
        tables=[table for table in tables if table["expectations"]],
    )  # fmt: skip
    return page.encode()


def _expectations(build: MartsBuild, table: str) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "result": each.result, "rows": "" if each.rows is None else f"{each.rows:,}"}
        for each in build.expectations
        if each.table == table
    ]
