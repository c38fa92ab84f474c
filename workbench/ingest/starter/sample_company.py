"""The sample company of a new workbench: it does not exist, and shows what the workbench does with text.

Real filings are not shipped. Here the workbench composes its own: two annual reports, quarterly and current ones, a
note, prices and news, set on the years before the day of the first start, and takes them in by the same steps as any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import orjson

from workbench.domain.errors import NotFound
from workbench.domain.identity import Accession, Cik, Ticker
from workbench.domain.market.news import Article
from workbench.domain.market.prices import DailyBar
from workbench.ingest.starter.compose import templates
from workbench.ingest.starter.sample_figures import (
    Period,
    Row,
    Statements,
    Value,
    amount,
    annual,
    in_words,
    last_year,
    quarter_filed_on,
    quarterly,
    quarters,
    weekday,
    year_filed_on,
)
from workbench.ports import BulkName, Fetched

NAME = "Harrow Lake Instruments (sample company)"
CIK = Cik(9_990_000_001)
TICKER = Ticker("SAMPL")
SOURCE = "workbench-sample"
REVENUE = "RevenueFromContractWithCustomerExcludingAssessedTax"
# Names of the texts about the company in its statements, by the concept whose amount in millions they are.
_AMOUNTS = {
    "revenue_text": REVENUE,
    "cash_text": "NetCashProvidedByUsedInOperatingActivities",
    "capex_text": "PaymentsToAcquirePropertyPlantAndEquipment",
    "repaid_text": "RepaymentsOfLongTermDebt",
    "dividends_text": "PaymentsOfDividends",
    "buyback_text": "PaymentsForRepurchaseOfCommonStock",
}
_MILLION = Decimal(10) ** 6
# Current reports between the two annual ones, with month and day: enough apart for a study of what prices did around them.
_BETWEEN = (("5.07", (5, 15)), ("7.01", (9, 10)), ("5.02", (11, 12)))


@dataclass(frozen=True, slots=True)
class SampleFiling:
    """A filing of the sample: its row in the index, its document, and the figures that it reports."""

    accession: Accession
    form: str
    filed_on: date
    report_on: date
    content: bytes
    values: tuple[Value, ...] = ()
    items: str = ""

    @property
    def document(self) -> str:
        """The name of its document."""
        return f"hlki-{self.filed_on:%Y%m%d}.htm"


def compose_filings(day: date) -> list[SampleFiling]:
    """The filings of the sample by this day, oldest first; the last two are the newest quarter's 8-K and 10-Q."""
    year, public = last_year(day), quarters(day)
    newest = public[-1]
    filed = quarter_filed_on(year, newest)
    agreed, announced = weekday(filed - timedelta(days=49)), weekday(filed - timedelta(days=1))
    earlier = [
        _report(annual(year - 1, 1), year - 1, number=1),
        _report(annual(year, 2), year, number=2),
        *(_quarterly_report(year, each) for each in public[:-1]),
        *(_current(item, weekday(date(year, *day)), number=number) for number, (item, day) in enumerate(_BETWEEN, start=6)),
        _current("1.01", agreed, number=3),
    ]
    return [
        *sorted(earlier, key=lambda each: each.filed_on),
        _current("2.02", announced, number=4, statements=quarterly(year, newest)),
        _quarterly_report(year, newest),
    ]


def _accession(day: date, number: int) -> Accession:
    return Accession(f"{CIK.padded}-{day:%y}-{number:06d}")


def _report(statements: Statements, year: int, *, number: int) -> SampleFiling:
    values = _distinct(statements)
    debt = amount(statements, "LongTermDebtCurrent") + amount(statements, "LongTermDebtNoncurrent")
    shown = _shown(statements, values) | {
        "form": "10-K", "is_annual": True, "is_later": number == 2, "growth_text": _growth(statements),
        "debt_text": _millions(debt), "rate_text": _millions(debt / 100),
    }  # fmt: skip
    return _filing("10-K", year_filed_on(year), date(year, 12, 31), number=number, shown=shown, values=values)


