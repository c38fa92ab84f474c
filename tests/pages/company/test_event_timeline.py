"""The timeline of current reports, and documents of one's own in the reader, without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from db.engine import Database
from tests.parse.pdfs import pdf
from workbench.adapters.object_store import FolderStore
from workbench.analysis.market.reactions import PriceReaction
from workbench.domain.filings.events import MarketEvent
from workbench.domain.identity import Accession, Cik
from workbench.domain.rights.ownership import LOCAL
from workbench.ingest.filings.uploads import add_document
from workbench.pages.company.event_timeline import timeline
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visited_by
from workbench.pages.reader.page import reader_page
from workbench.runtime import Workbench
from workbench.settings import Settings

RESULTS = MarketEvent(
    Cik(320193), Accession("0000320193-24-000120"), "2.02", "results", "8-K", date(2024, 10, 31), date(2024, 10, 31), "both",
    "a.htm", 10, 20,
)  # fmt: skip
EXHIBITS = replace(RESULTS, item="9.01", event_type="exhibits")


def test_a_report_is_one_row_and_its_exhibits_go_without_saying() -> None:
    html = timeline([RESULTS, EXHIBITS], Selection(as_of=date(2025, 1, 1)))
    assert html.count("<tr>") == 2
    assert 'href="reader?as_of=2025-01-01&amp;accession=0000320193-24-000120&amp;item=2.02"' in html
    assert "Results and financial condition" in html
    assert "9.01" not in html
    assert "9.01" in timeline([EXHIBITS], Selection())
    assert "No current reports" in timeline([], Selection())


def test_a_pdf_is_read_at_its_passage_and_page(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    content = pdf([["A preface."], ["The harvest of walnuts fell."]], labels="0 << /S /r >> 1 << /S /D >>")
    own = add_document(database, objects, content=content, name="nuts.pdf").document
    workbench = Workbench(Settings(home=tmp_path), database, objects)
    with visited_by(LOCAL):
        listed = reader_page(workbench, Selection())
    assert f'href="reader?document={own.document.document_id}">nuts</a>' in listed.panels["own"].html  # type: ignore[attr-defined]
    start = len("A preface.\n\n")
    selection = Selection(document=str(own.document.document_id), start=start, end=start + 11)
    with visited_by(LOCAL):
        page = reader_page(workbench, selection)
    assert '<mark id="passage">The harvest</mark> of walnuts fell.' in page.panels["text"].html  # type: ignore[attr-defined]
    assert '<hr class="page">' in page.panels["text"].html  # type: ignore[attr-defined]
    assert "2 of 2 (1)" in page.panels["header"].html  # type: ignore[attr-defined]


def test_the_price_reaction_stands_beside_the_report() -> None:
    assert "Price, 2 days" not in timeline([RESULTS], Selection())
    reaction = PriceReaction(date(2024, 10, 30), date(2024, 11, 1), -0.0149)
    html = timeline([RESULTS], Selection(), {RESULTS.filed_on: reaction})
    assert "Price, 2 days" in html
    assert 'title="Close of 30 Oct 2024 to close of 1 Nov 2024, adjusted">−1.5%</td>' in html
