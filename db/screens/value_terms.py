"""Terms of valuation measures by stretches of days, stored for screens as of any day: computed ahead, never edited."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.companies import get_company, lock_company
from db.facts.computable import computes
from db.facts.versions import facts_version
from db.market.prices import coverage, daily_bars
from db.screens.company_values import SAME_INPUTS, first_fresh, listed_text, reader_of
from db.screens.valuation import YEARS, FiledHistory
from db.tables import company_value_states, company_value_terms
from workbench.domain.errors import NotComputable
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Cik, Company, Ticker
from workbench.domain.market.prices import FRESH, Coverage, DailyBar, preferred_source
from workbench.domain.measures.share_basis import BARS_BEFORE, days_of_steps
from workbench.domain.measures.share_count import MOST_DAYS_OF_ANNUAL
from workbench.domain.measures.valuation import KnownCompany
from workbench.domain.measures.value_terms import read_terms, value_terms

_DAY = timedelta(days=1)
# A share count is at most so old, and closes before it show splits.
_REACH = timedelta(days=MOST_DAYS_OF_ANNUAL) + BARS_BEFORE

# Companies with closes whose terms are not those of every day up to this one.
_STALE = sa.text(
    f"""
    select c.cik from companies c
    where exists (select 1 from company_tickers t join stock_prices p on p.ticker = t.ticker where t.cik = c.cik)
      and not exists (select 1 from company_value_states v where {SAME_INPUTS} and v.examined_until >= :today)
    order by c.cik
    """  # noqa: S608
)

# The terms and the close of each company on a day: one index look-up a company for each of them.
_AS_OF = sa.text(
    f"""
    select c.cik, p.traded_on, p.close, t.terms
    from companies c
    join company_value_states v on {SAME_INPUTS} and v.examined_until >= :day
    cross join lateral (
        select s.source, s.terms from company_value_terms s
        where s.cik = c.cik and s.known_from <= :day order by s.known_from desc limit 1
    ) t
    join company_tickers k on k.cik = c.cik and k.position = 0
    cross join lateral (
        select s.traded_on, s.close from stock_prices s
        where s.ticker = k.ticker and s.source = t.source and s.traded_on between :first and :day
        order by s.traded_on desc limit 1
    ) p
    where cast(:ciks as bigint[]) is null or c.cik = any(cast(:ciks as bigint[]))
    """  # noqa: S608
)

# SQL: the terms of `companies c` are those of `:day`.
HAS_TERMS = f"exists (select 1 from company_value_states v where {SAME_INPUTS} and v.examined_until >= :day)"  # noqa: S608


class ValuedCompany(NamedTuple):
    """A company's close as of a day, its measures there, and the reason codes of those that are refused."""

    cik: Cik
    traded_on: date
    figures: dict[str, Decimal]
    reasons: dict[str, str]


def values_as_of(
    connection: sa.Connection, day: date, names: Sequence[str], ciks: Sequence[Cik] | None = None
) -> Iterator[ValuedCompany]:
    """These measures of each company (or of some) with stored terms and a close that is new enough, as known on a day."""
    numbers = None if ciks is None else [cik.number for cik in ciks]
    for row in connection.execute(_AS_OF, {"day": day, "first": first_fresh(day), "ciks": numbers}):
        figures, reasons = read_terms(row.terms, names).at(row.close, names)
        yield ValuedCompany(Cik(row.cik), row.traded_on, figures, reasons)


def stale_terms(connection: sa.Connection, today: date) -> list[Cik]:
    """Companies with closes whose terms are not those of every day up to today."""
    return [Cik(number) for number in connection.scalars(_STALE, {"today": today})]


def refresh_terms(connection: sa.Connection, cik: Cik, today: date) -> int:
    """Brings a company's terms up to its filings and closes; returns the number of stretches written.

    New closes cost what they change; after new facts the terms of all days are computed. A company whose facts cannot be
    computed has none.
    """
    lock_company(connection, cik)
    company, state = get_company(connection, cik), company_value_states.c
    # Before the facts are read: those that come in between are then newer than their version says, never older.
    row = {
        "reader": reader_of(company), "facts_version": facts_version(connection, cik), "listed": listed_text(company),
        "examined_until": today,
    }  # fmt: skip
    before = connection.execute(sa.select(company_value_states).where(state.cik == cik.number)).one_or_none()
    is_same = before is not None and all(getattr(before, name) == row[name] for name in ("reader", "facts_version", "listed"))
    since = before.examined_until + _DAY if is_same and before is not None else date.min
    _forget(connection, cik, since)
    written = 0
    try:
        with connection.begin_nested():
            written = _save(connection, cik, _computed(connection, company, since, today))
    except NotComputable:
        _forget(connection, cik, date.min)
    insert = pg.insert(company_value_states).values({"cik": cik.number} | row)
    connection.execute(insert.on_conflict_do_update(index_elements=["cik"], set_=row))
    return written


@computes("the valuation terms")
def _computed(connection: sa.Connection, company: Company, since: date, today: date) -> list[_Stretch]:
    if company.ticker is None:
        return []
    is_all = since == date.min
    years = None if is_all else YEARS + 1 + (today - since).days // 365
    filed = FiledHistory(connection, company, today, newest_years=years)
    closes = _Closes(connection, company.ticker, None if is_all else since - _REACH)
    return list(_stretches(filed, closes, since, today))


