"""Companies that a question names: by name, former name, part of a name, initials (P&G) or ticker, or nearly by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from db import companies
from db.engine import Connection
from db.search import full_text
from workbench.domain.companies.names import COMMON_WORDS, words_of
from workbench.domain.identity import Company, Ticker
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.search.question_words import Word, known_in, question_words

_WORD = re.compile(r"[^\W_]+")
# Capitals that analysts write and mean no ticker by.
_ABBREVIATIONS = frozenset((
    "AI", "AND", "API", "CEO", "CFO", "COO", "CPI", "DOJ", "EBIT", "EBITDA", "EMEA", "EPS", "ESG", "ETF", "EU", "FCF",
    "FDA", "FTC", "FX", "FY", "GAAP", "GDP", "IFRS", "IP", "IPO", "IRS", "IT", "LLC", "NOT", "OR", "PE", "PP", "QE", "RD",
    "ROA", "ROE", "ROI", "ROIC", "RSU", "SBC", "SEC", "SGA", "TTM", "UK", "US", "USA", "USD", "VAT", "YTD",
))  # fmt: skip


# Tickers that are words: in a question all in capitals they are the words.
_WORD_TICKERS = frozenset((
    "A", "ALL", "AM", "AN", "ANY", "ARE", "AS", "AT", "BE", "BEST", "BIG", "BILL", "BY", "CALL", "CAN", "CAR", "CARE",
    "CASH", "COST", "DAY", "DO", "DUE", "FAST", "FIVE", "FOR", "FORM", "FREE", "FUND", "GAIN", "GOOD", "GROW", "HAS",
    "HE", "HIGH", "HOLD", "HOME", "I", "IN", "IS", "ITS", "KEY", "LAND", "LAST", "LIFE", "LINE", "LIVE", "LOAN",
    "LOW", "MAIN", "MAN", "MORE", "MOVE", "NET", "NEW", "NEXT", "NOTE", "NOW", "OF", "OLD", "ON", "ONE", "OPEN",
    "OUT", "OWN", "PAY", "PER", "PLAN", "PLAY", "PLUS", "POST", "RATE", "REAL", "RISK", "RUN", "SALE", "SEE", "SHOP",
    "SIX", "SO", "STEP", "TAX", "TEAM", "TEN", "THE", "TIME", "TO", "TOP", "TRUE", "TWO", "UP", "VERY", "WAS", "WE",
    "WELL", "WHO", "WHY", "WITH", "WORK", "YEAR", "YOU",
))  # fmt: skip


# A name misspelt: letters shared, twice their number over those of both (Ratcliff and Obershelp), at least.
_MISSPELT = 0.8
_SHORTEST_MISSPELT = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A company and the stretch [start, end) of the question that names it."""

    company: Company
    start: int
    end: int


def companies_in(
    connection: Connection,
    text: str,
    as_of: date | None = None,
    caller: Caller = LOCAL,
    *,
    is_misspelling_allowed: bool = True,
) -> list[Mention]:
    """Companies known here that the question names, from left to right; longer names win over shorter ones within them.

    Misspelt names are recognized from words filed by `as_of` that `caller` may read, if that is allowed.
    """
    words = question_words(text)
    symbols = symbols_in(text)
    sought = sorted({key for word in words for key in word.keys if _is_sought(key, word)})
    initials = [f"{a} & {b}" for a, b in re.findall(r"\b([A-Za-z])\s?&\s?([A-Za-z])\b", text)]
    if not sought and not symbols and not initials:
        return []
    symbols |= {(each.start, each.end): symbol for each in known_in(words) for symbol in each.known.tickers[:1]}
    called = _called(connection, words, symbols, sought, initials)
    return called or (_misspelt(connection, words, as_of, caller) if is_misspelling_allowed else [])


def _is_sought(key: str, word: Word) -> bool:
    """Whether the word may be of a company's name; of two characters only as HP and 3M are written."""
    return (len(key) >= 3 and key not in COMMON_WORDS) or (len(key) == 2 and word.is_upper)


def _called(
    connection: Connection,
    words: Sequence[Word],
    symbols: dict[tuple[int, int], str],
    sought: Sequence[str],
    initials: Sequence[str],
) -> list[Mention]:
    known = companies.companies_called(connection, sought, initials, sorted(set(symbols.values())))
    tickers = {listing.ticker.symbol: company for company in known for listing in company.listings}
    mentions = [Mention(tickers[symbol], *span) for span, symbol in symbols.items() if symbol in tickers]
    mentions += _by_name(words, known, is_shouted=not any(word.is_capital for word in words))
    return list(_longest(mentions))


