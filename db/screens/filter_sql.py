"""The SQL of each filter of a screen; every value is bound, and none is part of the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

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
