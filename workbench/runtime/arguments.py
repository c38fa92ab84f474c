"""Company and date arguments of queries."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from numbers import Integral
from typing import TYPE_CHECKING, Union, cast

from db.companies import resolve, resolve_ticker
from workbench.domain.as_of import parse_as_of, parse_day
from workbench.domain.errors import InvalidIdentifier, InvalidRequest
from workbench.domain.identity import Cik, Company, Ticker

if TYPE_CHECKING:
    import numpy as np

    from db.engine import Connection

CompanyName = str | int | Cik | Ticker | Company
"""A ticker (`AAPL`, `brk.b`), a CIK as a number or text (320193, `0000320193`, `CIK0000320193`), or a value of those types."""

Day = Union[str, date, "np.datetime64"]
"""An ISO date, a date, datetime, pandas.Timestamp or numpy.datetime64. A moment with a time zone is its day in UTC, one
without the day that it shows."""

AsOf = Day | None
"""The as-of date: data known at the end of that day; None is now."""


def find_company(connection: Connection, name: CompanyName) -> Company:
    """The company; raises InvalidIdentifier for an invalid name, NotFound for a company that is not loaded."""
    return resolve(connection, company_text(name))


def find_companies(connection: Connection, names: CompanyName | Iterable[CompanyName]) -> list[Company]:
    """The companies in order; see `names_of`. Raises as `find_company` does."""
    return [find_company(connection, name) for name in names_of(names)]


def names_of(names: CompanyName | Iterable[CompanyName]) -> list[CompanyName]:
    """The names in order, each once; a text may have several, by comma: `AAPL, NVDA`."""
    several = names if isinstance(names, Iterable) and not isinstance(names, str) else [names]
    parts = (part for name in several for part in (texts_of(name) or [name] if isinstance(name, str) else [name]))
    return list(dict.fromkeys(parts))


def texts_of(texts: str | Iterable[str]) -> list[str]:
    """The texts in order; one text may have several, by comma: `10-K, 10-Q`."""
    several = [texts] if isinstance(texts, str) else texts
    return [part.strip() for text in several for part in str(text).split(",") if part.strip()]


def find_ticker(connection: Connection, name: CompanyName) -> Ticker:
    """The share class: a ticker names itself, anything else the first share class of its company.

    Raises InvalidIdentifier, and NotFound for a company that is not loaded or has no listed share class.
    """
    return resolve_ticker(connection, company_text(name))


def company_text(name: CompanyName) -> str:
    """The ticker or CIK as text; raises InvalidIdentifier for a value of another type."""
    if isinstance(name, str):
        return name
    if isinstance(name, Company):
        return str(name.cik)
    if isinstance(name, Cik | Ticker) or _is_whole_number(name):
        return str(name)
    raise InvalidIdentifier(f"{name!r} is neither a ticker such as AAPL or BRK-B nor a CIK")


def _is_whole_number(value: object) -> bool:
    """Whether it is an integer of Python's or numpy's."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def find_day(value: Day) -> date:
    """The date; raises InvalidRequest for an invalid one."""
    return parse_day(_from_numpy(value))


def find_as_of(value: AsOf) -> date | None:
    """The as-of date, None for now.

    Raises InvalidRequest for an invalid date, FutureDate for one after today.
    """
    return None if value is None else parse_as_of(_from_numpy(value))


def _from_numpy(value: Day) -> str | date:
    numpy = sys.modules.get("numpy")  # a value of its types exists only after the import
    if numpy is not None and isinstance(value, numpy.datetime64):
        moment = value.astype("datetime64[us]").item()  # nanoseconds would become an integer
        if not isinstance(moment, date):  # NaT, or beyond the calendar
            raise InvalidRequest(f"{value!r} is not a date such as 2024-06-30")
        return moment
    return cast("str | date", value)
