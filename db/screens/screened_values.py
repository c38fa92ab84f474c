"""Valuation measures of screens: stored ahead as of now, computed where they are not, within what a request can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from db.screens.company_metrics import known
from db.screens.company_values import HAS_CLOSE, HOLDS, figures_document, first_fresh, reasons_document
from db.screens.filter_sql import Bindings, conditions_sql
from db.screens.valuation import valuation
from workbench.domain.as_of import today
from workbench.domain.errors import InvalidRequest, NotComputable
from workbench.domain.identity import Cik
from workbench.domain.measures.screens import AT_CLOSE, FigureFilter, Screen, is_of_price
from workbench.domain.measures.valuation import Valuation

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


def bound_values(as_of: date | None, live: Mapping[Cik, Valuation]) -> dict[str, Any]:
    """What `values_sql` and the reasons of its measures bind."""
    rows = ", ".join(_document(result) for result in live.values() if result.price is not None)
    day = as_of or today()
    return {"values": f"[{rows}]", "today": day, "first": first_fresh(day), "last": day}


def _document(result: Valuation) -> str:
    """A valuation as a row of JSON over the day of its close; figures that are refused have their reasons."""
    traded_on = result.price.traded_on.isoformat() if result.price else ""
    return (
        f'{{"cik": {result.company.cik}, "currency": "{result.figure("market_cap").unit}", "period_label": "{traded_on}", '
        f'"period_end": "{traded_on}", "figures": {figures_document(result)}, "reasons": {reasons_document(result)}}}'
    )


def values_to_decide(connection: sa.Connection, screen: Screen) -> dict[Cik, Valuation]:
    """The valuations that a screen by value needs and that are not stored, at most `MOST_VALUED`.

    They are of companies with a close that is new enough which no filter over filed figures leaves out. Of more than that,
    none is computed: the screen counts them. As of an earlier day nothing is stored, so that such a screen raises
    InvalidRequest.
    """
    values = Bindings()
    others = [item for item in screen.filters if not is_of_price(item)]
    sources = dict.fromkeys(item.metric.source for item in others if isinstance(item, FigureFilter))
    tables = " ".join(latest_sql(name, screen.as_of) for name in sources)
    is_needed = f"({conditions_sql(others, values)}) is not false and {HAS_CLOSE}"
    if screen.as_of is None:
        is_needed += f" and not {_IS_STORED}"
    query = f"select c.cik from companies c {tables} where {is_needed} order by c.cik limit :most"  # noqa: S608
    bound = {**values.values, **bound_values(screen.as_of, {}), "day": screen.as_of or date.max, "most": MOST_VALUED + 1}
    ciks = [Cik(number) for number in connection.scalars(sa.text(query), bound)]
    if len(ciks) <= MOST_VALUED:
        return _values_of(connection, ciks, screen.as_of)
    if screen.as_of is None:
        return {}
    raise InvalidRequest(
        f"the screen would value more than {MOST_VALUED} companies as of {screen.as_of}",
        hint="narrow it with filters on statement lines or ratios, which are applied first",
    )


def values_to_show(connection: sa.Connection, screen: Screen, page: Sequence[Cik]) -> dict[Cik, Valuation]:
    """The valuations of the companies of one page that are not stored."""
    if screen.as_of is None:
        query = f"select c.cik from companies c where c.cik = any(:page) and not {_IS_STORED}"  # noqa: S608
        bound = {"page": [cik.number for cik in page], "today": today()}
        missing = set(connection.scalars(sa.text(query), bound))
        page = [cik for cik in page if cik.number in missing]
    return _values_of(connection, page, screen.as_of)


def _values_of(connection: sa.Connection, ciks: Sequence[Cik], as_of: date | None) -> dict[Cik, Valuation]:
    """Valuations by company; one that cannot be computed is left out, and so counts as undecided."""
    by_cik: dict[Cik, Valuation] = {}
    for company in get_companies(connection, ciks):
        with suppress(NotComputable), connection.begin_nested():
            by_cik[company.cik] = valuation(connection, company, as_of)
    return by_cik
