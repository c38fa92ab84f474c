"""The SQL of each filter of a screen; every value is bound, and none is part of the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from db.screens.company_values import HAS_CLOSE
from db.statements.rules_digest import EVALUATED
from workbench.domain.measures.screens import FigureFilter, FiledFilter, Filter, Metric, SicFilter, TickerFilter

# {figure} is the figure and {0}, {1} the bound values, by the operator's symbol.
COMPARISONS: Mapping[str, str] = {
    ">": "{figure} > {0}",
    ">=": "{figure} >= {0}",
    "<": "{figure} < {0}",
    "<=": "{figure} <= {0}",
    "=": "{figure} = {0}",
    "between": "{figure} between {0} and {1}",
}


class Bindings:
    """Values of a query's parameters, named as they come."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        """The placeholder that stands for the value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def figure_sql(metric: Metric, values: Bindings) -> str:
    """A metric's figure as a number, from the row of latest figures named as its source; null where it is not known."""
    return f"({metric.source}.figures -> cast({values.bind(metric.measure.name)} as text))::numeric"


def conditions_sql(filters: Sequence[Filter], values: Bindings) -> str:
    """All conditions, over `companies c` and a row of latest figures for each source of a metric; `:day` is the screen's."""
    return " and ".join(f"({_condition(item, values)})" for item in filters) or "true"


def reason_sql(filters: Sequence[Filter], values: Bindings) -> str:
    """The reason code of the first condition that is neither true nor false, over the same rows."""
    figures = [item for item in filters if isinstance(item, FigureFilter)]
    cases = " ".join(f"when ({_comparison(item, values)}) is null then {_reason(item, values)}" for item in figures)
    return f"case {cases} end" if cases else "null"


def _reason(item: FigureFilter, values: Bindings) -> str:
    source = item.metric.source
    if item.metric.basis is None:
        is_listed = "exists (select 1 from company_tickers t where t.cik = c.cik)"
        unknown = (
            f"case when not {is_listed} then 'not_listed' when {HAS_CLOSE} then 'not_computed' else 'no_recent_price' end"
        )
        reasons = [f"{source}.reasons ->> cast({values.bind(item.metric.measure.name)} as text)", unknown]
        return f"coalesce({', '.join(reasons)})"
    is_other = f"{source}.currency <> {values.bind(item.currency)}" if item.currency is not None else "false"
    unknown = f"case when c.cik in {EVALUATED} then 'no_such_period' else 'not_computed' end"
    return f"case when {source}.cik is null then {unknown} when {is_other} then 'currency_mismatch' else 'no_figure' end"


def _condition(item: Filter, values: Bindings) -> str:
    match item:
        case FigureFilter():
            return _comparison(item, values)
        case SicFilter():
            # A company without a code is in no industry.
            code = "coalesce(cast(substring(c.sic from '^[0-9]{1,4}$') as integer), -1)"
            return " or ".join(f"{code} between {values.bind(low)} and {values.bind(high)}" for low, high in item.ranges)
        case TickerFilter():
            own = "select 1 from company_tickers t where t.cik = c.cik"
            return f"exists ({own} and t.ticker = any(cast({values.bind(list(item.tickers))} as text[])))"
        case FiledFilter():
            own = "select 1 from sec_filings f where f.cik = c.cik and f.filed_on <= :day"
            return f"exists ({own} and f.form = {values.bind(item.form)} and f.filed_on >= {values.bind(item.since)})"
        case _:
            assert_never(item)


def _comparison(item: FigureFilter, values: Bindings) -> str:
    """A figure in another currency counts as not known."""
    figure = figure_sql(item.metric, values)
    if item.currency is not None:
        figure = f"case when {item.metric.source}.currency = {values.bind(item.currency)} then {figure} end"
    bound = (f"cast({values.bind(value)} as numeric)" for value in item.values)
    return COMPARISONS[item.operator.symbol].format(*bound, figure=figure)
