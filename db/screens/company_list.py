"""The list of all companies with their latest figures and filings, as known on a date: in five queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from db.filings.filing_index import latest_filing_of_each
from db.screens.company_metrics import known, unevaluated, without_earlier_days
from db.statements.rules_digest import EVALUATED
from workbench.domain.filings.filing import REPORT_FORMS
from workbench.domain.identity import Cik
from workbench.domain.measures.company_list import (
    LISTED_MEASURES,
    CompanyLine,
    CompanyList,
    CompanyQuestion,
    ListOrder,
    YearOfRevenue,
)

YEARS_SHOWN = 5

_FIGURES = frozenset(ListOrder(name) for name in LISTED_MEASURES)

_NAMED = (
    "(c.name ilike :part escape '!' or c.sic_description ilike :part escape '!' or cast(c.former_names as text) ilike :part "
    "escape '!' or exists (select 1 from company_tickers t where t.cik = c.cik and t.ticker like :begin escape '!'))"
)
_FILED = "(select max(f.filed_on) from sec_filings f where f.cik = c.cik and f.filed_on <= :day and f.form = any(:forms))"
# What was known of each fiscal year while it was the latest: the last row of its stretch of days.
_YEARS = sa.text(
    f"""
    select cik, period_end, period_label, currency, revenue from (
        select distinct on (cik, period_end) cik, period_end, period_label, currency,
               (figures ->> 'revenue')::numeric as revenue
        from company_metrics
        where basis = 'annual' and cik = any(:ciks) and known_from <= :day and cik in {EVALUATED}
        order by cik, period_end, known_from desc
    ) years
    where revenue is not null
    order by cik, period_end
    """  # noqa: S608
)


def list_companies(connection: sa.Connection, question: CompanyQuestion) -> CompanyList:
    """One page of the companies that match, from annual figures and filings known at the end of `as_of` (None: now)."""
    bound = _bound(question)
    page = connection.execute(sa.text(_page(question)), bound).all()
    counts = connection.execute(sa.text(_counts(question)), bound).one()
    ciks = [Cik(row.cik) for row in page]
    companies = {company.cik: company for company in get_companies(connection, ciks)}
    filings = latest_filing_of_each(connection, ciks, forms=REPORT_FORMS, as_of=question.as_of)
    years = years_of_revenue(connection, ciks, question.as_of)
    pending = without_earlier_days(connection, ciks)
    lines = tuple(
        CompanyLine(
            company=companies[cik],
            period_label=row.period_label,
            period_end=row.period_end,
            currency=row.currency,
            figures={name: _number(getattr(row, name)) for name in LISTED_MEASURES if getattr(row, name) is not None},
            years=tuple(years[cik][-YEARS_SHOWN:]),
            filing=filings.get(cik),
            is_trend_pending=cik in pending,
        )
        for cik, row in zip(ciks, page, strict=True)
    )
    return CompanyList(question, lines, counts.matched, counts.companies, unevaluated(connection))


def _bound(question: CompanyQuestion) -> dict[str, Any]:
    text = question.text.replace("\0", "").strip()
    literal = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return {
        "part": f"%{literal}%",
        "begin": f"{literal.upper().replace('.', '-').replace('/', '-')}%",
        "sic": question.sic,
        "day": question.as_of or date.max,
        "forms": list(REPORT_FORMS),
        "limit": question.limit,
        "offset": question.offset,
    }


def _conditions(question: CompanyQuestion) -> str:
    chosen = [_NAMED] if question.text.strip() else []
    if question.sic:
        chosen.append("c.sic = :sic")
    return " and ".join(chosen) or "true"


def _page(question: CompanyQuestion) -> str:
    """Every company's figure is read to sort by it; the others are read for the page alone."""
    figures = ", ".join(f"(m.figures ->> '{name}')::numeric as {name}" for name in LISTED_MEASURES)
    latest = f"left join company_metrics m on m.basis = 'annual' and {known('m', question.as_of)} and m.cik ="
    source = f"companies c {latest} c.cik" if question.order in _FIGURES else "companies c"
    return (
        f"with page as materialized (select c.cik, row_number() over (order by {_order(question)}) as place "  # noqa: S608
        f"from {source} where {_conditions(question)} order by place limit :limit offset :offset) "
        f"select page.cik, m.period_label, m.period_end, m.currency, {figures} "
        f"from page {latest} page.cik order by page.place"
    )


def _counts(question: CompanyQuestion) -> str:
    return f"select count(*) as companies, count(*) filter (where {_conditions(question)}) as matched from companies c"  # noqa: S608


def _order(question: CompanyQuestion) -> str:
    way = "asc" if question.is_ascending else "desc"
    if question.order is ListOrder.NAME:
        return f"upper(c.name) {way}, c.cik"
    if question.order is ListOrder.FILED:
        return f"{_FILED} {way} nulls last, upper(c.name), c.cik"
    figure = f"(m.figures ->> '{question.order.value}')::numeric"
    is_money = question.order in (ListOrder.REVENUE, ListOrder.NET_INCOME)
    currency = f"{figure} is null, m.currency <> 'USD' nulls last, m.currency, " if is_money else ""
    return f"{currency}{figure} {way} nulls last, upper(c.name), c.cik"


def years_of_revenue(connection: sa.Connection, ciks: Sequence[Cik], as_of: date | None) -> dict[Cik, list[YearOfRevenue]]:
    """The revenue of each company's fiscal years, oldest first, each as known while it was the latest."""
    by_cik: defaultdict[Cik, list[YearOfRevenue]] = defaultdict(list)
    bound = {"ciks": [cik.number for cik in ciks], "day": as_of or date.max}
    for row in connection.execute(_YEARS, bound):
        by_cik[Cik(row.cik)].append(YearOfRevenue(row.period_end, row.period_label, row.currency, row.revenue))
    return by_cik


def _number(value: Any) -> Decimal:
    return Decimal(value)
