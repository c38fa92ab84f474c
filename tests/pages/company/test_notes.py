"""Notes in the drawer of a figure, and what came since a filing was reviewed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from tests.browser import Visit
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik
from workbench.domain.measures.user_notes import FilingReview, Note, NotedFigure
from workbench.domain.rights.ownership import NOBODY, Caller
from workbench.domain.rights.roles import Role
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.company.filings_tab import filings_table, reviewed_note
from workbench.pages.frame.notes import note_form, note_list
from workbench.pages.frame.selection import Selection

ADA, VERA = Caller("ada", Role.ANALYST), Caller("vera", Role.VIEWER)
COSTCO = Cik(909832)
ABOUT = NotedFigure(COSTCO, PeriodKind.ANNUAL, "revenue@2023-09-03")
NOTE = Note(
    7,
    "ada",
    ABOUT,
    "A year of 53 weeks: <b>not</b> comparable.",
    ("calendar",),
    datetime(2023, 10, 12, tzinfo=UTC),
    (Role.VIEWER,),
)


def test_a_note_is_its_owners_to_delete_and_named_for_others() -> None:
    own, others = note_list([NOTE], ADA), note_list([NOTE], VERA)
    assert "A year of 53 weeks: &lt;b&gt;not&lt;/b&gt; comparable." in own
    assert 'action="api/v1/notes/7"' in own
    assert ">shared<" in own
    assert "api/v1/notes/7" not in others
    assert "12 Oct 2023, ada" in others


def test_a_form_is_offered_to_those_who_may_write() -> None:
    assert 'name="figure" value="revenue@2023-09-03"' in note_form({"figure": ABOUT.name}, ADA)
    assert note_form({"figure": ABOUT.name}, VERA) == note_form({"figure": ABOUT.name}, NOBODY) == ""


def test_filings_say_what_came_after_the_last_that_was_reviewed() -> None:
    def filing(number: int, form: str, day: date) -> Filing:
        return Filing(COSTCO, Accession(f"0000909832-23-{number:06}"), form, day)

    filings = [
        filing(60, "8-K", date(2023, 10, 12)), filing(42, "10-K", date(2023, 10, 11)), filing(30, "10-Q", date(2023, 6, 7)),
    ]  # fmt: skip
    review = FilingReview(filings[1].accession, COSTCO, "10-K", filings[1].filed_on, datetime(2023, 10, 13, tzinfo=UTC))
    rows = filings_table(filings, Selection(), reviews=[review]).split("<tr>")[2:]
    assert [">new<" in row for row in rows] == [True, False, False]
    assert [">reviewed<" in row for row in rows] == [False, True, False]
    assert "The last that you reviewed: 10-K, filed 11 Oct 2023" in reviewed_note([review])
    assert ">new<" not in filings_table(filings, Selection())


@pytest.mark.browser
def test_a_note_is_written_and_deleted_in_the_drawer(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=AAPL&as_of=2024-12-31&figure=revenue%402024-09-28")
    page = visit_anywhere.page
    drawer = page.locator(".drawer")
    expect(drawer.locator(".figure-history tbody tr").first).to_be_visible()
    drawer.get_by_text("Write a note").click()
    drawer.get_by_label("Note", exact=True).fill("52 weeks, as the year before.")
    drawer.get_by_label("Tags").fill("Calendar")
    drawer.get_by_role("button", name="Save note").click()
    note = drawer.locator(".notes li")
    expect(note).to_contain_text("52 weeks, as the year before.")
    expect(note.locator(".tag")).to_have_text("calendar")
    expect(drawer.locator(".figure-history tbody tr").first).to_be_visible()
    page.reload()
    expect(note).to_have_count(1)
    note.get_by_role("button", name="Delete the note").click()
    expect(note).to_have_count(0)
