"""A screen: filters as data, each with its sentence, joined by "and"; their SQL is in `db/screens/filter_sql.py`.

Examples of filters: `revenue >= 10B`, `net_margin@ttm between 10 and 20`, `sic in 3570-3579,7372`, `ticker in AAPL,MSFT`,
`filed 10-K since 2024-01-01`. `@annual` (the latest fiscal year) is the default, `@ttm` means the trailing twelve months,
`@quarter` the latest quarter; valuation measures, as in `pe < 20`, use the last close. Amounts take K, M, B and T and a
currency (USD by default); ratios of unit pct are percentages, so `> 20` is above 20 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from workbench.domain.as_of import parse_day
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Ticker
from workbench.domain.measures.catalogue import Measure, screened_measure
from workbench.domain.statements.statement import PeriodKind

MOST_FILTERS = 20
_EXAMPLE = "write a filter as `revenue >= 10B`, `net_margin@ttm > 20`, `sic in 3570-3579` or `filed 10-K since 2024-01-01`"


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison of a figure with values; in `words`, {0} and {1} are the values."""

    symbol: str
    words: str


OPERATORS: Mapping[str, Operator] = {
    operator.symbol: operator
    for operator in (
        Operator(">", "above {0}"),
        Operator(">=", "at least {0}"),
        Operator("<", "below {0}"),
        Operator("<=", "at most {0}"),
        Operator("=", "exactly {0}"),
        Operator("between", "from {0} to {1}"),
    )
}

# As written in a filter, and in words.
BASES: Mapping[PeriodKind, tuple[str, str]] = {
    PeriodKind.ANNUAL: ("annual", "in the latest fiscal year"),
    PeriodKind.TTM: ("ttm", "over the trailing twelve months"),
    PeriodKind.QUARTERLY: ("quarter", "in the latest quarter"),
}


# Stands for the basis of figures at the last close.
AT_CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure in the latest period of a kind: `revenue`, `net_margin@ttm`; `basis` None: at the last close, as `pe`."""

    measure: Measure
    basis: PeriodKind | None = PeriodKind.ANNUAL

    @classmethod
    def parse(cls, text: str) -> Metric:
        """Parses a metric; raises InvalidRequest for an unknown measure or basis."""
        name, _, basis = text.strip().partition("@")
        known = screened_measure(name)
        if not known.is_of_price:
            return cls(known, _basis(basis) if basis else PeriodKind.ANNUAL)
        if basis:
            raise InvalidRequest(f"{known.name} is of the last close, not of a period", hint=f"write {known.name} alone")
        return cls(known, None)

    @property
    def source(self) -> str:
        """The source of its figure: the kind of period, or `AT_CLOSE`."""
        return self.basis.value if self.basis else AT_CLOSE

    @property
    def when(self) -> str:
        """Its period in words, as in "in the latest fiscal year"."""
        return BASES[self.basis][1] if self.basis else "at the last close"

    @property
    def label(self) -> str:
        """The measure's label, with the kind of period if that is not the fiscal year."""
        short = {PeriodKind.TTM: " (TTM)", PeriodKind.QUARTERLY: " (quarter)"}
        return self.measure.label + (short.get(self.basis, "") if self.basis else "")

    def __str__(self) -> str:
        return self.measure.name + (f"@{BASES[self.basis][0]}" if self.basis not in (None, PeriodKind.ANNUAL) else "")


@dataclass(frozen=True, slots=True)
class FigureFilter:
    """A metric compared with one value, or two for `between`. `currency` is that of the values; None if there is none."""

    metric: Metric
    operator: Operator
    values: tuple[Decimal, ...]
    currency: str | None = None

    @property
    def sentence(self) -> str:
        """As in "Revenue in the latest fiscal year at least 10 billion USD"."""
        item = self.metric.measure
        words = self.operator.words.format(*(amount_in_words(value, item.unit, self.currency) for value in self.values))
        return f"{item.label} {self.metric.when} {words}"

    def __str__(self) -> str:
        symbol, written = self.operator.symbol, [f"{value:f}" for value in self.values]
        unit = f" {self.currency}" if self.currency not in (None, "USD") else ""
        return f"{self.metric} {symbol} {' and '.join(written)}{unit}"


