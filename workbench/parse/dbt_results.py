"""What dbt writes of a run (`run_results.json`) and of its project (`manifest.json`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workbench.domain.errors import MalformedDocument
from workbench.domain.operations.marts import BuildResult, BuiltMart, Expectation, MartsBuild
from workbench.parse.json_document import mapping, read_json

_BUILD_RESULTS: dict[str, BuildResult] = {
    "success": "passed", "pass": "passed", "warn": "warned", "fail": "failed", "error": "failed", "runtime error": "failed",
    "skipped": "skipped",
}  # fmt: skip


def parse_build(results: bytes, manifest: bytes, *, documentation: bytes = b"") -> MartsBuild:
    """The run, in its order; raises MalformedDocument for what dbt does not write."""
    name = "the results of dbt"
    run, project = mapping(read_json(results, name), name), mapping(read_json(manifest, name), name)
    try:
        nodes = project["nodes"] | project["sources"]
        built_at = datetime.fromisoformat(run["metadata"]["generated_at"].replace("Z", "+00:00"))
        marts: list[BuiltMart] = []
        expectations: list[Expectation] = []
        for row in run["results"]:
            node = nodes[row["unique_id"]]
            result, seconds = _BUILD_RESULTS.get(row["status"], "failed"), float(row["execution_time"])
            if node["resource_type"] == "model":
                marts.append(BuiltMart(node["name"], node["description"], result, seconds, _why(row, result)))
            elif node["resource_type"] == "test":
                table = _table(node, nodes)
                rows = row.get("failures")
                why = _why(row, result)
                expectations.append(Expectation(table, _short_name(node, table), result, rows, seconds, why))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedDocument(f"{name} are not of the expected shape: {error!r}", document=name) from None
    return MartsBuild(built_at, tuple(marts), tuple(expectations), documentation)


def _why(row: dict[str, Any], result: BuildResult) -> str | None:
    text = " ".join(str(row.get("message") or "").split())
    return text or None if result in ("failed", "warned", "skipped") else None


def _table(node: dict[str, Any], nodes: dict[str, Any]) -> str:
    """The table that a test is of; a relationship depends on two, and `attached_node` says which is meant."""
    result = node.get("attached_node") or node["depends_on"]["nodes"][-1]
    return str(nodes[result]["name"])


def _short_name(node: dict[str, Any], table: str) -> str:
    """In words of its arguments: `unique_together (cik, period_end)` in place of the name that dbt makes of them."""
    test = node.get("test_metadata")
    if test is None:
        return str(node["name"])
    arguments = dict(test.get("kwargs", {}))
    nested = arguments.pop("arguments", {})
    shown = {**arguments, **(nested if isinstance(nested, dict) else {})}
    if not node["name"].startswith((f"{test['name']}_{table}", f"source_{test['name']}_")):
        return str(node["name"])  # somebody named it
    column = shown.get("column_name")
    rest = [_words(shown[key]) for key in ("columns", "values", "condition", "field") if key in shown]
    inside = ", ".join(filter(None, [None if "condition" in shown else column, *rest]))
    return f"{test['name']} ({inside})" if inside else str(test["name"])


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
