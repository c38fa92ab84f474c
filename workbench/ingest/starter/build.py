"""Builds a starter file from EDGAR, or from a folder with the same layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.errors import InvalidIdentifier, InvalidRequest, NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Cik, Company, Ticker
from workbench.parse.edgar.submissions import Submissions, parse_submissions, parse_submissions_page
from workbench.parse.edgar.tickers import TickerList, parse_tickers
from workbench.parse.starter import StarterCompany, encode
from workbench.parse.xbrl.companyfacts import CompanyFacts, parse_company_facts
from workbench.ports import FilingSource


@dataclass(frozen=True, slots=True)
class Built:
    """A starter file and its content; `missing` counts what the source lacks, `dropped` counts malformed entries by reason."""

    content: bytes
    companies: tuple[StarterCompany, ...]
    missing: dict[str, int]
    dropped: dict[str, int]


def build_starter(
    source: FilingSource, names: Sequence[str], *, on_company: Callable[[str, int, int], None] = lambda *_: None
) -> Built:
    """A starter file of the companies in `names` (tickers or CIKs); the same input gives the same bytes.

    `on_company` is called after each company with its ticker or CIK, the number read so far, and the total. A company
    without submissions gets its name and tickers from the SEC's lists; one without facts has only its filings. Raises
    InvalidRequest without names, NotFound for a ticker or company that the source does not have, and any SourceError or
    MalformedDocument: a starter file is complete or not built.
    """
    if not names:
        raise InvalidRequest("name at least one company", hint="by ticker or CIK")
    listed = parse_tickers(source.tickers().content)
    missing: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    ciks = dict.fromkeys(_cik(name, listed) for name in names)
    companies = []
    for cik in ciks:
        companies.append(_company(source, cik, listed, missing, dropped))
        on_company(companies[-1].company.label, len(companies), len(ciks))
    return Built(encode(companies), tuple(companies), dict(missing), dict(dropped))


def _cik(name: str, listed: TickerList) -> Cik:
    try:
        return Cik.parse(name)
    except InvalidIdentifier:
        ticker = Ticker.parse(name)
    row = listed.by_ticker.get(ticker)
    if row is None:
        raise NotFound(f"{ticker} is not in the source's list of tickers", hint="a CIK works too")
    return row.cik


def _company(
    source: FilingSource, cik: Cik, listed: TickerList, missing: Counter[str], dropped: Counter[str]
) -> StarterCompany:
    facts = _facts(source, cik)
    submissions = _submissions(source, cik)
    if facts is None and submissions is None:
        raise NotFound(f"the source has no data of CIK {cik}")
    if facts is None:
        missing[f"facts of CIK {cik}"] += 1
    else:
        dropped.update(facts.dropped)
    filings: list[Filing] = []
    if submissions is None:
        missing[f"submissions of CIK {cik}"] += 1
        rows = listed.of_company(cik)
        name = facts.name if facts and facts.name else rows[0].name if rows else f"CIK {cik}"
        company = Company(cik, name, tuple(row.listing for row in rows))
    else:
        company = submissions.company
        filings = _all_filings(source, submissions, missing, dropped)
    if facts is None:
        return StarterCompany(company, tuple(filings), ())
    return StarterCompany(company, tuple(filings), facts.facts, facts.stated_years)


def _facts(source: FilingSource, cik: Cik) -> CompanyFacts | None:
    try:
        return parse_company_facts(source.company_facts(cik).content, cik)
    except NotFound:
        return None


def _submissions(source: FilingSource, cik: Cik) -> Submissions | None:
    try:
        return parse_submissions(source.submissions(cik).content, cik)
    except NotFound:
        return None


def _all_filings(source: FilingSource, submissions: Submissions, missing: Counter[str], dropped: Counter[str]) -> list[Filing]:
    tables = [submissions.recent]
    for page in submissions.pages:
        try:
            tables.append(parse_submissions_page(source.submissions_page(page).content, submissions.company.cik))
        except NotFound:
            missing[f"further pages of submissions of {submissions.company.label}"] += 1
    unique: dict[str, Filing] = {}
    for table in tables:
        dropped.update(table.dropped)
        for filing in table.filings:
            unique.setdefault(filing.accession.text, filing)
    return list(unique.values())
