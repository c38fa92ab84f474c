"""Claims made from figures of recorded companies, and the same changed so that they are wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from db.companies import get_company
from db.engine import Connection
from db.facts.elements import origins
from db.statements.as_known import statement
from db.statements.ratios import ratios
from tests.search import claim_phrases as phrases
from workbench.domain.identity import Cik
from workbench.domain.measures.catalogue import measures
from workbench.domain.statements.statement import Figure, PeriodKind, StatementKind, StatementPeriod

_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth"}


class Known(NamedTuple):
    """One figure of a company with its period, and the figure of the year before, if there is one."""

    cik: int
    measure: str
    kind: PeriodKind
    period: StatementPeriod
    figure: Figure
    before: Figure | None

    @property
    def unit(self) -> str:
        return measures()[self.measure].unit

    @property
    def is_balance(self) -> bool:
        return measures()[self.measure].kind is StatementKind.BALANCE


@dataclass(frozen=True)
class Wording:
    """The choices that make a sentence of a figure."""

    template: str
    name: str
    period: str
    value: str
    company: int = 0

    def sentence(self, *, value: str, period: str, cik: int) -> str:
        """The sentence about a figure, or about what is said in its place."""
        names, ticker = phrases.COMPANIES[cik]
        text = self.template.format(company=names[self.company], ticker=ticker, measure=self.name, value=value, period=period)
        return text[0].upper() + text[1:]


def known_figures(connection: Connection) -> list[Known]:
    """Every figure of the measures with a name, where an element shows each of its facts."""
    return [each for cik in phrases.COMPANIES for each in _of_company(connection, Cik(cik))]


def _of_company(connection: Connection, cik: Cik) -> list[Known]:
    company = get_company(connection, cik)
    results: dict[tuple[str, PeriodKind, date], Known] = {}
    for kind in PeriodKind:
        statements = [statement(connection, company, each, kind, None) for each in StatementKind]
        for table in (*statements, ratios(connection, company, kind, None)):
            for line in table.lines:
                for period, figure in zip(table.periods, line.figures, strict=True):
                    if line.line in phrases.MEASURES and figure.value and figure.facts and period.end.year >= 2022:
                        before = _a_year_before(table.periods, line.figures, period)
                        known = Known(cik.number, line.line, kind, period, figure, before)
                        results.setdefault((line.line, kind, period.end), known)
    facts = list({fact for each in results.values() for fact in each.figure.facts})
    shown = {origin.fact for origin in origins(connection, cik, facts) if origin.shown}
    return [each for each in results.values() if shown.issuperset(each.figure.facts)]


def _a_year_before(periods: tuple[StatementPeriod, ...], figures: tuple[Figure, ...], of: StatementPeriod) -> Figure | None:
    return next(
        (figure for period, figure in zip(periods, figures, strict=True) if 350 <= (of.end - period.end).days <= 380), None
    )


def period_forms(known: Known) -> tuple[str, ...]:
    if known.kind is PeriodKind.TTM:
        return phrases.TRAILING_BEFORE + phrases.TRAILING_AFTER
    if known.kind is PeriodKind.QUARTERLY:
        return phrases.QUARTER_BEFORE + phrases.QUARTER_AFTER
    return phrases.INSTANT_BEFORE + phrases.INSTANT_AFTER if known.is_balance else phrases.ANNUAL_BEFORE + phrases.ANNUAL_AFTER


def period_text(form: str, period: StatementPeriod) -> str:
    end = period.end
    return form.format(
        year=period.fiscal_year, short=f"{period.fiscal_year % 100:02d}", quarter=period.fiscal_quarter,
        ordinal=_ORDINALS.get(period.fiscal_quarter or 0, ""), end=f"{end:%B} {end.day}, {end.year}",
        end_in_other_order=f"{end.day} {end:%B} {end.year}",
    )  # fmt: skip


def value_forms(known: Known) -> tuple[str, ...]:
    size = abs(known.figure.value or Decimal(0))
    if known.unit == "money":
        forms = phrases.MONEY_BEFORE + phrases.MONEY_AFTER
        return forms if size >= 10**9 else tuple(form for form in forms if "billions" not in form)
    return {
        "pct": phrases.PERCENT_BEFORE + phrases.PERCENT_AFTER,
        "per_share": ("${number:.2f}", "${number:.2f} per share", "${number:.2f} a share"),
        "shares": ("{millions:,.0f} million shares", "{billions:.2f} billion"),
        "ratio": ("{number:.2f}", "{number:.2f}x", "{number:.2f} times"),
        "days": ("{number:.1f} days", "{number:.0f} days"),
    }[known.unit]  # fmt: skip


def value_text(form: str, value: Decimal) -> str:
    return form.format(
        billions=value / 10**9, millions=value / 10**6, full=value, percent=value, number=value,
    )  # fmt: skip


def wording(chance: random.Random, known: Known, *, is_question: bool = False) -> Wording:
    asked, claimed = phrases.QUESTIONS_BEFORE + phrases.QUESTIONS_AFTER, phrases.BEFORE + phrases.AFTER
    return Wording(
        chance.choice(asked if is_question else claimed), chance.choice(phrases.MEASURES[known.measure]),
        chance.choice(period_forms(known)), chance.choice(value_forms(known)), chance.randrange(2),
    )  # fmt: skip


def sentence_of(known: Known, words: Wording) -> str:
    """A true sentence."""
    return words.sentence(
        value=value_text(words.value, known.figure.value or Decimal(0)),
        period=period_text(words.period, known.period),
        cik=known.cik,
    )


def growth_sentence(chance: random.Random, known: Known) -> str | None:
    """A true sentence about the change from the year before; None where a percentage would say nothing."""
    value, before = known.figure.comparable, known.before.comparable if known.before else None
    if value is None or before is None or before <= 0 or value <= 0 or known.unit not in ("money",):
        return None
    direction = 1 if value > before else -1
    change = abs(value / before - 1) * 100
    if change < Decimal("0.1"):
        return None
    form = chance.choice(value_forms(known))
    names, _ = phrases.COMPANIES[known.cik]
    text = chance.choice(phrases.GROWTH_BEFORE + phrases.GROWTH_AFTER).format(
        company=chance.choice(names), measure=chance.choice(phrases.MEASURES[known.measure]), value=value_text(form, value),
        earlier=value_text(form, before), change=f"{change:.1f}%", moved=chance.choice(phrases.MOVED[direction]),
        sense=phrases.SENSE[direction], period=period_text(chance.choice(period_forms(known)), known.period),
    )  # fmt: skip
    return text[0].upper() + text[1:]
