"""Each of the eight reports as of a day reads the same after more was filed, restated and traded, for a made-up company."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import workbench as library
from db.alerts import watchlists
from db.engine import Connection, Database
from db.facts.loading import load_facts
from db.filings.events import save_index_events
from db.filings.filing_index import save_filings
from db.market.prices import save_bars
from tests import two_reports
from tests.database_server import clone
from tests.notebooks.test_research_notebooks import FIRST_DAY, RESULTS, trade
from workbench.adapters.object_store import FolderStore
from workbench.analysis.operations.report_figures import to_lines
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing, NewDocument
from workbench.domain.identity import Accession, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.operations.reports import ReportFigure
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document
from workbench.ports import ObjectStore
from workbench.reports.notebooks import NOTEBOOKS, find_notebook, load_notebook, parse_parameters
from workbench.reports.tables import ReportHtml
from workbench.runtime import Workbench
from workbench.settings import Settings

DAY = FIRST_DAY + timedelta(days=259)  # 2024-02-15, the last day of trading then
EIGHT = [
    ("company_review", ["ticker=ACME"]),
    ("peer_comparison", ["companies=ACME"]),
    ("earnings_quality", ["ticker=ACME"]),
    ("filing_changes", ["ticker=ACME"]),
    ("risk_factors", ["ticker=ACME"]),
    ("event_study", ["companies=ACME", "items=2.02", "forms="]),
    ("sector_screen", ["where=revenue > 1M", "show=net_margin"]),
    ("morning_brief", ["watchlist=forges", "days=60"]),
]
# Thousands of dollars by fiscal year: revenue, net income, assets.
YEARS = {2021: (90_000, 7_000, 61_000), 2022: (101_000, 8_500, 66_000), 2023: (113_000, 9_100, 72_000)}
TAGS = ("Revenues", "NetIncomeLoss", "Assets")


@pytest.fixture
def forge(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("repeating")
    database, objects = Database(clone(postgres_url, "repeating")), FolderStore(home / "objects")
    with database.write() as connection:
        two_reports.save(connection, objects)
        trade(connection)
        for year, figures in YEARS.items():
            _file(connection, year, figures)
        watchlists.create(connection, LOCAL_USER, "forges")
        watchlists.add_members(connection, LOCAL_USER, "forges", [two_reports.ACME.cik])
    yield Workbench(Settings(home=home), database, objects)
    database.close()


def _file(connection: Connection, year: int, figures: tuple[int, ...], *, filed_in: int | None = None) -> None:
    """The annual figures of a year, filed on the first of the February after it, or of that in another year."""
    filed = filed_in or year + 1
    facts = [
        Fact(
            two_reports.ACME.cik, Concept("us-gaap", tag), "USD", date(year, 1, 1) if tag != "Assets" else None,
            date(year, 12, 31), Decimal(thousands * 1000), Accession(f"0001234567-{filed % 100:02d}-000010"), "10-K",
            date(filed, 2, 1),
        )
        for tag, thousands in zip(TAGS, figures, strict=True)
    ]  # fmt: skip
    load_facts(connection, two_reports.ACME.cik, facts)


def _more(connection: Connection, objects: ObjectStore) -> None:
    """A year later: another report with 2023 restated and other risks, more results, and a price that has doubled."""
    _file(connection, 2024, (150_000, 12_000, 80_000))
    _file(connection, 2023, (118_000, 7_700, 70_500), filed_in=2025)
    accession, content = Accession("0001234567-25-000010"), two_reports.annual((two_reports.PORT, two_reports.STAFF))
    results = Filing(two_reports.ACME.cik, Accession("0001234567-24-000199"), "8-K", date(2024, 4, 17), items=("2.02",))
    report = Filing(two_reports.ACME.cik, accession, "10-K", date(2025, 2, 1), report_on=date(2024, 12, 31))
    save_filings(connection, [results, report])
    save_index_events(connection, [results])
    index_document(
        connection,
        objects,
        content,
        NewDocument(
            "acme-20250201.htm", "filing", archive.store(objects, content), form="10-K", cik=two_reports.ACME.cik,
            accession=accession, filed_on=date(2025, 2, 1),
        ),
    )  # fmt: skip
    doubled = Decimal(220)
    days = (DAY + timedelta(days=number) for number in range(1, 90))
    save_bars(
        connection,
        [DailyBar(Ticker("ACME"), day, *[doubled] * 4, 1000, doubled, "alpha-vantage-adjusted") for day in days],
    )


def read(workbench: Workbench, monkeypatch: pytest.MonkeyPatch, name: str, assignments: list[str]) -> tuple[str, str]:
    """What the cells of a report show, charts left out, and the figures that they asked for, as the manifest hashes them.

    The cells run here: an interpreter of its own for each would take most of the time of this test.
    """
    notebook, figures, shown = load_notebook(find_notebook(name)), list[ReportFigure](), list[str]()
    workbench.on_figures = figures.extend
    monkeypatch.setattr(library, "open", lambda: workbench)
    names: dict[str, Any] = dict(parse_parameters(notebook, assignments))
    for cell in notebook.content["cells"]:
        if cell["cell_type"] != "code" or "parameters" in cell["metadata"].get("tags", ()):
            continue
        *body, last = ast.parse("".join(cell["source"])).body
        is_shown = isinstance(last, ast.Expr)
        exec(compile(ast.Module(body if is_shown else [*body, last], []), name, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval"), names)
            shown += [str(value.html)] if isinstance(value, ReportHtml) else []
    return "\n".join(shown), to_lines(sorted(figures, key=lambda figure: figure.key))


def test_each_of_the_eight_reads_the_same_after_more_was_filed(forge: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name for name, _ in EIGHT} == {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    orders = {name: [*values, f"as_of={DAY}"] for name, values in EIGHT}
    before = {name: read(forge, monkeypatch, name, values) for name, values in orders.items()}
    movement = "Revenue was 113.0 million USD in FY 2023, 11.9 % more than in FY 2022."
    assert movement in before["company_review"][0].replace("\N{NO-BREAK SPACE}", " ")
    assert two_reports.CLOUD in before["risk_factors"][0]
    assert f"around {len(RESULTS)} filings" in before["event_study"][0]
    with forge.database.write() as connection:
        _more(connection, forge.objects)
    assert forge.statement("ACME", periods=2).loc["revenue"].tolist()[1:] == [118e6, 150e6]
    for name, values in orders.items():
        assert read(forge, monkeypatch, name, values) == before[name], name