def _quarterly_report(last: int, number: int) -> SampleFiling:
    """The quarterly report of this number, as for `quarterly`."""
    statements = quarterly(last, number)
    values = _distinct(statements)
    is_later = number >= 3
    shown = _shown(statements, values) | {
        "form": "10-Q", "is_annual": False, "is_later": is_later, "number": number,
        "growth_text": _growth(statements) if is_later else "",  # the first year has no quarters before
        "span_text": ("quarter", "first six months of the year", "first nine months of the year")[number % 3],
    }  # fmt: skip
    end = statements["balance"][0].values[0].period.end
    return _filing("10-Q", quarter_filed_on(last, number), end, number=10 + number, shown=shown, values=values)


def _shown(statements: Statements, values: Sequence[Value]) -> dict[str, Any]:
    """What the template of a report shows of its statements."""
    cover = statements["cover"][0]
    return {
        **{name: _millions(amount(statements, concept)) for name, concept in _AMOUNTS.items()},
        "instruments_text": _millions(statements["segments"][0].values[0].value),
        "services_text": _millions(statements["segments"][1].values[0].value),
        "contexts": _contexts(values),
        "columns": _labels(statements["income"]),
        "cash_columns": _labels(statements["cashflow"]),
        "balance_columns": _labels(statements["balance"]),
        "counted_text": cover.values[0].period.label,
        **{name: [_printed(row, name) for row in rows] for name, rows in statements.items()},
    }


def _labels(rows: Sequence[Row]) -> list[str]:
    return [value.period.label for value in rows[0].values]


def _filing(
    form: str, day: date, end: date, *, number: int, shown: Mapping[str, Any], values: Sequence[Value]
) -> SampleFiling:
    named = {"company_name": NAME, "cik": CIK.padded, "taxonomy": f"{end:%Y%m%d}", "end_text": in_words(end)}
    content = templates().render("sample_report.html", **shown, **named).strip().encode()
    return SampleFiling(_accession(day, number), form, day, end, content, tuple(values))


def _current(item: str, day: date, *, number: int, statements: Statements | None = None) -> SampleFiling:
    shown: dict[str, Any] = {"company_name": NAME, "item": item, "date_text": in_words(day)}
    if statements:
        shown |= {
            "revenue_text": _millions(amount(statements, REVENUE)), "growth_text": _growth(statements),
            "eps_text": amount(statements, "EarningsPerShareDiluted"),
        }  # fmt: skip
    content = templates().render("sample_current.html", **shown).strip().encode()
    return SampleFiling(_accession(day, number), "8-K", day, day, content, items=item)


def _distinct(statements: Statements) -> list[Value]:
    """Each figure once: net income stands in two statements."""
    values = (value for rows in statements.values() for row in rows for value in row.values if value.value)
    return list({(value.concept, value.context): value for value in values}.values())


def _contexts(values: Sequence[Value]) -> list[dict[str, Any]]:
    contexts: dict[str, dict[str, Any]] = {}
    for value in values:
        period: Period = value.period
        contexts[value.context] = {"id": value.context, "start": period.start, "end": period.end, "member": value.member}
    return list(contexts.values())


def _printed(row: Row, statement: str) -> dict[str, Any]:
    return {"label": row.label, "cells": [_cell(value, row, statement) for value in row.values]}


def _cell(value: Value, row: Row, statement: str) -> dict[str, Any]:
    printed = abs(value.value).scaleb(-value.scale)
    return {
        "is_marked": bool(value.value),
        "id": f"{statement}-{value.concept}-{value.context}",
        "concept": f"{value.taxonomy}:{value.concept}",
        "context": value.context,
        "unit": value.unit_id,
        "decimals": -value.scale if value.scale else 2,
        "scale": value.scale,
        "has_sign": value.value < 0,
        "is_negative": (value.value < 0) is not row.is_out and bool(value.value),
        "text": f"{printed:,.2f}" if value.unit == "USD/shares" else f"{printed:,.0f}",
    }


