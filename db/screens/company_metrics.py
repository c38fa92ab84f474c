"""The latest figures of each company, kept for screens: computed by the statements' own rules, never edited by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from db.companies import get_company, lock_company
from db.facts.as_filed import FiledVersions, read_filed_versions
from db.facts.computable import computes
from db.statements.company_facts import CompanyFacts
from db.statements.rules_digest import EVALUATED, RULES, rules_for
from db.statements.stored_restatements import companies_with_lists
from db.statements.stored_statements import companies_with_statements
from db.tables import annual_figures, companies, company_metric_states, company_metrics, financial_metrics, loaded_parts
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.latest import LatestFigures, day_by_day
from workbench.domain.measures.ratios import ratio_tags
from workbench.domain.statements.statement import PeriodKind


def stale_companies(connection: sa.Connection, *, of_figures_alone: bool = False) -> list[Cik]:
    """Companies with facts whose statements, restatements or latest figures were never computed, or by other rules, or before
    facts last came in.

    `of_figures_alone` passes over stored statements and restatements: what is not stored is computed when it is asked for.
    """
    state = company_metric_states
    last_loaded = sa.select(sa.func.max(loaded_parts.c.loaded_at)).where(loaded_parts.c.cik == state.c.cik).scalar_subquery()
    fresh = sa.select(state.c.cik).where(
        state.c.reader.startswith(RULES),
        state.c.days != sa.literal_column("'{}'::jsonb"),  # of the newest day alone, see `save_newest`
        sa.or_(last_loaded.is_(None), last_loaded <= state.c.refreshed_at),
    )
    has_facts = sa.select(financial_metrics.c.cik).where(financial_metrics.c.cik == companies.c.cik).exists()
    is_stale: sa.ColumnElement[bool] = companies.c.cik.not_in(fresh)
    if not of_figures_alone:
        is_stored = sa.and_(companies.c.cik.in_(companies_with_statements()), companies.c.cik.in_(companies_with_lists()))
        is_stale = sa.or_(is_stale, sa.not_(is_stored))
    rows = connection.scalars(sa.select(companies.c.cik).where(has_facts, is_stale).order_by(companies.c.cik))
    return [Cik(number) for number in rows]


def refresh_company(connection: sa.Connection, cik: Cik, read: CompanyFacts | None = None) -> int:
    """Brings a company's rows up to its facts; returns for how many days of filing they were computed.

    Only from the first day on whose facts are others than last time; none, and nothing is written but the time, when they
    are the same. Whatever the order in which facts came in, the rows are the same. `read` are the facts, if they have been
    read.
    """
    lock_company(connection, cik)
    read = read or CompanyFacts(connection, cik)
    since = read.first_difference
    days = 0
    if since is not None:
        _forget(connection, cik, since)
        open_rows = _open_rows(connection, cik)
        for day, figures in _day_by_day(read.company, read.filed, since):
            _save_day(connection, cik, day, figures, open_rows)
            days += 1
    _save_state(connection, read.company, read.checksums, read.version)
    return days


def save_newest(connection: sa.Connection, cik: Cik) -> None:
    """Stores a new company's latest figures as known today, without those of earlier days, which `refresh_company` adds."""
    company = get_company(connection, cik)
    filed = read_filed_versions(connection, cik, ratio_tags(), None)
    last = filed.last_filed_on
    if last is not None:
        open_rows: dict[PeriodKind, _Row] = {}
        for day, figures in _day_by_day(company, filed, last):
            _save_day(connection, cik, day, figures, open_rows)
    # With no day in its state every day counts as changed the next time.
    _save_state(connection, company, {}, None)


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """What is kept of a company's newest period of a kind: every line and ratio that it proves, money in `currency`."""

    basis: PeriodKind
    period_label: str
    period_end: date
    currency: str
    values: Mapping[str, Decimal]


def known(alias: str, as_of: date | None) -> str:
    """SQL: the row of `company_metrics` under an alias is what was known at the end of `as_of`, to be bound as `:day`.

    None is now, which the index of what still holds answers, and binds nothing. Figures of other rules are none.
    """
    held = f"{alias}.known_until is null"
    if as_of is not None:
        held = f"{alias}.known_from <= :day and ({held} or {alias}.known_until > :day)"
    return f"{held} and {alias}.cik in {EVALUATED}"


def unevaluated(connection: sa.Connection) -> int:
    """How many companies with facts have no latest figures of these rules: not computed yet, or they cannot be."""
    return (
        connection.scalar(
            sa.text(
                "select count(*) from companies c where exists (select 1 from financial_metrics m where m.cik = c.cik) "  # noqa: S608
                f"and c.cik not in {EVALUATED}"
            )
        )
        or 0
    )


def without_earlier_days(connection: sa.Connection, ciks: Sequence[Cik]) -> frozenset[Cik]:
    """Those of the companies whose latest figures are stored as known today alone, see `save_newest`."""
    rows = connection.scalars(
        sa.text(
            f"select s.cik from company_metric_states s where s.cik = any(:ciks) and s.days = '{{}}' and s.cik in {EVALUATED} "  # noqa: S608
            "and exists (select 1 from company_metrics m where m.cik = s.cik)"
        ),
        {"ciks": [cik.number for cik in ciks]},
    )
    return frozenset(Cik(number) for number in rows)


def forget_other_rules(connection: sa.Connection) -> int:
    """Removes latest and annual figures that are of other rules, and returns of how many companies; they are computed anew."""
    gone: set[int] = set()
    for table in (company_metrics, annual_figures):
        is_other = table.c.cik.not_in(sa.select(sa.literal_column("cik")).select_from(sa.text(f"{EVALUATED} as evaluated")))
        gone.update(connection.scalars(sa.delete(table).where(is_other).returning(table.c.cik)))
    return len(gone)