def _misspelt(connection: Connection, words: Sequence[Word], as_of: date | None, caller: Caller) -> list[Mention]:
    """Companies with filings here whose name is nearly a word of the question that no passage holds."""
    known = {key for each in known_in(words) for key in each.words}
    long = {
        key: word for word in words for key in word.keys - known if len(key) >= _SHORTEST_MISSPELT and key not in COMMON_WORDS
    }
    unknown = full_text.unknown_words(connection, list(long), as_of, caller) if long else []
    if not unknown:
        return []
    bearers: dict[str, set[Company]] = {}
    for company in companies.companies_with_documents(connection, as_of, caller):
        for name in (company.name, *(former.name for former in company.former_names)):
            for part in words_of(name):
                if len(part) >= _SHORTEST_MISSPELT - 1 and part not in COMMON_WORDS:
                    bearers.setdefault(part, set()).add(company)
    results = []
    for key in unknown:
        candidates = [part for part in bearers if part[0] == key[0]]
        meant = difflib.get_close_matches(key, candidates, n=1, cutoff=_MISSPELT)
        if meant and len(bearers[meant[0]]) == 1:
            results.append(Mention(next(iter(bearers[meant[0]])), long[key].start, long[key].end))
    return list(_longest(results))


def symbols_in(text: str) -> dict[tuple[int, int], str]:
    """Where the question writes what may be a ticker, and its symbol in the SEC's spelling."""
    no_tickers = _ABBREVIATIONS | _WORD_TICKERS if text.isupper() and " " in text.strip() else _ABBREVIATIONS
    results = {}
    for match in re.finditer(r"(?<![\w&.$-])(\$?)([A-Z][A-Z0-9]{0,4}(?:[.\-/][A-Z])?)(?![\w&])", text):
        if match.group(1) or (len(match.group(2)) > 1 and match.group(2) not in no_tickers):
            results[match.span()] = Ticker.parse(match.group(2)).symbol
    return results


def _by_name(words: Sequence[Word], known: Sequence[Company], *, is_shouted: bool) -> Iterator[Mention]:
    names = [
        (company, words_of(name)) for company in known for name in (company.name, *(f.name for f in company.former_names))
    ]
    for first in range(len(words)):
        for last in range(first + 1, min(first + 5, len(words)) + 1):
            stretch = words[first:last]
            is_capital = is_shouted or all(word.is_capital or "and" in word.keys for word in stretch)
            whole = {
                company.cik: company for company, core in names if _same(stretch, core) or _same(stretch, _initials(core))
            }
            part = {company.cik: company for company, core in names if _is_part(stretch, core)} if is_capital else {}
            for company in whole.values() if whole and (is_capital or len(stretch) > 1) else ():
                yield Mention(company, stretch[0].start, stretch[-1].end)
            if not whole and len(part) == 1 and not all(word.keys & COMMON_WORDS for word in stretch):
                yield Mention(next(iter(part.values())), stretch[0].start, stretch[-1].end)


def _initials(core: Sequence[str]) -> list[str]:
    return [word if word == "and" else word[0] for word in core] if "and" in core[1:-1] else []


def _same(stretch: Sequence[Word], core: Sequence[str]) -> bool:
    return len(stretch) == len(core) and all(token in word.keys for word, token in zip(stretch, core, strict=True))


def _is_part(stretch: Sequence[Word], core: Sequence[str]) -> bool:
    long_enough = any(len(key) >= 4 for word in stretch for key in word.keys)
    return long_enough and any(_same(stretch, core[at : at + len(stretch)]) for at in range(len(core) - len(stretch) + 1))


def _longest(mentions: Sequence[Mention]) -> Iterator[Mention]:
    taken: list[Mention] = []
    once = {(mention.start, mention.end, mention.company.cik): mention for mention in mentions}.values()
    for mention in sorted(once, key=lambda mention: (mention.start - mention.end, mention.start, mention.company.cik)):
        # Several companies may bear the very same name; then all of them are meant.
        if all(
            mention.end <= other.start
            or other.end <= mention.start
            or (mention.start, mention.end) == (other.start, other.end)
            for other in taken
        ):
            taken.append(mention)
    yield from sorted(taken, key=lambda mention: (mention.start, mention.company.cik))
