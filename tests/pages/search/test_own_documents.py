"""Documents of one's own are added on the page; what cannot be read is refused in one sentence and leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, expect

from db.engine import Database
from db.tables import documents
from tests.browser import Visit, open_page, serve
from tests.conftest import clone
from tests.parse.pdfs import pdf
from workbench.adapters.object_store import FolderStore
from workbench.runtime import Workbench
from workbench.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture
def workbench(postgres_url: str, tmp_path: Path) -> Iterator[Workbench]:
    database = Database(clone(postgres_url, f"added_{abs(hash(tmp_path)) % 10**9}"))
    yield Workbench(Settings(home=tmp_path), database, FolderStore(tmp_path / "objects"))
    database.close()


def test_a_document_is_added_and_found(chromium: BrowserContext, workbench: Workbench, tmp_path: Path) -> None:
    report = tmp_path / "walnuts.txt"
    report.write_text("Walnuts and their prices\n\fThe harvest of walnuts fell by a third after the frost in May.\n")
    with serve(workbench) as address, open_page(chromium) as page:
        visit = Visit(page, address)
        visit.open("reader")
        page.locator("input[name=file]").set_input_files(report)
        page.locator("input[name=title]").fill("Walnut report")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("status")).to_have_text("Added Walnut report.")
        row = page.locator("table.filings tbody tr")
        expect(row).to_have_count(1)
        expect(row.locator("td").nth(5)).to_have_text("2")
        row.get_by_text("Share", exact=True).click()
        row.get_by_label("researcher").check()
        row.get_by_role("button", name="Save").click()
        expect(row.locator("summary")).to_have_text("Shared with researcher")
        visit.open("search?q=walnut+harvest&document=walnut+report")
        hit = page.locator(".hits li").first
        expect(hit).to_contain_text("page 2")
        visit.open("search?q=walnut+harvest&fiscal_year=1999")
        expect(page.get_by_text("Nothing found with these filters.")).to_be_visible()
        visit.open("reader")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Remove Walnut report").click()
        expect(page.get_by_text("No uploaded documents.")).to_be_visible()
        assert visit.complaints == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (pdf([["Walnuts"]])[:200], "damaged"),
        (pdf([["Walnuts"]], is_locked=True), "password"),
        (b"%PDF-1.4 " + b"walnut " * 15_000_000, "larger than 67"),
    ],
    ids=["empty", "damaged", "locked", "too_large"],
)
def test_a_refused_document_leaves_nothing(
    chromium: BrowserContext, workbench: Workbench, tmp_path: Path, content: bytes, message: str
) -> None:
    wrong = tmp_path / "wrong.pdf"
    wrong.write_bytes(content)
    with serve(workbench) as address, open_page(chromium) as page:
        Visit(page, address).open("reader")
        page.locator("input[name=file]").set_input_files(wrong)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("alert")).to_contain_text(message)
        expect(page.get_by_text("No uploaded documents.")).to_be_visible()
    with workbench.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(documents)) == 0
    assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
