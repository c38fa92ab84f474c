"""Short passages generated from a company's figures, one per fiscal period, so that search also finds figures.

Each starts with the statement that it was composed. It contains reported and derived figures of the standardised statements,
growth over the same period of the previous year, and margins if both operands exist; missing figures are left out. Figures
filed or refiled after the stated revenue, net income and total assets are left out too: otherwise one late reclassification
would hide the whole passage from searches as of an earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import TYPE_CHECKING

from workbench.domain.identity import Company
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementPeriod

if TYPE_CHECKING:
    from workbench.analysis.templates import Templates

# The currency sign of each unit; figures with another unit are left out.
_CURRENCIES = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CAD": "C$",
    "CHF": "CHF ",
    "CNY": "CN¥",
    "INR": "₹",
    "TWD": "NT$",
}
_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
# A fiscal year ends 364 to 371 days after the previous one; more than a week from 365 is a changed year end.
_YEAR_TOLERANCE_DAYS = 7
_QUARTERS = {1: "first", 2: "second", 3: "third", 4: "fourth"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ComposedPassage:
    """One text. `filed_on` is the newest filing date of its facts, so `as_of` includes it from that day."""

    name: str
    title: str
    text: str
    filed_on: date

    def as_html(self) -> str:
        """The text as an HTML document with one paragraph, for the archive and the filing reader."""
        return templates().render("composed_passage.html", title=self.title, text=self.text)


@cache
def templates() -> Templates:
    """The templates of the starter data; imported with the first passage, which only a first start composes."""
    from workbench.analysis.templates import Templates

    return Templates("workbench.ingest.starter")


def compose(company: Company, period: PeriodKind, statements: Sequence[Statement]) -> list[ComposedPassage]:
    """One passage per fiscal period of kind `period`, oldest first, from the company's statements of that kind.

    A period without revenue, net income and total assets has no passage.
    """
    columns = _columns(statements)
    passages = []
    for column, figures in columns.values():
        filed_on = _core_filed_on(figures)
        if filed_on is not None:
            known = _known_on(filed_on, figures)
            text = _Text(company, column, known, _known_on(filed_on, _year_before(columns, column)))
            passages.append(text.passage(period))
    return passages


def in_words(value: Decimal, unit: str | None) -> str | None:
    """An amount in words: `$391.0 billion`, `-$2.5 million`, `$6.08`; None for an unknown unit.

    Rounded half to even to one decimal of the scale, below a million to whole units; amounts per share to cents.
    """
    unit = unit or ""
    sign, of_shares = _CURRENCIES.get(unit.removesuffix("/shares")), unit.endswith("/shares")
    if sign is None:
        return None
    minus, size = ("-" if value < 0 else ""), abs(value)
    if of_shares:
        cents = _rounded(size, "0.01")
        return f"{minus if cents else ''}{sign}{cents:,}"
    for scale, word in _SCALES:
        if size >= scale:
            return f"{minus}{sign}{_rounded(size / scale, '0.1'):,} {word}"
    return f"{minus}{sign}{_rounded(size, '1'):,}"


def _rounded(value: Decimal, places: str) -> Decimal:
    return value.quantize(Decimal(places), rounding=ROUND_HALF_EVEN)


def _core_filed_on(figures: Mapping[str, Figure]) -> date | None:
    """The day on which the stated revenue, net income and total assets were all filed; None without any of them."""
    core = [figures[line] for line in ("revenue", "net_income", "total_assets") if line in figures]
    return max((_filed_on(figure) for figure in core), default=None)


def _known_on(day: date, figures: Mapping[str, Figure]) -> dict[str, Figure]:
    return {line: figure for line, figure in figures.items() if _filed_on(figure) <= day}


def _filed_on(figure: Figure) -> date:
    return max(fact.filed_on for fact in figure.facts)


_Key = tuple[int, int | str | None, bool]
_Column = tuple[StatementPeriod, dict[str, Figure]]


def _columns(statements: Sequence[Statement]) -> dict[_Key, _Column]:
    """The figures of all statements by line, per fiscal year and quarter, in order of period ends."""
    columns: dict[_Key, _Column] = {}
    for statement in statements:
        for place, column in enumerate(statement.periods):
            _, figures = columns.setdefault(_key(column), (column, {}))
            for line in statement.lines:
                figure = line.figures[place]
                if figure.value is not None and figure.facts:
                    figures.setdefault(line.line, figure)
    return dict(sorted(columns.items(), key=lambda item: item[1][0].end))


def _key(column: StatementPeriod) -> _Key:
    return column.fiscal_year, column.part or column.fiscal_quarter, column.is_transition


def _year_before(columns: Mapping[_Key, _Column], column: StatementPeriod) -> Mapping[str, Figure]:
    """The figures of the same period one year earlier (52 or 53 weeks, or the same month end); empty if there is none."""
    result = columns.get((column.fiscal_year - 1, column.part or column.fiscal_quarter, column.is_transition))
    if result is None or abs((column.end - result[0].end).days - 365) > _YEAR_TOLERANCE_DAYS:
        return {}
    return result[1]


class _Text:
    """Writes the sentences about one period and records the figures they use."""

    def __init__(
        self, company: Company, column: StatementPeriod, figures: Mapping[str, Figure], before: Mapping[str, Figure]
    ) -> None:
        self._company = company
        self._column = column
        self._figures = figures
        self._before = before
        self._used: list[Figure] = []

    def passage(self, period: PeriodKind) -> ComposedPassage:
        sentences = [
            self._flow("Revenue", "revenue", margin=None),
            self._flow("Gross profit", "gross_profit", margin="a gross margin of"),
            self._flow("Operating income", "operating_income", margin="an operating margin of"),
            self._flow("Net income", "net_income", margin="a net margin of"),
            self._per_share(),
            self._list("It spent", ("research_and_development", "on research and development"),
                       ("selling_general_administrative", "on selling, general and administrative work")),
            self._cash(),
            self._list("It returned", ("dividends_paid", "to shareholders as dividends"),
                       ("share_repurchases", "by buying back shares (buybacks)")),
            self._balance(),
        ]  # fmt: skip
        when = self._when(period)
        return ComposedPassage(
            name=f"figures-{self._column.end}-{period.value}",
            title=f"Figures of {self._company.name}, {when} (composed by the workbench from XBRL facts)",
            text=" ".join([self._opening(when), *(sentence for sentence in sentences if sentence)]),
            filed_on=max(map(_filed_on, self._used)),
        )

    def _when(self, period: PeriodKind) -> str:
        whole = f"{'transition period of ' if self._column.is_transition else ''}fiscal year {self._column.fiscal_year}"
        if period is PeriodKind.ANNUAL or self._column.is_year:
            return whole
        quarter = self._column.fiscal_quarter
        part = f"{_QUARTERS[quarter]} quarter" if quarter else self._column.part
        return f"{part} of {'the ' if self._column.is_transition else ''}{whole}"

    def _opening(self, when: str) -> str:
        ticker = f" ({self._company.ticker})" if self._company.ticker else ""
        end, length = self._column.end, "annual, full year" if self._column.is_year else "quarterly"
        return (
            f"Composed by the workbench from XBRL facts, not written by the company: {self._company.name}{ticker}, {when} "
            f"({length}, {self._column.label}), ended {_MONTHS[end.month - 1]} {end.day}, {end.year}."
        )

    def _amount(self, line: str) -> str | None:
        """The figure in words; records it as used."""
        figure = self._figures.get(line)
        if figure is None or figure.value is None:
            return None
        words = in_words(figure.value, figure.unit)
        if words:
            self._used.append(figure)
        return words

    def _flow(self, label: str, line: str, *, margin: str | None) -> str | None:
        amount = self._amount(line)
        if amount is None:
            return None
        is_loss = self._value(line) < 0
        if is_loss:
            label, amount = label.replace("income", "loss").replace("profit", "loss"), amount.removeprefix("-")
        text = f"{label} was {amount}{self._growth(line)}"
        if margin and (share := self._share(line, "revenue")) is not None:
            text += f", {margin} {share}%"
        return text + "."

    def _growth(self, line: str) -> str:
        """Growth over the previous year, or nothing; no percentage for a change of sign or a base that is not positive."""
        now, before = self._figures[line], self._before.get(line)
        if before is None or before.value is None or now.value is None or before.unit != now.unit:
            return ""
        words = in_words(before.value, before.unit)
        if words is None:
            return ""
        self._used.append(before)
        if before.value <= 0 or now.value < 0:
            sign = "a loss of " if before.value < 0 else "a profit of " if now.value < 0 < before.value else ""
            return f", after {sign}{words.removeprefix('-')} a year before"
        change = _rounded((now.value / before.value - 1) * 100, "0.1")
        if change == 0:
            return f", about as much as the {words} of a year before"
        return f", {abs(change):,}% {'more' if change > 0 else 'less'} than the {words} of a year before"

    def _share(self, line: str, of: str) -> Decimal | None:
        """`line` in percent of `of`, if both are known in one unit and `of` is positive."""
        part, whole = self._figures.get(line), self._figures.get(of)
        if part is None or whole is None or part.value is None or whole.value is None or part.unit != whole.unit:
            return None
        if whole.value <= 0:
            return None
        self._used.append(whole)
        return _rounded(part.value / whole.value * 100, "0.1")

    def _per_share(self) -> str | None:
        basic, diluted = self._amount("eps_basic"), self._amount("eps_diluted")
        if diluted is None and basic is None:
            return None
        both = f"{diluted} diluted and {basic} basic" if diluted and basic else diluted or basic
        dividend = self._amount("dividends_per_share") if self._figures.get("dividends_per_share") else None
        declared = f"; dividends of {dividend} a share were declared" if dividend else ""
        return f"Earnings per share (EPS) were {both}{declared}."

    def _cash(self) -> str | None:
        operating = self._amount("operating_cash_flow")
        if operating is None:
            return None
        verb = "used" if operating.startswith("-") else "brought in"
        text = f"Operating activities {verb} {operating.removeprefix('-')} of cash"
        if spent := self._amount("capital_expenditure"):
            text += f", capital expenditure was {spent}"
        if free := self._amount("free_cash_flow"):
            text += f" and free cash flow {free}"
        return text + "."

    def _balance(self) -> str | None:
        known = [
            f"{label} of {amount}"
            for line, label in (
                ("total_assets", "total assets"),
                ("total_liabilities", "total liabilities"),
                ("stockholders_equity", "shareholders' equity"),
                ("cash_and_equivalents", "cash and cash equivalents"),
                ("inventory", "inventory"),
                ("long_term_debt", "long-term debt"),
            )
            if (amount := self._amount(line))
        ]
        return f"At the end of the period it had {_joined(known)}." if known else None

    def _list(self, opening: str, *lines: tuple[str, str]) -> str | None:
        known = [f"{amount} {words}" for line, words in lines if self._value(line) > 0 and (amount := self._amount(line))]
        return f"{opening} {_joined(known)}." if known else None

    def _value(self, line: str) -> Decimal:
        figure = self._figures.get(line)
        return figure.value if figure and figure.value is not None else Decimal(0)


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