@dataclass(frozen=True, slots=True)
class SicFilter:
    """The company's current SIC code lies in one of these ranges, both ends included."""

    ranges: tuple[tuple[int, int], ...]

    @property
    def sentence(self) -> str:
        """As in "SIC code 3570 to 3579 or 7372"."""
        return "SIC code " + " or ".join(str(low) if low == high else f"{low} to {high}" for low, high in self.ranges)

    def __str__(self) -> str:
        return "sic in " + ",".join(f"{low:04d}" if low == high else f"{low:04d}-{high:04d}" for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class TickerFilter:
    """The company has one of these tickers."""

    tickers: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """As in "Ticker AAPL or MSFT"."""
        return "Ticker " + " or ".join(self.tickers)

    def __str__(self) -> str:
        return "ticker in " + ",".join(self.tickers)


@dataclass(frozen=True, slots=True)
class FiledFilter:
    """The company filed this form (exactly: 10-K is not 10-K/A) on or after a day, and by the screen's `as_of`."""

    form: str
    since: date

    @property
    def sentence(self) -> str:
        """As in "Filed a 10-K since 2024-01-01"."""
        return f"Filed {self.form} since {self.since}"

    def __str__(self) -> str:
        return f"filed {self.form} since {self.since}"


# One condition. `str()` gives text that parses to the same filter, for use in a URL; `sentence` is the condition in English.
Filter = FigureFilter | SicFilter | TickerFilter | FiledFilter


def is_of_price(item: Filter) -> bool:
    """Whether a filter is on a valuation measure at the last close."""
    return isinstance(item, FigureFilter) and item.metric.basis is None


_NUMBER = re.compile(r"([+-]?[\d,]*\.?\d+(?:[eE][+-]?\d{1,2})?)\s*([kmbt%]?)\s*([a-z]{3})?", re.IGNORECASE)
_SCALES = {"": 0, "%": 0, "k": 3, "m": 6, "b": 9, "t": 12}
_FIGURE = re.compile(r"(\w+(?:@\w+)?)\s*(>=|<=|>|<|=|between\b)\s*(.+)", re.IGNORECASE)
_FILED = re.compile(r"filed\s+(\S(?:.*\S)?)\s+since\s+(\S+)", re.IGNORECASE)
_LIST = re.compile(r"(sic|ticker)\s*(?:in|=)\s*(.+)", re.IGNORECASE)


def parse_filter(text: str) -> Filter:
    """Parses one filter; raises InvalidRequest, which quotes the text it cannot parse."""
    text = " ".join(text.split())
    if match := _FILED.fullmatch(text):
        return FiledFilter(match[1].upper(), parse_day(match[2]))
    if match := _LIST.fullmatch(text):
        words = [word for word in re.split(r"[,\s]+", match[2]) if word]
        return SicFilter(tuple(map(_sic, words))) if match[1].lower() == "sic" else TickerFilter(tuple(map(_ticker, words)))
    if match := _FIGURE.fullmatch(text):
        return _figure_filter(Metric.parse(match[1]), OPERATORS[match[2].lower()], match[3])
    raise InvalidRequest(f"{text!r} is not a filter", hint=_EXAMPLE)


def parse_filters(texts: Iterable[str]) -> tuple[Filter, ...]:
    """Parses filters separated by semicolons, without duplicates. Raises as `parse_filter`, and for too many filters."""
    parts = [part for text in texts for part in text.split(";") if part.strip()]
    filters = tuple(dict.fromkeys(map(parse_filter, parts)))
    if len(filters) > MOST_FILTERS:
        raise InvalidRequest(f"a screen takes at most {MOST_FILTERS} filters, not {len(filters)}")
    return filters


def _figure_filter(metric: Metric, operator: Operator, text: str) -> FigureFilter:
    is_range = operator.symbol == "between"
    parts = re.split(r"\s+and\s+", text, flags=re.IGNORECASE) if is_range else [text]
    if len(parts) != (2 if is_range else 1):
        raise InvalidRequest(f"{text!r} is not a range: write `between 10 and 20`")
    numbers = [_number(part) for part in parts]
    currencies = {currency for _, currency in numbers if currency}
    if currencies and not metric.measure.has_currency:
        raise InvalidRequest(f"{metric.measure.name} is in {metric.measure.unit}, not in {currencies.pop()}")
    if len(currencies) > 1:
        raise InvalidRequest(f"{text!r} names two currencies")
    currency = (currencies.pop() if currencies else "USD") if metric.measure.has_currency else None
    return FigureFilter(metric, operator, tuple(value for value, _ in numbers), currency)


def _number(text: str) -> tuple[Decimal, str | None]:
    match = _NUMBER.fullmatch(text.strip())
    try:
        if match is not None:
            value = Decimal(match[1].replace(",", "")).scaleb(_SCALES[match[2].lower()])
            return value, match[3].upper() if match[3] else None
    except InvalidOperation:
        pass
    raise InvalidRequest(f"{text.strip()!r} is not a number such as 250M, 1.5B or -20")


def _sic(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", text)
    if match is None or (match[2] and int(match[2]) < int(match[1])):
        raise InvalidRequest(f"{text!r} is not a SIC code such as 3571 or a range such as 3570-3579")
    return int(match[1]), int(match[2] or match[1])


def _ticker(text: str) -> str:
    return Ticker.parse(text).symbol


def _basis(text: str) -> PeriodKind:
    for kind, (name, _) in BASES.items():
        if text.lower() in (name, kind.value):
            return kind
    raise InvalidRequest(f"{text!r} is not a basis: use annual, ttm or quarter")


_WORDS = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))