def _forget(connection: sa.Connection, cik: Cik, since: date) -> None:
    terms = company_value_terms.c
    connection.execute(sa.delete(company_value_terms).where(terms.cik == cik.number, terms.known_from >= since))
    reopened = sa.update(company_value_terms).where(terms.cik == cik.number, terms.known_until >= since)
    connection.execute(reopened.values(known_until=None))


class _Stretch(NamedTuple):
    """From a day on, the source of the closes and the terms of the measures."""

    day: date
    source: str
    terms: dict[str, object]


def _save(connection: sa.Connection, cik: Cik, stretches: Iterable[_Stretch]) -> int:
    """Ends the last stretch where another begins; equal ones are one."""
    columns, written = company_value_terms.c, 0
    is_open = sa.and_(columns.cik == cik.number, columns.known_until.is_(None))
    row = connection.execute(sa.select(columns.source, columns.terms).where(is_open)).one_or_none()
    last = (row.source, row.terms) if row is not None else None
    for day, source, terms in stretches:
        if last != (source, terms):
            connection.execute(sa.update(company_value_terms).where(is_open).values(known_until=day))
            new = {"cik": cik.number, "known_from": day, "source": source, "terms": terms}
            connection.execute(sa.insert(company_value_terms).values(new))
            last, written = (source, terms), written + 1
    return written


def _stretches(filed: FiledHistory, closes: _Closes, since: date, today: date) -> Iterator[_Stretch]:
    """The terms at each day from `since` on at which they may change: a filing, an age, a split."""
    begins = sorted({*(day for day in filed.days if since < day <= today), *({since} if since > date.min else ())})
    for begin, end in pairwise([*begins, today + _DAY]):
        day = begin
        while day < end and closes.are_between(day - FRESH, end):
            known = filed.at(day)
            until = min(end, known.filed_until + _DAY) if known.filed_until < end else end
            yield from _within(filed, known, closes, day, until)
            day = until


def _within(filed: FiledHistory, known: KnownCompany, closes: _Closes, day: date, until: date) -> Iterator[_Stretch]:
    """The terms on the days before `until`, over which what was filed stays the same."""
    counted_on = known.count.facts[0].filed_on if known.count.value is not None else day
    first = counted_on - BARS_BEFORE
    close_of_float = filed.close_on(known.float_day)
    before = closes.window(first, day)
    is_newer = not before or before[-1].traded_on < counted_on
    for each in (day, *closes.days_of_change(first, day, until, known.splits, is_first_one=is_newer)):
        bars = closes.window(first, each)
        if bars:
            yield _Stretch(each, bars[-1].source, value_terms(known, bars, close_of_float).document())


class _Closes:
    """The bars of a ticker, by source; of several sources, each window has the one that `price_series` chooses."""

    def __init__(self, connection: sa.Connection, ticker: Ticker, since: date | None) -> None:
        sources = [each.source for each in coverage(connection, ticker, since=since)]
        self._bars = {source: daily_bars(connection, ticker, source=source, since=since) for source in sources}
        self._days = {source: [bar.traded_on for bar in bars] for source, bars in self._bars.items()}
        self._all_days = sorted({day for days in self._days.values() for day in days})

    def are_between(self, first: date, end: date) -> bool:
        """Whether there is a bar from the first day on, before the end."""
        return bisect_left(self._all_days, first) < bisect_left(self._all_days, end)

    def window(self, first: date, last: date) -> list[DailyBar]:
        """The bars between two days, both included; none if the newest is too old on the last day."""
        chosen = self._chosen(first, last)
        if chosen is None or last - chosen.last_on > FRESH:
            return []
        days = self._days[chosen.source]
        return self._bars[chosen.source][bisect_left(days, first) : bisect_right(days, last)]

    def days_of_change(
        self, first: date, after: date, before: date, splits: Sequence[Split], *, is_first_one: bool
    ) -> list[date]:
        """The days between two others on which the source of the closes or their share basis may change.

        The first of them is one where no close yet is as new as the share count.
        """
        days = self._all_days[bisect_right(self._all_days, after) : bisect_left(self._all_days, before)]
        change = set(days[:1]) if is_first_one else set()
        if len(self._bars) > 1:
            sources = [chosen.source for day in days if (chosen := self._chosen(first, day)) is not None]
            change.update(day for day, (one, other) in zip(days[1:], pairwise(sources), strict=False) if one != other)
        for source, own in self._days.items():
            bars = self._bars[source][max(0, bisect_right(own, after) - 1) : bisect_left(own, before)]
            change.update(days_of_steps(bars, splits))
        return sorted(day for day in change if after < day)

    def _chosen(self, first: date, last: date) -> Coverage | None:
        windows = ((source, bisect_left(days, first), bisect_right(days, last), days) for source, days in self._days.items())
        known = (Coverage(source, days[low], days[high - 1], high - low) for source, low, high, days in windows if low < high)
        return preferred_source(known)