def _millions(value: Decimal) -> str:
    return f"{(value / _MILLION).quantize(Decimal('0.1'), rounding=ROUND_HALF_EVEN):,}"


def _growth(statements: Statements) -> str:
    now, before = amount(statements, REVENUE), amount(statements, REVENUE, 1)
    change = (100 * (now - before) / before).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    return f"{abs(change)}% {'more' if change >= 0 else 'less'}"


class SampleSource:
    """A FilingSource of the sample company alone, with the filings that it is given."""

    def __init__(self, filings: Sequence[SampleFiling]) -> None:
        self._filings = filings

    def tickers(self) -> Fetched:
        """The list of tickers: one."""
        rows = [[CIK.number, NAME, TICKER.symbol, "NYSE"]]
        return _fetched("tickers.json", {"fields": ["cik", "name", "ticker", "exchange"], "data": rows})

    def tickers_without_exchange(self) -> Fetched:
        """There is no other list."""
        raise NotFound("the sample has one list of tickers")

    def submissions(self, cik: Cik) -> Fetched:
        """The description of the company and the index of its filings."""
        self._check(cik)
        newest_first = sorted(self._filings, key=lambda each: (each.filed_on, each.accession.text), reverse=True)
        recent = [_index_row(each) for each in newest_first]
        columns = {name: [row[name] for row in recent] for name in _index_row(self._filings[0])}
        company = {
            "cik": CIK.padded, "name": NAME, "entityType": "operating", "sic": "3826",
            "sicDescription": "Laboratory Analytical Instruments", "tickers": [TICKER.symbol], "exchanges": ["NYSE"],
            "fiscalYearEnd": "1231", "stateOfIncorporation": "MN", "category": "Accelerated filer", "formerNames": [],
            "filings": {"recent": columns, "files": []},
        }  # fmt: skip
        return _fetched("submissions.json", company)

    def submissions_page(self, name: str) -> Fetched:
        """There are no further pages."""
        raise NotFound(f"the sample has no page {name}")

    def company_facts(self, cik: Cik) -> Fetched:
        """The figures of its reports."""
        self._check(cik)
        facts: dict[str, dict[str, Any]] = {}
        for filing in self._filings:
            for value in filing.values:
                if not value.member:
                    concept = facts.setdefault(value.taxonomy, {}).setdefault(value.concept, {"label": None, "units": {}})
                    concept["units"].setdefault(value.unit, []).append(_fact(filing, value))
        return _fetched("companyfacts.json", {"cik": CIK.number, "entityName": NAME, "facts": facts})

    def document(self, cik: Cik, accession: Accession, name: str) -> Fetched:
        """The document of a filing."""
        self._check(cik)
        for filing in self._filings:
            if (filing.accession, filing.document) == (accession, name):
                url = f"sample:{accession}/{name}"
                return Fetched(url, filing.content, "text/html", datetime.now(UTC))
        raise NotFound(f"the sample has no document {name} of {accession}")

    def filing_index(self, cik: Cik, accession: Accession) -> Fetched:
        """Its filings have one document each, and no page that lists it."""
        raise NotFound(f"the sample has no index page of {accession} of CIK {cik}")

    def latest_filings(self, start: int) -> Fetched:
        """There is no feed."""
        raise NotFound(f"the sample has no feed from {start} on")

    def daily_index(self, day: date) -> Fetched:
        """There is no daily index."""
        raise NotFound(f"the sample has no index of {day}")

    def bulk(self, name: BulkName) -> Any:
        """There are no archives."""
        raise NotFound(f"the sample has no archive {name}")

    def _check(self, cik: Cik) -> None:
        if cik != CIK:
            raise NotFound(f"the sample has no CIK {cik}")


