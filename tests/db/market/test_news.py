"""What happened across all companies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.filings.events import latest_events
from db.filings.filing_index import latest_filings, save_filings
from db.market.movers import movers
from db.market.news import latest_news, save_articles
from db.market.prices import save_bars
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.movers import Span
from workbench.domain.market.news import Article, Mention, ScoredArticle
from workbench.domain.market.prices import DailyBar

WEST, EAST = Cik(1001), Cik(1002)


@pytest.fixture
def two(connection: sa.Connection) -> sa.Connection:
    for cik, symbol in ((WEST, "WST"), (EAST, "EST")):
        save_company(connection, Company(cik, f"{symbol} Inc.", (Listing(Ticker(symbol), "NYSE"),)))
    return connection


def bars(symbol: str, closes: Iterable[tuple[date, str, str | None]], source: str = "vendor") -> list[DailyBar]:
    return [
        DailyBar(Ticker(symbol), day, *(Decimal(close),) * 4, 100, Decimal(adjusted) if adjusted else None, source)
        for day, close, adjusted in closes
    ]


def test_filings_and_events_of_all_companies_by_day(two: sa.Connection) -> None:
    def filing(cik: Cik, number: int, form: str, day: int, items: tuple[str, ...] = ()) -> Filing:
        return Filing(cik, Accession(f"0000001001-24-{number:06}"), form, date(2024, 5, day), items=items)

    save_filings(
        two,
        [
            filing(WEST, 1, "10-Q", 1),
            filing(EAST, 2, "8-K", 2, ("2.02", "9.01")),
            filing(WEST, 3, "8-K", 3, ("5.02",)),
        ],
    )
    assert [(each.cik, each.form) for each in latest_filings(two)[:3]] == [(WEST, "8-K"), (EAST, "8-K"), (WEST, "10-Q")]
    assert [each.form for each in latest_filings(two, ciks=[WEST], forms=["10-Q"])] == ["10-Q"]
    assert latest_filings(two, as_of=date(2024, 5, 2), limit=1)[0].cik == EAST
    assert latest_filings(two, ciks=[WEST], offset=1)[0].form == "10-Q"
    # That exhibits are attached (9.01) is no event.
    assert [(each.cik, each.item) for each in latest_events(two)] == [(WEST, "5.02"), (EAST, "2.02")]
    assert [each.item for each in latest_events(two, as_of=date(2024, 5, 2))] == ["2.02"]
    assert [each.item for each in latest_events(two, types=["people"])] == ["5.02"]


def test_news_name_every_company_they_surely_speak_of(two: sa.Connection) -> None:
    at = datetime(2024, 5, 1, 12, tzinfo=UTC)
    both = Article("https://example.org/1", "WST buys EST", at, "Paper", None, None)
    one = Article("https://example.org/2", "EST rises", at + timedelta(days=1), "Paper", None, None)
    save_articles(
        two,
        [
            ScoredArticle(both, 0.5, "words", (Mention(WEST, 0.9, "name"), Mention(EAST, 0.8, "name"))),
            ScoredArticle(one, None, "words", (Mention(EAST, 0.9, "name"), Mention(WEST, 0.2, "word"))),
        ],
        source="newsapi",
        fetched_at=at,
    )
    found = latest_news(two)
    assert [each.article.title for each in found] == ["EST rises", "WST buys EST"]
    assert [[mention.cik for mention in each.mentions] for each in found] == [[EAST], [WEST, EAST]]
    assert [each.article.title for each in latest_news(two, ciks=[WEST])] == ["WST buys EST"]
    assert [each.article.title for each in latest_news(two, as_of=date(2024, 5, 1))] == ["WST buys EST"]


def test_moves_are_between_days_of_one_source_adjusted_where_both_days_are(two: sa.Connection) -> None:
    days = [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)]
    save_bars(two, bars("WST", [(days[0], "100", None), (days[1], "110", None), (days[2], "99", None)]))
    # Another source, that ends sooner, is not spliced in.
    save_bars(two, bars("WST", [(date(2024, 4, 30), "50", None), (days[0], "50", None)], source="another"))
    # A split 2 for 1 on the last day: by adjusted closes a rise of 5 per cent.
    save_bars(two, bars("EST", [(days[1], "200", "100"), (days[2], "105", "105")]))
    found = movers(two, ciks=[WEST, EAST])
    assert [(move.ticker.symbol, move.change_pct, move.is_adjusted) for move in found] == [
        ("EST", Decimal("5.00"), True), ("WST", Decimal("-10.00"), False),
    ]  # fmt: skip
    assert (found[1].source, found[1].from_on, found[1].to_on) == ("vendor", days[1], days[2])
    assert [move.change_pct for move in movers(two, ciks=[WEST], as_of=days[1])] == [Decimal("10.00")]
    assert movers(two, ciks=[WEST], span=Span.WEEK) == []


def test_prices_that_ended_long_ago_are_no_moves_of_the_market(two: sa.Connection) -> None:
    old, new = date(2024, 1, 2), date(2024, 5, 2)
    save_bars(two, bars("WST", [(old, "1", None), (old + timedelta(days=1), "2", None)]))
    save_bars(two, bars("EST", [(new, "10", None), (new + timedelta(days=1), "6", None)]))
    found = movers(two, ciks=[WEST, EAST])
    assert [move.ticker.symbol for move in found] == ["EST"]
    assert found[0].may_be_a_split
