from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import MIRROR
from tests.parse.calculation_documents import linkbase
from workbench.domain.errors import MalformedDocument
from workbench.domain.statements.calculations import Calculation
from workbench.parse.xbrl.calculation_linkbase import parse_calculations

APPLE = MIRROR / "Archives/edgar/data/320193"
GROSS = [("us-gaap_GrossProfit", "us-gaap_Revenues", "1.0"), ("us-gaap_GrossProfit", "acme_CostOfAnvils", "-1.0")]


def _of(calculations: tuple[Calculation, ...], total: str) -> dict[str, int]:
    (found,) = (each for each in calculations if each.total == total)
    return {concept: int(weight) for concept, weight in found.terms}


def test_a_total_with_its_terms_in_the_filers_order() -> None:
    (found,) = parse_calculations(linkbase({"Income": GROSS}))
    assert (found.role, found.total) == ("http://www.acme.example/role/Income", "us-gaap:GrossProfit")
    assert found.terms == (("us-gaap:Revenues", Decimal(1)), ("acme:CostOfAnvils", Decimal(-1)))


def test_the_same_total_in_two_roles_is_two_calculations() -> None:
    found = parse_calculations(linkbase({"Income": GROSS, "Note": [("us-gaap_GrossProfit", "acme_Anvils", "1")]}))
    assert [len(each.terms) for each in found] == [2, 1]


def test_the_arc_role_of_calculations_1_1_means_the_same() -> None:
    content = linkbase({"Income": GROSS}, arcrole="https://xbrl.org/2023/arcrole/summation-item")
    assert parse_calculations(content) == parse_calculations(linkbase({"Income": GROSS}))


@pytest.mark.parametrize("weight", ["", "many", "NaN", "Infinity", "0", "1e400"])
def test_an_arc_without_a_weight_is_left_out(weight: str) -> None:
    (found,) = parse_calculations(linkbase({"Income": [GROSS[0], ("us-gaap_GrossProfit", "acme_CostOfAnvils", weight)]}))
    assert [term.concept for term in found.terms] == ["us-gaap:Revenues"]


def test_what_another_arc_prohibits_does_not_count() -> None:
    assert parse_calculations(linkbase({"Income": GROSS}, more='use="prohibited"')) == ()
    arcs = linkbase({"Income": GROSS}, more='priority="1"').decode()
    cut = (
        arcs.replace("</calculationLink>", "") + linkbase({"Income": GROSS[:1]}, more='use="prohibited" priority="2"').decode()
    )
    start = cut.index("<calculationLink", cut.index("<calculationLink") + 1)
    both = cut[: cut.index("</linkbase>")] + "</calculationLink>" + cut[start:]
    (found,) = parse_calculations(both.encode())
    assert [term.concept for term in found.terms] == ["acme:CostOfAnvils"]


def test_a_schema_without_calculations_has_none_and_rubbish_is_refused() -> None:
    assert parse_calculations(b"<schema/>") == ()
    for rubbish in (b"", b"<html><p>", b"%PDF-1.4", linkbase({"Income": GROSS})[:-30]):
        with pytest.raises(MalformedDocument):
            parse_calculations(rubbish)


@given(st.binary(max_size=200), st.integers(0, 600))
def test_damage_is_refused_or_read_and_never_anything_else(noise: bytes, place: int) -> None:
    whole = linkbase({"Income": GROSS})
    with contextlib.suppress(MalformedDocument):
        parse_calculations(whole[:place] + noise + whole[place + 5 :])


@pytest.mark.mirror
def test_apple_as_it_adds_up_its_quarter() -> None:
    found = parse_calculations((APPLE / "000032019325000057/aapl-20250329_cal.xml").read_bytes())
    assert len(found) == 35
    assert _of(found, "us-gaap:OperatingIncomeLoss") == {"us-gaap:GrossProfit": 1, "us-gaap:OperatingExpenses": -1}
    assert _of(found, "us-gaap:Liabilities") == {"us-gaap:LiabilitiesCurrent": 1, "us-gaap:LiabilitiesNoncurrent": 1}
    cash = _of(found, "us-gaap:NetCashProvidedByUsedInInvestingActivities")
    assert cash["us-gaap:PaymentsToAcquirePropertyPlantAndEquipment"] == -1
    assert cash["us-gaap:ProceedsFromSaleOfAvailableForSaleSecuritiesDebt"] == 1


@pytest.mark.mirror
def test_a_linkbase_of_2010() -> None:
    found = parse_calculations((APPLE / "000119312510238044/aapl-20101027_cal.xml").read_bytes())
    assert _of(found, "us-gaap:GrossProfit") == {"us-gaap:SalesRevenueNet": 1, "us-gaap:CostOfGoodsAndServicesSold": -1}