def _index_row(filing: SampleFiling) -> dict[str, Any]:
    is_report = bool(filing.values)
    return {
        "accessionNumber": filing.accession.text, "filingDate": filing.filed_on.isoformat(),
        "reportDate": filing.report_on.isoformat(), "acceptanceDateTime": f"{filing.filed_on.isoformat()}T21:05:00.000Z",
        "form": filing.form, "items": filing.items, "size": len(filing.content), "isXBRL": int(is_report),
        "isInlineXBRL": int(is_report), "primaryDocument": filing.document, "primaryDocDescription": filing.form,
    }  # fmt: skip


def _fact(filing: SampleFiling, value: Value) -> dict[str, Any]:
    fiscal = {"fy": filing.report_on.year, "fp": "FY" if filing.form == "10-K" else f"Q{filing.report_on.month // 3}"}
    row = {
        "end": value.period.end.isoformat(), "val": float(value.value) if value.unit == "USD/shares" else int(value.value),
        "accn": filing.accession.text, "form": filing.form, "filed": filing.filed_on.isoformat(), **fiscal,
    }  # fmt: skip
    return row | ({"start": value.period.start.isoformat()} if value.period.start else {})


def _fetched(name: str, content: Mapping[str, Any]) -> Fetched:
    return Fetched(f"sample:{name}", orjson.dumps(content), "application/json", datetime.now(UTC))


def compose_bars(day: date) -> list[DailyBar]:
    """Daily prices up to the day before, on weekdays, from two fiscal years back; the same for the same day."""
    first = date(last_year(day) - 1, 1, 2)
    close, bars = Decimal("17.50"), []
    for offset in range((day - first).days):
        traded_on = first + timedelta(days=offset)
        if traded_on.weekday() > 4 or (traded_on.month, traded_on.day) in ((1, 1), (7, 4), (12, 25)):
            continue
        chance = hashlib.sha256(traded_on.isoformat().encode()).digest()
        opened = close
        close = _cents(close * (1 + Decimal(chance[0] - 126) / Decimal(9000)))
        high, low = (_cents(each) for each in (max(opened, close) * Decimal("1.006"), min(opened, close) * Decimal("0.994")))
        volume = 180_000 + 900 * chance[1]
        bars.append(DailyBar(TICKER, traded_on, opened, high, low, close, volume, close, SOURCE))
    return bars


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


_HEADLINES = {
    "10-K": (
        "Harrow Lake Instruments (SAMPL) warns of a gap in lasers",
        "The maker of gas analyzers says one supplier will stop.",
    ),
    "8-K": ("Harrow Lake Instruments (SAMPL) raises its outlook", "Services grow faster than instruments again."),
}
# By the month in which the quarter of the report ends.
_QUARTERLY_HEADLINES = {
    3: ("Harrow Lake Instruments (SAMPL): stock of lasers lasts fourteen months", "The replacement is on schedule."),
    6: ("Harrow Lake Instruments (SAMPL): utilities order again", "The replacement lasers passed their first tests."),
    9: (
        "Harrow Lake Instruments (SAMPL) ships analyzers with new lasers",
        "They are in time for the orders of the utilities.",
    ),
}


def compose_news(filings: Sequence[SampleFiling]) -> Iterator[Article]:
    """Articles about the filings: invented, at an address that no web site can have."""
    for filing in {each.form: each for each in filings}.values():
        title, summary = _QUARTERLY_HEADLINES[filing.report_on.month] if filing.form == "10-Q" else _HEADLINES[filing.form]
        url = f"https://news.example/sample/{filing.accession}"
        moment = datetime(filing.filed_on.year, filing.filed_on.month, filing.filed_on.day, 22, tzinfo=UTC)
        yield Article(url, title, moment, "Sample News", None, f"{summary} This article is a sample.")


def compose_note() -> bytes:
    """A document of one's own about the company."""
    return templates().render("sample_note.html").strip().encode()
