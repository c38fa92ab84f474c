"""The tables of the audit page: identities, companies, and breaks with links to statement and filing."""

from __future__ import annotations

from tests.domain.measures.test_audit import BALANCED, statements
from tests.domain.statements.test_other_filers import Report
from workbench.domain.measures.audit import audit
from workbench.pages.frame.selection import Selection
from workbench.pages.market.audit_page import break_table, company_table, identity_table

HOLDS = audit(statements(Report().balances(BALANCED)))
BROKEN = audit(statements(Report().balances(BALANCED | {"StockholdersEquity": 199})))


def test_identities_are_counted_over_the_companies_shown() -> None:
    html = identity_table([HOLDS, BROKEN])
    row = html.split("Balance sheet balances")[1].split("</tr>")[0]
    assert [cell.split("<")[0] for cell in row.split("<td>")[1:]] == ["2", "1", "1", "–", "–", "–"]


def test_a_company_has_its_figures_and_how_many_are_checked() -> None:
    html = company_table([HOLDS], Selection())
    assert f"<td>{HOLDS.figures_shown}</td><td>{HOLDS.figures_checked}</td>" in html
    assert "No company to audit." in company_table([], Selection())


def test_more_companies_than_a_page_lead_to_the_next() -> None:
    html = company_table([HOLDS] * 6, Selection(offset=5))
    assert 'href="audit?offset=10"' in html
    assert html.count('scope="row"') == 5


def test_a_break_leads_to_its_statement_and_its_filings() -> None:
    html = break_table([BROKEN], Selection())
    assert 'href="company?ticker=7&amp;kind=balance"' in html
    assert "Total equity 199,000,000 USD" in html
    assert 'href="reader?accession=0000000007-24-021600"' in html
    assert "Every checked identity holds." in break_table([HOLDS], Selection())
