"""What the command bar offers for what is typed."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.analysis.search.destinations import DestinationAnswer, destinations
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.rights.roles import Role

COSTCO = Company(Cik(909832), "COSTCO WHOLESALE CORP /NEW", (Listing(Ticker("COST")),))
COSTAR = Company(Cik(1057352), "COSTAR GROUP, INC.", (Listing(Ticker("CSGP")),))
REPORT = Filing(COSTCO.cik, Accession("0000909832-24-000049"), "10-K", date(2024, 10, 8), date(2024, 9, 1))


def labels(found: list[DestinationAnswer], kind: str) -> list[str]:
    return [each["label"] for each in found if each["kind"] == kind]


def test_an_exact_ticker_comes_first() -> None:
    found = destinations("cost", role=Role.VIEWER, companies=[COSTAR, COSTCO], company=COSTCO)["destinations"]
    assert (found[0]["label"], found[0]["href"]) == ("COST", "company?ticker=COST")
    assert labels(found, "company") == ["COST", "CSGP"]
    assert "Cost of revenue" in labels(found, "line")


def test_links_stay_on_the_day() -> None:
    found = destinations("net margin", role=Role.VIEWER, company=COSTCO, as_of=date(2024, 12, 31))["destinations"]
    assert found[0]["href"] == "compare?ticker=COST&measure=net_margin&as_of=2024-12-31"
    line = destinations("total assets", role=Role.VIEWER, company=COSTCO)["destinations"][0]
    assert line["href"] == "company?ticker=COST&kind=balance&measure=total_assets"


def test_a_form_gives_filings_and_no_pages() -> None:
    found = destinations("cost 10-k", role=Role.VIEWER, companies=[COSTCO], filings=[REPORT])["destinations"]
    assert [each["kind"] for each in found] == ["company", "filing"]
    assert found[1]["href"] == "reader?accession=0000909832-24-000049"
    assert found[1]["note"] == "filed 2024-10-08, 0000909832-24-000049"


@pytest.mark.parametrize(
    ("role", "offered"), [(Role.VIEWER, []), (Role.OPERATOR, ["Operations"]), (Role.ADMINISTRATOR, ["Operations"]), (None, [])]
)
def test_a_page_is_offered_to_those_who_may_open_it(role: Role | None, offered: list[str]) -> None:
    assert labels(destinations("oper", role=role)["destinations"], "page") == offered


def test_nothing_typed_gives_all_pages_and_commands() -> None:
    found = destinations("", role=Role.ADMINISTRATOR, has_session=True)["destinations"]
    assert labels(found, "page")[0] == "Home"
    assert next(each["note"] for each in found if each["label"] == "Market") == "g m"
    assert labels(found, "command") == ["Switch theme", "Copy link to this page", "Keyboard shortcuts", "Sign out"]
    local = destinations("", role=Role.ADMINISTRATOR)["destinations"]
    assert "Sign out" not in labels(local, "command")


def test_words_begin_words_in_any_order() -> None:
    found = destinations("margin net", role=Role.VIEWER, company=COSTCO)["destinations"]
    assert labels(found, "line") == ["Net margin"]
    found = destinations("argin", role=Role.VIEWER, company=COSTCO)["destinations"]
    assert [each["href"] for each in found] == ["docs?q=argin"]


def test_the_handbook_is_searched_by_what_is_typed() -> None:
    found = destinations("operand restated", role=Role.VIEWER, as_of=date(2024, 12, 31))["destinations"][-1]
    assert (found["label"], found["href"]) == (
        "Search the handbook for “operand restated”", "docs?q=operand+restated&as_of=2024-12-31"
    )  # fmt: skip
    assert destinations("operand", role=None)["destinations"] == []


def test_a_company_is_shown_by_the_name_that_people_write() -> None:
    assert destinations("csgp", role=Role.VIEWER, companies=[COSTAR])["destinations"][0]["note"] == "Costar Group"
