"""News: one page under one address, one story once, and which company is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.market.news import (
    Article,
    are_near_equal,
    canonical_url,
    mention,
    short_name,
    title_words,
    without_repeats,
)

NOON = datetime(2024, 6, 6, 12, tzinfo=UTC)


def article(title: str, *, summary: str | None = None, url: str = "https://news.example/a", hours: int = 0) -> Article:
    return Article(url, title, NOON + timedelta(hours=hours), summary=summary)


def company(name: str, *tickers: str) -> Company:
    return Company(Cik(1), name, tuple(Listing(Ticker(ticker)) for ticker in tickers))


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://News.Example/Story/?utm_source=x&id=7&fbclid=q#top", "https://news.example/Story?id=7"),
        ("https://news.example:443/", "https://news.example/"),
        ("http://news.example:8080/a", "https://news.example:8080/a"),
        ("https://news.example/?b=2&a=1", "https://news.example/?a=1&b=2"),
        ("ftp://news.example/", None),
        ("https://[bad", None),
        ("https://host:port/", None),
        ("just words", None),
    ],
)
def test_one_page_has_one_address(url: str, canonical: str | None) -> None:
    assert canonical_url(url) == canonical


@given(st.text(max_size=60) | st.text(max_size=40).map("https://news.example/".__add__))
def test_the_canonical_address_is_its_own(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical is None or canonical_url(canonical) == canonical


def test_nearly_equal_headlines_within_three_days_are_one_story() -> None:
    one = article("Nvidia overtakes Apple to become second most valuable company")
    same = "Nvidia overtakes Apple to become the second most valuable company"
    assert are_near_equal(one, article(same, hours=71))
    assert not are_near_equal(one, article(same, hours=73))
    assert not are_near_equal(one, article("Apple overtakes Microsoft to become most valuable company again"))
    assert are_near_equal(article("Markets today"), article("MARKETS TODAY!"))
    assert not are_near_equal(article("Markets today"), article("Markets now"))


def test_the_first_of_a_repeated_story_stays() -> None:
    first = article("Walmart raises its outlook for the year after strong quarter")
    again = article("Walmart raises its outlook for the year, after strong quarter", url="https://other.example/b", hours=1)
    other = article("Nike names a new chief executive", url="https://news.example/c")
    assert without_repeats([first, again, first, other]) == ([first, other], {"near_equal_title": 1, "same_url": 1})
    assert without_repeats([again], known=[first]) == ([], {"near_equal_title": 1})


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Apple Inc.", "Apple"),
        ("COSTCO WHOLESALE CORP /NEW", "COSTCO WHOLESALE"),
        ("WALT DISNEY CO/", "WALT DISNEY"),
        ("PROCTER & GAMBLE CO", "PROCTER & GAMBLE"),
        ("MCDONALDS CORP", "MCDONALDS"),
        ("Meta Platforms, Inc.", "Meta Platforms"),
        ("AMAZON COM INC", "AMAZON"),
        ("BERKSHIRE HATHAWAY INC", "BERKSHIRE HATHAWAY"),
        ("The Coca-Cola Company", "Coca-Cola"),
        ("Marvell Technology, Inc.", "Marvell Technology"),
        ("JPMORGAN CHASE & CO", "JPMORGAN CHASE"),
        ("Inc.", "Inc"),
    ],
)
def test_the_short_name_is_what_people_say(name: str, short: str) -> None:
    assert short_name(name) == short


APPLE = company("Apple Inc.", "AAPL")


@pytest.mark.parametrize(
    ("headline", "summary", "who", "rule"),
    [
        ("Apple's services grow", None, APPLE, "name_in_title"),
        ("Why an apple a day helps", None, APPLE, None),
        ("Best Apple Pie Recipes for Your Family", None, APPLE, "name_in_capitals"),
        ("Apple Unveils Another Phone", "Shares of Apple rose.", APPLE, "name_in_title"),
        ("Walt Disney Opens Another Park", None, company("WALT DISNEY CO/", "DIS"), "name_in_title"),
        ("Gap Between Rich and Poor Widens", None, company("GAP INC", "GAP"), "name_in_capitals"),
        ("Pineapple prices rise", None, APPLE, None),
        ("Chip maker passes $AAPL", None, APPLE, "ticker_marked"),
        ("A stock (NASDAQ: AAPL) to watch", None, APPLE, "ticker_marked"),
        ("AAPL falls again", None, APPLE, "ticker_in_title"),
        ("EVERYTHING AAPL SAID", None, APPLE, None),
        ("A phone maker's day", "Shares of Apple fell.", APPLE, "name_in_summary"),
        ("McDonald’s raises prices", None, company("MCDONALDS CORP", "MCD"), "name_in_title"),
        ("Procter and Gamble cuts outlook", None, company("PROCTER & GAMBLE CO", "PG"), "name_in_title"),
        ("Why Bank of America fell", None, company("BANK OF AMERICA CORP /DE/", "BAC"), "name_in_title"),
        ("Target lowers its target", None, company("TARGET CORP", "TGT"), "name_in_title"),
        ("Fund hits its target", None, company("TARGET CORP", "TGT"), None),
        ("Buffett buys (BRK.B)", None, company("BERKSHIRE HATHAWAY INC", "BRK-B"), "ticker_marked"),
        ("It is what it is", None, company("Gartner Inc", "IT"), None),
        ("Nothing of interest", None, company("No Ticker Inc"), None),
        ("Nothing of interest", None, company(" "), None),
    ],
)
def test_who_is_meant(headline: str, summary: str | None, who: Company, rule: str | None) -> None:
    found = mention(article(headline, summary=summary), who)
    assert (found.rule if found else None) == rule


def test_a_name_of_two_words_is_surer_than_one_of_one() -> None:
    two = mention(article("Walt Disney opens a park"), company("WALT DISNEY CO/", "DIS"))
    one = mention(article("Apple opens a store"), APPLE)
    assert two is not None
    assert one is not None
    assert (two.confidence, one.confidence) == (0.9, 0.75)


@given(st.text(max_size=80), st.text(max_size=30))
def test_no_text_brings_the_rules_down(headline: str, name: str) -> None:
    who = company(name or "x", "AAPL")
    found = mention(article(headline, summary=name), who)
    assert found is None or 0 < found.confidence <= 1
    assert title_words(headline) == title_words(headline.upper()) or not headline.isascii()


@pytest.mark.parametrize(
    ("name", "ticker", "title"),
    [
        ("Alphabet Inc.", "GOOGL", "Google ordered to open its app store"),
        ("COSTCO WHOLESALE CORP /NEW", "COST", "Shoppers renew memberships at Costco"),
        ("PROCTER & GAMBLE Co", "PG", "P&G raises prices of nappies"),
        ("General Motors Co", "GM", "GM halts robotaxi unit"),
        ("JPMORGAN CHASE & CO", "JPM", "JPMorgan hires a chief"),
        ("GOLDMAN SACHS GROUP INC", "GS", "Goldman retreats from lending"),
        ("DELTA AIR LINES, INC.", "DAL", "Delta to hire pilots"),
        ("ESTEE LAUDER COMPANIES INC", "EL", "Estée Lauder cuts outlook"),
        ("AMAZON COM INC", "AMZN", "Amazon to open a warehouse on the Amazon river"),
        ("Marvell Technology, Inc.", "MRVL", "Marvell to design chips for clouds"),
        ("Walmart Inc.", "WMT", "Old Wal-Mart logo returns to stores"),
        ("Walt Disney Co", "DIS", "Disney streams more football"),
        ("JOHNSON & JOHNSON", "JNJ", "Talc suits follow J&J to Texas"),
        ("Apple Inc.", "AAPL", "Apple unveils a thinner tablet"),
        ("TARGET CORP", "TGT", "Target shares slip as shoppers stay away"),
        ("TARGET CORP", "TGT", "Target's new chief begins in spring"),
        ("GAP INC", "GPS", "Gap’s autumn range sells out"),
        ("United Airlines Holdings, Inc.", "UAL", "United orders a hundred jets"),
        ("SOUTHWEST AIRLINES CO", "LUV", "Southwest pilots approve contract"),
    ],
)
def test_a_company_is_known_by_the_names_people_use(name: str, ticker: str, title: str) -> None:
    result = mention(article(title), company(name, ticker))
    assert result is not None
    assert result.confidence >= 0.5


@pytest.mark.parametrize(
    ("name", "ticker", "title"),
    [
        ("Apple Inc.", "AAPL", "Apple pie is back on the menu"),
        ("AMAZON COM INC", "AMZN", "Amazon rainforest fires grow"),
        ("FORD MOTOR CO", "F", "Harrison Ford returns in a sequel"),
        ("VISA INC.", "V", "Visa rules tightened for students"),
        ("TARGET CORP", "TGT", "Target prices raised by analysts"),
        ("DELTA AIR LINES, INC.", "DAL", "Niger Delta pipeline leaks"),
        ("Apple Inc.", "AAPL", "A slice of apple pie costs more"),
        ("TARGET CORP", "TGT", "Target cost of new bridge is doubled"),
        ("GAP INC", "GPS", "Gap year students travel later"),
        ("Visa Inc.", "V", "Visa fee for students is doubled"),
        ("COSTCO WHOLESALE CORP /NEW", "COST", "The cost of living eases"),
        ("United Airlines Holdings, Inc.", "UAL", "United Nations meets on trade"),
        ("United Airlines Holdings, Inc.", "UAL", "Striker joins Manchester United"),
        ("SOUTHWEST AIRLINES CO", "LUV", "Southwest drought deepens"),
        ("Shell plc", "SHEL", "Shell companies under scrutiny"),
        ("Meta Platforms, Inc.", "META", "Meta analysis finds no benefit"),
        ("Block, Inc.", "SQ", "Trafalgar Square reopens"),
    ],
)
def test_a_word_of_the_language_is_no_company(name: str, ticker: str, title: str) -> None:
    assert mention(article(title), company(name, ticker)) is None
