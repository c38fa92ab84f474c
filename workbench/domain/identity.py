"""Companies, filings and share classes by the SEC's identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from workbench.domain.companies.display_name import display_name
from workbench.domain.errors import InvalidIdentifier

_TICKER = re.compile(r"[A-Z0-9]{1,6}(?:[.\-/ ][A-Z0-9]{1,3})?")
_ACCESSION = re.compile(r"(\d{10})-?(\d{2})-?(\d{6})")


@dataclass(frozen=True, slots=True, order=True)
class Cik:
    """The SEC's Central Index Key of a filer, 1 to 9,999,999,999.

    >>> Cik.parse("CIK0000320193")
    Cik(320193)
    """

    number: int

    def __post_init__(self) -> None:
        if not 0 < self.number < 10**10:
            raise InvalidIdentifier(f"{self.number} is not a CIK: it has one to ten digits")

    @classmethod
    def parse(cls, text: str) -> Cik:
        """Reads `320193`, `0000320193` or `CIK0000320193`; raises InvalidIdentifier otherwise."""
        digits = text.strip().upper().removeprefix("CIK").strip()
        if not digits.isascii() or not digits.isdigit() or len(digits) > 10:
            raise InvalidIdentifier(f"{text!r} is not a CIK: it has one to ten digits")
        return cls(int(digits))

    @property
    def padded(self) -> str:
        """Ten digits, as in the SEC's file names."""
        return f"{self.number:010d}"

    def __str__(self) -> str:
        return str(self.number)

    def __repr__(self) -> str:
        return f"Cik({self.number})"


@dataclass(frozen=True, slots=True, order=True)
class Accession:
    """The number of one filing: filer agent, year and sequence, as `0000320193-24-000123`."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{10}-\d{2}-\d{6}", self.text):
            raise InvalidIdentifier(f"{self.text!r} is not an accession number such as 0000320193-24-000123")

    @classmethod
    def parse(cls, text: str) -> Accession:
        """Reads it with or without dashes; raises InvalidIdentifier otherwise."""
        match = _ACCESSION.fullmatch(text.strip())
        if match is None or not text.isascii():
            raise InvalidIdentifier(f"{text!r} is not an accession number such as 0000320193-24-000123")
        return cls("-".join(match.groups()))

    @property
    def compact(self) -> str:
        """Eighteen digits, as in the SEC's folder names."""
        return self.text.replace("-", "")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, order=True)
class Ticker:
    """A ticker symbol in the SEC's spelling: upper case, share class after a dash (`BRK-B`)."""

    symbol: str

    @classmethod
    def parse(cls, text: str) -> Ticker:
        """Parses `brk.b`, `BRK/B`, `BRK B` or `BRK-B` to the same ticker; raises InvalidIdentifier otherwise."""
        symbol = text.strip().upper()
        if not _TICKER.fullmatch(symbol):
            raise InvalidIdentifier(f"{text!r} is neither a ticker such as AAPL or BRK-B nor a CIK")
        return cls(re.sub(r"[./ ]", "-", symbol))

    def __str__(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class Listing:
    """One share class of a company: its ticker and, where the SEC says so, its exchange."""

    ticker: Ticker
    exchange: str | None = None


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name the company bore from `from_on` until `until_on`; either may be unknown."""

    name: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Company:
    """A filer as the SEC's submissions describe it today. `fiscal_year_end` is MMDD as stated, not a promise."""

    cik: Cik
    name: str
    listings: tuple[Listing, ...] = ()
    sic: str | None = None
    sic_description: str | None = None
    category: str | None = None
    entity_type: str | None = None
    fiscal_year_end: str | None = None
    state_of_incorporation: str | None = None
    former_names: tuple[FormerName, ...] = ()

    @property
    def ticker(self) -> Ticker | None:
        """The first listed share class, or None for a filer without one."""
        return self.listings[0].ticker if self.listings else None

    @property
    def label(self) -> str:
        """The ticker, or the CIK without one."""
        return self.ticker.symbol if self.ticker else f"CIK {self.cik}"

    @property
    def display_name(self) -> str:
        """The name as people write it; `name` is the one that the company files under."""
        return display_name(self.name)

    def other_name_on(self, day: date) -> str | None:
        """The company's name on a day, if it differs from the current name by more than spelling; else None."""
        borne = [
            former
            for former in self.former_names
            if former.until_on is not None and day <= former.until_on and (former.from_on is None or former.from_on <= day)
        ]
        if not borne:
            return None
        name = max(borne, key=lambda former: former.from_on or date.min).name
        return None if _letters(name) == _letters(self.name) else name


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()
