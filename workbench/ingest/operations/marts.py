"""Builds the marts and stores the pages of the latest build."""

from __future__ import annotations

from collections.abc import Iterator

from db.engine import Database
from db.operations.marts import marts
from db.screens.company_metrics import forget_other_rules
from workbench.analysis.operations.marts_report import marts_report
from workbench.domain.errors import MalformedDocument
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import unit_of_work
from workbench.ports import MartsBuilder, ObjectStore

# The pages of the latest build only; the table of runs has the outcomes of earlier builds.
REPORT, DOCUMENTATION = "marts/report.html", "marts/documentation.html"


def build_marts(database: Database, objects: ObjectStore, builder: MartsBuilder) -> Iterator[IngestReport]:
    """Builds the marts and yields a report of each table that was built or tested.

    A table that was not built or fails a test is quarantined; rows that fail a warning-level test are counted. A mart with
    the same rows as before is unchanged. Figures computed by other rules are removed first. Raises SetupError if nothing
    could be built.
    """
    with database.write() as connection:
        forget_other_rules(connection)
    with database.read() as connection:
        before = {mart.name: mart for mart in marts(connection)}
    build = builder.build()
    with database.read() as connection:
        after = {mart.name: mart for mart in marts(connection)}
    page = marts_report(build, {mart.name: mart.rows for mart in after.values()})
    objects.put(REPORT, page, media_type="text/html")
    if build.documentation:
        objects.put(DOCUMENTATION, build.documentation, media_type="text/html")
    for table in build.tables:

        def work(tally: unit_of_work.Tally, table: str = table) -> None:
            tally.dropped.update({f"row beside expectation: {name}": rows for name, rows in build.warnings(table).items()})
            if broken := build.broken(table):
                raise MalformedDocument("; ".join(broken), document=table)
            if table in after and after[table] != before.get(table):
                tally.saved[f"rows of {table}"] = after[table].rows

        yield unit_of_work.run(database, "mart", table, work)
