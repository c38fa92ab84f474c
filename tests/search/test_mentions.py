"""Which companies a question names."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from db import companies
from workbench.domain.identity import Cik, Company, FormerName, Listing, Ticker
from workbench.search.mentions import companies_in
from workbench.search.understanding import Understanding
from workbench.search.wording import without_names

_KNOWN = (
    ("Apple Inc.", "AAPL", ("APPLE COMPUTER INC",)),
    ("MCDONALDS CORP", "MCD", ()),
    ("PROCTER & GAMBLE Co", "PG", ()),
    ("Walt Disney Co", "DIS", ()),
    ("Meta Platforms, Inc.", "META", ("Facebook Inc",)),
    ("AMAZON COM INC", "AMZN", ()),
    ("BERKSHIRE HATHAWAY INC", "BRK-B", ()),
    ("COSTCO WHOLESALE CORP /NEW", "COST", ()),
    ("TARGET CORP", "TGT", ()),
    ("Gartner Inc", "IT", ()),
    ("HOME DEPOT, INC.", "HD", ()),
    ("General Motors Co", "GM", ()),
    ("General Electric Co", "GE", ()),
    ("DELTA AIR LINES, INC.", "DAL", ()),
    ("Delta Apparel, Inc", "DLA", ()),
)


@pytest.fixture
def known(connection: sa.Connection) -> sa.Connection:
    for number, (name, ticker, former) in enumerate(_KNOWN, start=1):
        names = tuple(FormerName(old, None, None) for old in former)
        companies.save_company(connection, Company(Cik(number), name, (Listing(Ticker(ticker)),), former_names=names))
    return connection


@pytest.mark.parametrize(
    ("question", "tickers", "rest"),
    [
        ("Apple's supply chain", ["AAPL"], "supply chain"),
        ("what does apple say about china", ["AAPL"], "what does say about china"),
        ("What does Apple say about China", ["AAPL"], "What does say about China"),
        ("margins at McDonald’s", ["MCD"], "margins at"),
        ("P&G pricing", ["PG"], "pricing"),
        ("procter & gamble pricing", ["PG"], "pricing"),
        ("Disney streaming losses", ["DIS"], "streaming losses"),
        ("Facebook privacy order", ["META"], "privacy order"),
        ("META vs AMZN capex", ["META", "AMZN"], "vs capex"),
        ("amazon.com fulfilment cost", ["AMZN"], ".com fulfilment cost"),
        ("$BRK.B float", ["BRK-B"], "float"),
        ("brk-b float", [], "brk-b float"),
        ("IT spending and AI", [], "IT spending and AI"),
        ("Which target margins for home goods", [], "Which target margins for home goods"),
        ("Target margins", ["TGT"], "margins"),
        ("Home prices", [], "Home prices"),
        ("General risks", [], "General risks"),
        ("Delta's fuel hedges", ["DAL"], "fuel hedges"),
        ("Delta Air Lines fuel hedges", ["DAL"], "fuel hedges"),
        ("Apple", ["AAPL"], "Apple"),
        ("100% of nothing (or [less) \\", [], "100% of nothing (or [less) \\"),
    ],
)
def test_names_and_what_remains(known: sa.Connection, question: str, tickers: list[str], rest: str) -> None:
    mentions = companies_in(known, question)
    assert [str(mention.company.ticker) for mention in mentions] == tickers
    assert without_names(question, Understanding(tuple(mentions))) == rest
