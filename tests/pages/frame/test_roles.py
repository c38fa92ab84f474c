"""Pages offer what the visitor's role may do, and nothing else."""

from __future__ import annotations

import re

import pytest

from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Role
from workbench.pages.alerts.page import AlertsPanel
from workbench.pages.frame import first_answer
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visited_by
from workbench.pages.home.page import HomePanel
from workbench.pages.reports.page import _form
from workbench.pages.search.own_documents import OwnDocuments
from workbench.reports.notebooks import project_notebook
from workbench.runtime import Workbench

FORMS = ("Follow a company", "Notify me about", "Choose a notebook", "enctype")


def offered(workbench: Workbench, role: Role) -> list[bool]:
    """Whether a visitor of this role is offered to follow, to add an alert, to run a report, and to add a document."""
    with visited_by(Caller("ada", role)):
        parts = (
            HomePanel(workbench, Selection()).parts["watchlist"].html,
            AlertsPanel(workbench, is_as_of=False).form.html,
            _form(None, Selection()),
            OwnDocuments(workbench, Selection()).form.html,
        )
    return [words in str(part) for words, part in zip(FORMS, parts, strict=True)]


@pytest.mark.parametrize(("role", "writes"), [(Role.VIEWER, False), (Role.OPERATOR, False), (Role.ANALYST, True)])
def test_forms_are_for_those_who_may_write(loaded: Workbench, role: Role, writes: bool) -> None:
    assert offered(loaded, role) == [writes] * 4


def test_a_notebook_is_not_run_by_who_may_only_read() -> None:
    notebook = project_notebook("company_review")
    with visited_by(Caller("rex", Role.VIEWER)):
        assert "Run" not in str(_form(notebook, Selection()))
    with visited_by(Caller("ada", Role.ANALYST)):
        assert ">Run</button>" in str(_form(notebook, Selection()))


@pytest.mark.parametrize(
    ("role", "more", "keys"),
    [
        (Role.VIEWER, ["Audit", "Restatements", "Handbook"], "hcmpksfdnrlueba"),
        (Role.OPERATOR, ["Audit", "Restatements", "Operations", "Audit trail", "Handbook"], "hcmpksfdnrlueotba"),
        (Role.ADMINISTRATOR, ["Audit", "Restatements", "Operations", "Audit trail", "Handbook"], "hcmpksfdnrlueotiba"),
    ],
)
def test_the_bar_leads_to_pages_that_open(role: Role, more: list[str], keys: str) -> None:
    with visited_by(Caller("ada", role)):
        assert [link["label"] for link in first_answer.links("home", Selection(), in_bar=False)] == more
        assert "".join(key["key"] for key in first_answer.keys(Selection())) == keys


@pytest.mark.parametrize("role", Role)
def test_the_account_menu_offers_what_the_role_may_do(role: Role) -> None:
    content = first_answer.Content("Home", {})
    with visited_by(Caller("ada", role)):
        page = first_answer.first_answer("home", Selection(), content, [], unread=0, token="t")
    menu = page[page.index('class="menu account"') : page.index("</header>")]
    assert f"<b>ada</b><br>{role.value}" in menu
    places = re.findall(r'href="([^"]+)"', menu)
    assert places == ["account", *(["settings"] if role is Role.ADMINISTRATOR else []), "sign-out"]


def test_who_works_at_this_machine_has_nothing_to_sign_out_of() -> None:
    with visited_by(LOCAL):
        page = first_answer.first_answer("home", Selection(), first_answer.Content("Home", {}), [], unread=0, token="t")
    menu = page[page.index('class="menu account"') : page.index("</header>")]
    assert re.findall(r'href="([^"]+)"', menu) == ["account", "settings"]


def test_a_company_is_not_the_list_of_companies() -> None:
    with visited_by(Caller("ada", Role.VIEWER)):
        for ticker, current in (("", ["Companies"]), ("COST", [])):
            links = first_answer.links("company", Selection(ticker=ticker), in_bar=True)
            assert [link["label"] for link in links if link["is_current"]] == current
