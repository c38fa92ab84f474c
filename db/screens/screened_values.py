"""Valuation measures of screens: stored ahead for any day, computed where they are not, within what a request can."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from db.screens.company_metrics import known
from db.screens.company_values import HAS_CLOSE, HOLDS, figures_document, figures_of, first_fresh
from db.screens.filter_sql import Bindings, conditions_sql
from db.screens.valuation import valuation
from db.screens.value_terms import HAS_TERMS, values_as_of
from workbench.domain.as_of import today
from workbench.domain.errors import NotComputable
from workbench.domain.identity import Cik
from workbench.domain.measures.screens import AT_CLOSE, FigureFilter, Screen, is_of_price

# A valuation that is not stored takes some 40 ms.
MOST_VALUED = 250

_COLUMNS = "cik, currency, period_label, period_end, figures, reasons"

# Binds `:values`, a row of figures for each company that was valued on request.
_LIVE = f"""
    select {_COLUMNS} from jsonb_to_recordset(cast(:values as jsonb))
    as live (cik bigint, currency text, period_label text, period_end date, figures jsonb, reasons jsonb)
"""  # noqa: S608
# Prices, and so market capitalisation and enterprise value, are in US dollars.
_STORED = f"""
    select c.cik, 'USD', v.traded_on::text, v.traded_on, v.figures, v.reasons
    from companies c join company_values v on {HOLDS} where v.traded_on is not null
"""  # noqa: S608
_IS_STORED = f"exists (select 1 from company_values v where {HOLDS})"  # noqa: S608


def values_sql(as_of: date | None) -> str:
    """SQL: a join with the valuation measures of each company, under the alias `AT_CLOSE`; see `bound_values`."""
    rows = _LIVE if as_of is not None else f"{_LIVE} union all {_STORED}"
    return f"left join ({rows}) as {AT_CLOSE} on {AT_CLOSE}.cik = c.cik"


def latest_sql(name: str, as_of: date | None) -> str:
    """SQL: a join with the latest figures of a kind of period, under its name."""
    return f"left join company_metrics {name} on {name}.cik = c.cik and {name}.basis = '{name}' and {known(name, as_of)}"


def bound_values(as_of: date | None, values: Sequence[str]) -> dict[str, Any]:
    """What `values_sql` and the reasons of its measures bind; `values` are what the functions below return."""
    day = as_of or today()
    return {"values": f"[{', '.join(values)}]", "today": day, "first": first_fresh(day), "last": day}


def values_to_decide(connection: sa.Connection, screen: Screen) -> list[str]:
    """The values that a screen by value needs beside those stored as of now, a JSON object a company.

    They are of companies with a close that is new enough which no filter over filed figures leaves out. As of an earlier day
    they follow from stored terms. Up to `MOST_VALUED` companies of which nothing is stored are valued; of more than that, none
    is: the screen counts them.
    """
    values = Bindings()
    others = [item for item in screen.filters if not is_of_price(item)]
    sources = dict.fromkeys(item.metric.source for item in others if isinstance(item, FigureFilter))
    tables = " ".join(latest_sql(name, screen.as_of) for name in sources)
    is_stored = _IS_STORED if screen.as_of is None else HAS_TERMS
    is_needed = f"({conditions_sql(others, values)}) is not false and {HAS_CLOSE} and not {is_stored}"
    query = f"select c.cik from companies c {tables} where {is_needed} order by c.cik limit :most"  # noqa: S608
    bound = {**values.values, **bound_values(screen.as_of, ()), "day": screen.as_of or date.max, "most": MOST_VALUED + 1}
    ciks = [Cik(number) for number in connection.scalars(sa.text(query), bound)]
    live = _values_of(connection, ciks, screen.as_of) if len(ciks) <= MOST_VALUED else []
    return [*live, *_stored_as_of(connection, screen, None)]


def values_to_show(connection: sa.Connection, screen: Screen, page: Sequence[Cik]) -> list[str]:
    """The values of the companies of one page beside those stored as of now, a JSON object a company."""
    is_stored = _IS_STORED if screen.as_of is None else HAS_TERMS
    query = f"select c.cik from companies c where c.cik = any(:page) and not {is_stored}"  # noqa: S608
    bound = {"page": [cik.number for cik in page], "today": today(), "day": screen.as_of}
    missing = [Cik(number) for number in connection.scalars(sa.text(query), bound)]
    return [*_values_of(connection, missing, screen.as_of), *_stored_as_of(connection, screen, page)]


def _stored_as_of(connection: sa.Connection, screen: Screen, ciks: Sequence[Cik] | None) -> list[str]:
    """The measures of the screen by stored terms, as of an earlier day; none as of now."""
    if screen.as_of is None:
        return []
    names = dict.fromkeys(metric.measure.name for metric in (*screen.metrics, screen.order) if metric.basis is None)
    values = values_as_of(connection, screen.as_of, tuple(names), ciks)
    return [_document(each.cik, each.traded_on, each.figures, each.reasons) for each in values]


def _values_of(connection: sa.Connection, ciks: Sequence[Cik], as_of: date | None) -> list[str]:
    """Valuations; one that cannot be computed or has no close is left out, and so counts as undecided."""
    documents = []
    for company in get_companies(connection, ciks):
        with suppress(NotComputable), connection.begin_nested():
            result = valuation(connection, company, as_of)
            if result.price is not None:
                figures, reasons = figures_of(result)
                documents.append(_document(company.cik, result.price.traded_on, figures, reasons))
    return documents


def _document(cik: Cik, traded_on: date, figures: Mapping[str, Decimal], reasons: Mapping[str, str]) -> str:
    """Values as a row of JSON over the day of their close; prices, and so amounts of money, are in US dollars."""
    return (
        f'{{"cik": {cik.number}, "currency": "USD", "period_label": "{traded_on}", "period_end": "{traded_on}", '
        f'"figures": {figures_document(figures)}, "reasons": {json.dumps(reasons)}}}'
    )
