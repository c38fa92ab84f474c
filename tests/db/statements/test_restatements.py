"""Restatements of the recorded companies, as their filings tell them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from db.companies import resolve
from db.engine import Database
from db.statements.restatements import restatements
from workbench.domain.facts.restated_concepts import RestatementList
from workbench.domain.facts.restatements import Change

pytestmark = pytest.mark.mirror


def ask(recorded: Database, ticker: str, as_of: date | None = None, kinds: Sequence[Change] = ()) -> RestatementList:
    with recorded.read() as connection:
        return restatements(connection, resolve(connection, ticker), as_of, kinds=kinds)


@pytest.mark.parametrize(
    "expected",
    [
        # Apple took up new rules for what it sells with software, and filed fiscal 2009 again.
        ("AAPL", "restatement", "SalesRevenueNet", "2009-09-26", "36537000000", "42905000000", "0001193125-10-012091"),
        # McDonald's showed what franchisees pay for technology gross from 2020 on: no change of net income.
        ("MCD", "reclassification", "Revenues", "2019-12-31", "21076500000", "21364400000", "0000063908-21-000013"),
        ("MCD", "scale_error", "WeightedAverageNumberOfDilutedSharesOutstanding", "2021-12-31", "751800000", "751.8",
         "0000063908-24-000072"),
        # Kimberly-Clark tagged a quarter in millions, and filed it again within a week.
        ("KMB", "scale_error", "OperatingIncomeLoss", "2009-03-31", "628", "628000000", "0000055785-10-000026"),
        ("NVDA", "split", "EarningsPerShareDiluted", "2024-01-28", "11.93", "1.19", "0001045810-25-000023"),
        ("GOOGL", "split", "EarningsPerShareDiluted", "2021-12-31", "112.20", "5.61", "0001652044-23-000016"),
        # Seven for one in 2014: each quarter's dividend is rounded to a cent, and the count was filed in thousands.
        ("AAPL", "split", "CommonStockDividendsPerShareDeclared", "2013-09-28", "11.4", "1.64", "0001193125-14-277160"),
        ("AAPL", "split", "CommonStockSharesOutstanding", "2013-09-28", "899213", "6294494000", "0001193125-14-277160"),
        # "$90.7 billion" in a sentence, and tax rates to a percent.
        ("AAPL", "rounding", "LongTermDebt", "2025-09-27", "90678000000", "90700000000", "0000320193-26-000006"),
        ("AAPL", "rounding", "EffectiveIncomeTaxRateContinuingOperations", "2010-09-25", "0.24", "0.244",
         "0001193125-11-282113"),
        ("DIS", "rounding", "UnrecognizedTaxBenefits", "2024-09-28", "1952000000", "2000000000", "0001744489-25-000067"),
        # 13,400 million was exact, and so was Disney's revenue of a quarter.
        ("WMT", "restatement", "NetIncomeLoss", "2009-01-31", "13400000000", "13381000000", "0001193125-11-083157"),
        ("NKE", "restatement", "NetIncomeLoss", "2013-08-31", "780000000", "779000000", "0000320187-14-000158"),
        ("MRVL", "rounding", "SellingAndMarketingExpense", "2022-01-29", "955245000", "955300000", "0001835632-23-000013"),
    ],
)  # fmt: skip
def test_what_filings_changed(recorded: Database, expected: tuple[str, ...]) -> None:
    ticker, kind, tag, period_end, before, after, accession = expected
    changes = {
        (one.before.value, one.after.value): one.after.accession
        for one in ask(recorded, ticker, kinds=[Change(kind)]).changes
        if one.kind is Change(kind)
        and one.after.concept == f"us-gaap:{tag}"
        and one.after.period_end.isoformat() == period_end
    }
    assert changes.get((Decimal(before), Decimal(after))) == accession


def test_only_what_was_known(recorded: Database) -> None:
    day = date(2020, 12, 31)
    known = ask(recorded, "MCD", day)
    assert all(one.after.filed_on <= day for one in known.changes)
    later = ask(recorded, "MCD")
    assert known.changes == tuple(one for one in later.changes if one.after.filed_on <= day)
    assert sum(later.counts.values()) == len(later.restated)


def test_a_page_of_one_kind(recorded: Database) -> None:
    with recorded.read() as connection:
        company = resolve(connection, "WMT")
        every = restatements(connection, company, kinds=[Change.SPLIT]).restated
        page = restatements(connection, company, kinds=[Change.SPLIT], limit=5, offset=5).restated
        recent = restatements(connection, company, since=date(2025, 1, 1))
    assert page == every[5:10]
    assert all(one.after.filed_on >= date(2025, 1, 1) for one in recent.changes)
