"""The recorded companies' facts in a database, for tests of what is computed from them."""

from __future__ import annotations

import json
from pathlib import Path

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.parse.xbrl.companyfacts import parse_company_facts

# Ticker and state of the recorded companies whose submissions are not recorded.
_WITHOUT_SUBMISSIONS = {1640147: ("SNOW", "DE")}


def load(database: Database, mirror: Path, *, only: Cik | None = None) -> None:
    """Every recorded company, or that one, with its SIC code, tickers and facts."""
    for path in sorted((mirror / "api/xbrl/companyfacts").glob(f"CIK{only.padded if only else '*'}.json")):
        cik = Cik(int(path.stem.removeprefix("CIK")))
        parsed = parse_company_facts(path.read_bytes(), cik)
        with database.write() as connection:
            save_company(connection, _company(mirror, cik, parsed.name or ""))
            load_facts(connection, cik, parsed.facts)


def _company(mirror: Path, cik: Cik, name: str) -> Company:
    submissions = mirror / f"submissions/CIK{cik.padded}.json"
    if not submissions.is_file():
        ticker, state = _WITHOUT_SUBMISSIONS[cik.number]
        return Company(cik, name, (Listing(Ticker(ticker)),), state_of_incorporation=state)
    document = json.loads(submissions.read_bytes())
    listings = tuple(Listing(Ticker.parse(ticker)) for ticker in document["tickers"])
    return Company(
        cik, name, listings, sic=document["sic"] or None, fiscal_year_end=document["fiscalYearEnd"],
        state_of_incorporation=document.get("stateOfIncorporation") or None,
    )  # fmt: skip
