"""How far a company's figures can be trusted: failed checks, restated figures, and the audit of its statements."""

from __future__ import annotations

from markupsafe import Markup

from db.engine import Connection
from db.statements.audit import audit_company
from db.statements.checks import check_results
from db.statements.restatements import restatements
from workbench.domain.identity import Company
from workbench.pages.company.restatement_panel import restatement_table
from workbench.pages.company.tabs import TabContent, reading
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.messages import notice, waiting
from workbench.pages.frame.selection import Selection
from workbench.pages.market.audit_page import break_table, company_table, identity_table
from workbench.pages.market.failed_checks import failed_checks_table
from workbench.pages.market.restatements_page import SHOWN_KINDS
from workbench.runtime import Workbench

_CHECKS_SHOWN = 40
_RESTATED_SHOWN = 40


def quality_tab(workbench: Workbench, company: Company, selection: Selection) -> TabContent:
    """Failed checks and restated figures at once, the audit when the page is on the screen."""
    as_of = selection.as_of
    with workbench.database.read() as connection:
        results = check_results(connection, company, as_of)
        restated = restatements(connection, company, as_of, kinds=SHOWN_KINDS)
    failed = [each for each in results if each.check.result == "failed"]
    checked = sum(each.check.result == "passed" for each in results) + len(failed)
    checks = failed_checks_table(failed, selection, limit=_CHECKS_SHOWN, more=f"{checked:,} checks")
    audit = HtmlPanel(waiting("Audit"))

    def show_audit(connection: Connection) -> None:
        audit.html = _audit(connection, company, selection)

    return TabContent(
        {
            "failed_checks": HtmlPanel(checks),
            "restatements": HtmlPanel(restatement_table(restated, selection, limit=_RESTATED_SHOWN)),
            "audit": audit,
        },
        (reading(workbench, show_audit),),
    )


def _audit(connection: Connection, company: Company, selection: Selection) -> Markup:
    if selection.as_of is not None:
        text = "Choose now to see it. The checks above are as of the date that you chose."
        return notice("The audit is of the facts known today.", text, is_inline=True)
    result = [audit_company(connection, company)]
    return company_table(result, selection) + identity_table(result) + break_table(result, selection)