def amount_in_words(value: Decimal, unit: str, currency: str | None) -> str:
    """A filter's value in words: `1.5 billion USD`, `20 %`, `45 days`, `3 USD a share`; with every digit of the input."""
    ends = {"pct": " %", "days": " days", "shares": " shares", "per_share": f" {currency} a share", "money": f" {currency}"}
    scale, word = next(((size, f" {name}") for size, name in _WORDS if abs(value) >= size), (Decimal(1), ""))
    text = f"{value / scale:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}{word}{ends.get(unit, '')}"


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen: filters, further metrics to show, and the order. `sort` None means by the first metric, largest first.

    Equal figures are sorted by CIK; companies without the figure come last.
    """

    filters: tuple[Filter, ...] = ()
    shown: tuple[Metric, ...] = ()
    sort: Metric | None = None
    is_ascending: bool = False
    as_of: date | None = None
    limit: int = 50
    offset: int = 0

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The columns, each once: the metrics of the filters, the further metrics, and the sort metric."""
        own = [item.metric for item in self.filters if isinstance(item, FigureFilter)]
        return tuple(dict.fromkeys([*own, *self.shown, *([self.sort] if self.sort else [])])) or (
            Metric(screened_measure("revenue")),
        )

    @property
    def order(self) -> Metric:
        """The metric that the screen is sorted by."""
        return self.sort or self.metrics[0]

    @property
    def is_by_price(self) -> bool:
        """Whether a filter or the order (not only a shown column) uses a valuation measure at the last close."""
        return self.order.basis is None or any(is_of_price(item) for item in self.filters)

    @property
    def sentence(self) -> str:
        """The whole screen in English."""
        when = f" as known on {self.as_of}" if self.as_of else ""
        if not self.filters:
            return f"All companies{when}."
        sentences = [self.filters[0].sentence, *(item.sentence for item in self.filters[1:])]
        return f"Companies{when}: " + "; ".join(sentences) + "."


def parse_sort(text: str | None) -> tuple[Metric | None, bool]:
    """Parses `revenue` or `-revenue` (smallest first): the metric, and whether it ascends; None for empty text."""
    text = (text or "").strip()
    return (Metric.parse(text.removeprefix("-")), text.startswith("-")) if text else (None, False)


def parse_metrics(texts: Iterable[str]) -> tuple[Metric, ...]:
    """Parses metrics separated by commas, without duplicates. Raises as `Metric.parse`, and for too many metrics."""
    metrics = tuple(dict.fromkeys(Metric.parse(part) for text in texts for part in text.split(",") if part.strip()))
    if len(metrics) > MOST_FILTERS:
        raise InvalidRequest(f"a screen shows at most {MOST_FILTERS} more metrics, not {len(metrics)}")
    return metrics