def mark_unevaluated(connection: sa.Connection, cik: Cik) -> None:
    """Says that what is kept of a company no longer holds, such as where its newest facts cannot be computed."""
    state = company_metric_states
    connection.execute(sa.update(state).where(state.c.cik == cik.number).values(reader="", days={}))


def key_figures(connection: sa.Connection, cik: Cik, *, as_of: date | None = None) -> list[KeyFigures]:
    """The company's latest year, quarter and twelve months as known at the end of `as_of` (None: now), as far as proven.

    They are computed where none of these rules are kept, such as after an upgrade.
    """
    state = company_metric_states.c
    is_stored = sa.select(state.cik).where(state.cik == cik.number, state.reader.startswith(RULES))
    if connection.scalar(is_stored) is None:
        return _computed_key_figures(connection, get_company(connection, cik), as_of)
    row = company_metrics.c
    query = sa.select(
        row.basis, row.period_label, row.period_end, row.currency, sa.cast(row.figures, sa.Text).label("figures")
    )
    query = query.where(row.cik == cik.number, sa.text(known("company_metrics", as_of))).order_by(row.basis)
    return [
        KeyFigures(PeriodKind(each.basis), each.period_label, each.period_end, each.currency, _numbers(each.figures))
        for each in connection.execute(query, {"day": as_of})
    ]


@computes("the key figures")
def _computed_key_figures(connection: sa.Connection, company: Company, as_of: date | None) -> list[KeyFigures]:
    filed = read_filed_versions(connection, company.cik, ratio_tags(), as_of)
    days = _day_by_day(company, filed, filed.last_filed_on)
    results = [
        KeyFigures(each.basis, each.period.label, each.period.end, each.currency, each.values)
        for _, figures in days
        for each in figures
    ]
    return sorted(results, key=lambda each: each.basis.value)


def _numbers(figures: str) -> dict[str, Decimal]:
    numbers: dict[str, Decimal] = json.loads(figures, parse_float=Decimal, parse_int=Decimal)
    return numbers


def _day_by_day(company: Company, filed: FiledVersions, since: date | None) -> Iterator[tuple[date, list[LatestFigures]]]:
    return day_by_day(
        company, filed.versions, filed.concepts, filed.units,
        extensions=filed.extensions, year_offsets=filed.year_offsets, since=since,
    )  # fmt: skip


def _forget(connection: sa.Connection, cik: Cik, since: date) -> None:
    own = company_metrics.c.cik == cik.number
    connection.execute(sa.delete(company_metrics).where(own, company_metrics.c.known_from >= since))
    connection.execute(sa.update(company_metrics).where(own, company_metrics.c.known_until >= since).values(known_until=None))


_Row = tuple[date, str]


def _open_rows(connection: sa.Connection, cik: Cik) -> dict[PeriodKind, _Row]:
    rows = connection.execute(
        sa.text(
            "select basis, known_from, period_label, period_end, currency, figures::text as figures from company_metrics "
            "where cik = :cik and known_until is null"
        ),
        {"cik": cik.number},
    )
    return {
        PeriodKind(row.basis): (row.known_from, _content(row.period_label, row.period_end, row.currency, _sorted(row.figures)))
        for row in rows
    }


def _sorted(figures: str) -> str:
    # Numbers are read as the text they are, so that no digit is lost on the way.
    return numbers_document(json.loads(figures, parse_float=str, parse_int=str).items())


def numbers_document(figures: Iterable[tuple[str, str]]) -> str:
    """JSON of numbers by name, each with the digits it is written with."""
    return "{" + ", ".join(f'"{name}": {value}' for name, value in sorted(figures)) + "}"


def _content(label: str, end: date, currency: str, figures: str) -> str:
    return f"{label}|{end}|{currency}|{figures}"


def _save_day(
    connection: sa.Connection, cik: Cik, day: date, figures: Sequence[LatestFigures], open_rows: dict[PeriodKind, _Row]
) -> None:
    """Ends what no longer holds on this day and begins what does."""
    there = {result.basis: result for result in figures}
    for basis in PeriodKind:
        result = there.get(basis)
        document = numbers_document((name, f"{value:f}") for name, value in result.values.items()) if result else ""
        content = _content(result.period.label, result.period.end, result.currency, document) if result else ""
        open_row = open_rows.get(basis)
        if open_row and open_row[1] == content:
            continue
        if open_row:
            connection.execute(
                sa.text(
                    "update company_metrics set known_until = :day where cik = :cik and basis = :basis and known_from = :since"
                ),
                {"day": day, "cik": cik.number, "basis": basis.value, "since": open_row[0]},
            )
            del open_rows[basis]
        if result:
            connection.execute(
                sa.text(
                    "insert into company_metrics (cik, basis, known_from, period_label, period_end, currency, figures) "
                    "values (:cik, :basis, :day, :label, :end, :currency, cast(:figures as jsonb))"
                ),
                {
                    "cik": cik.number, "basis": basis.value, "day": day, "label": result.period.label,
                    "end": result.period.end, "currency": result.currency, "figures": document,
                },
            )  # fmt: skip
            open_rows[basis] = (day, content)


def _save_state(connection: sa.Connection, company: Company, checksums: dict[str, int], version: int | None) -> None:
    connection.execute(
        sa.text(
            "insert into company_metric_states (cik, reader, days, facts_version) "
            "values (:cik, :reader, cast(:days as jsonb), :version) on conflict (cik) do update set reader = excluded.reader, "
            "days = excluded.days, facts_version = excluded.facts_version, refreshed_at = now()"
        ),
        {"cik": company.cik.number, "reader": rules_for(company), "days": json.dumps(checksums), "version": version},
    )
