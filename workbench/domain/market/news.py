"""News articles: which ones are duplicates, and which companies they mention."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from workbench.domain.companies.names import ORDINARY_WORDS, other_names, other_things
from workbench.domain.identity import Cik, Company

# Tracking parameters of URLs; none of them changes the page.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|igshid|ncid|cmpid|ftag|guccounter|guce_\w+|_hs\w+")
_DEFAULT_PORTS = {"http": "80", "https": "443"}

# Agency stories appear for some days with headlines that differ in a word or two.
NEAR_TITLES = 0.8
NEAR_DAYS = timedelta(days=3)

# Suffixes of registered company names that journalists leave out.
_LEGAL = re.compile(
    r"(?:[\s,]+(?:incorporated|inc|corporation|corp|company|co|companies|cos|limited|ltd|plc|llc|lp|l\.p|n\.v|nv|s\.a|sa|ag|se|"
    r"holdings?|group|the|com|new|trust)\.?|\s*/\w*/?|,)+$",
    re.IGNORECASE,
)


_AFTER_A_COMPANY = re.compile(
    r"\w+(?:s|ed)|to|is|was|will|has|had|may|might|can|could|would|and|or|in|at|on|by|not|says?|cut|hit|beat|set|put|won|lost|fell|rose"
    r"|grew|stock|chief|executive|profit|revenue|store|unit|investors?|boss|chair(?:man|woman)?|board|deal|but|as|after|under|of"
)
# Words that are lower case inside a name ("Bank of America").
_SMALL_WORDS = frozenset(["and", "of", "the", "for", "in", "de"])


@dataclass(frozen=True, slots=True)
class Article:
    """One article as a vendor lists it: headline and summary, never the body. `url` is canonical."""

    url: str
    title: str
    published_at: datetime
    publisher: str | None = None
    author: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of a company in an article: `confidence` 0 to 1, and the `rule` that found it."""

    cik: Cik
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """An article with its sentiment, -1 to 1 by the named method (None: it has no word of the method), and its mentions."""

    article: Article
    sentiment: float | None
    method: str
    mentions: tuple[Mention, ...] = ()


def canonical_url(url: str) -> str | None:
    """The canonical URL of a page: https, lower-case host, no tracking parameters, no fragment, sorted query.

    None if the text is not a web address.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").strip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _DEFAULT_PORTS or "." not in host:
        return None
    place = host if port is None or str(port) == _DEFAULT_PORTS[parts.scheme.lower()] else f"{host}:{port}"
    stored = sorted((name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(name))
    path = re.sub(r"[/\s]+$", "", parts.path) or "/"
    return urlunsplit(("https", place, path, urlencode(stored), ""))


def _is_tracking(name: str) -> bool:
    return _TRACKING.fullmatch(name.lower()) is not None


def title_words(title: str) -> frozenset[str]:
    """The words of a headline, folded to lower case without accents."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return frozenset(re.findall(r"[a-z0-9]+", plain))


def are_near_equal(one: Article, other: Article) -> bool:
    """Whether two articles report one story: published within three days, with 80 % of all headline words in common.

    The measure is Jaccard's: words in both over words in either. Headlines of fewer than four words must be equal.
    """
    if abs(one.published_at - other.published_at) > NEAR_DAYS:
        return False
    first, second = title_words(one.title), title_words(other.title)
    if min(len(first), len(second)) < 4:
        return first == second and bool(first)
    return len(first & second) >= NEAR_TITLES * len(first | second)


def without_repeats(articles: Iterable[Article], known: Sequence[Article] = ()) -> tuple[list[Article], dict[str, int]]:
    """The articles that are neither known nor repeated, and how many were left out by reason; the first one stays."""
    urls = {article.url for article in known}
    stored: list[Article] = []
    dropped: dict[str, int] = {}
    for article in articles:
        if article.url in urls:
            reason = "same_url"
        elif any(are_near_equal(article, other) for other in (*known, *stored)):
            reason = "near_equal_title"
        else:
            urls.add(article.url)
            stored.append(article)
            continue
        dropped[reason] = dropped.get(reason, 0) + 1
    return stored, dropped


@lru_cache(maxsize=20_000)
def short_name(name: str) -> str:
    """What people call a company: its name without legal form and state (`Apple Inc.`, `COSTCO WHOLESALE CORP /NEW`).

    A name that is nothing else stays whole.
    """
    short = _LEGAL.sub("", name.strip()).strip(" ,.&")
    short = re.sub(r"^the\s+", "", short, flags=re.IGNORECASE)
    return short or name.strip()


def mention(article: Article, company: Company) -> Mention | None:
    """Whether the article speaks of the company, by the surest of these rules; None when by none of them.

    | rule | means | confidence |
    |---|---|---|
    | `ticker_marked` | `$AAPL`, `NASDAQ: AAPL` or `(AAPL)` in headline or summary | 0.95 |
    | `name_in_title` | the short name as whole words in the headline | 0.9, of one word 0.75 |
    | `ticker_in_title` | a bare ticker of three letters or more in a headline that is not all capitals | 0.7 |
    | `name_in_capitals` | the same by a name of one word where every word has a capital, and the summary has it not | 0.4 |
    | `name_in_summary` | the short name as whole words in the summary | 0.6, of one word 0.45 |

    Names are the short name and what people call the company besides (`Google`, `P&G`, `Costco`).
    A name of one word may be a word of the language ("Target", "Gap"): it counts only as capitalised, and for less. In a
    headline that gives every word a capital ("Best Apple Pie Recipes") the capital says nothing.
    """
    article = _without_other_things(article, company)
    texts = f"{article.title}\n{article.summary or ''}"
    names = _people_say(company)
    # Most companies are in most articles by not a single word: seen at once, without a pattern.
    plain = _without_apostrophes(texts).lower()
    if not any(first in plain for _, first in names) and not any(
        re.split("[.-]", listing.ticker.symbol)[0] in texts for listing in company.listings
    ):
        return None
    tickers = [re.escape(listing.ticker.symbol).replace(r"\-", "[.-]") for listing in company.listings]
    for ticker in tickers:
        if re.search(rf"\$(?:{ticker})\b|\b(?:NASDAQ|NYSE|AMEX)\s?:\s?(?:{ticker})\b|\((?:{ticker})\)", texts):
            return Mention(company.cik, 0.95, "ticker_marked")
    named = [result for name, first in names if first in plain and (result := _named(article, company, name)) is not None]
    if not article.title.isupper() and any(
        len(ticker) >= 3 and re.search(rf"(?<![\w$.]){ticker}(?![\w.])", article.title) for ticker in tickers
    ):
        named.append(Mention(company.cik, 0.7, "ticker_in_title"))
    return max(named, key=lambda result: result.confidence, default=None)


def _without_other_things(article: Article, company: Company) -> Article:
    """The article without the words for other things that have the company's name in theirs."""
    things = other_things(company.name, [each.ticker.symbol for each in company.listings])
    if not things:
        return article
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, things))})\b", re.IGNORECASE)
    summary = pattern.sub(" ", article.summary) if article.summary else article.summary
    return replace(article, title=pattern.sub(" ", article.title), summary=summary)


def _named(article: Article, company: Company, name: str) -> Mention | None:
    """The mention by one name, by the surest of the rules for names."""
    is_one_word = not re.search(r"[\s&-]", name)
    is_in_title, is_in_summary = _names(name, article.title), _names(name, article.summary or "")
    if is_in_title and not (is_one_word and not is_in_summary and _is_title_case(article.title)):
        return Mention(company.cik, 0.75 if is_one_word else 0.9, "name_in_title")
    if is_in_summary:
        return Mention(company.cik, 0.45 if is_one_word else 0.6, "name_in_summary")
    return Mention(company.cik, 0.4, "name_in_capitals") if is_in_title else None


@lru_cache(maxsize=20_000)
def _people_say(company: Company) -> tuple[tuple[str, str], ...]:
    """The names by which people call a company, each with its first word in small letters."""
    names = (
        short_name(company.name) or company.label,
        *other_names(company.name, [each.ticker.symbol for each in company.listings]),
    )
    return tuple((name, _without_apostrophes(re.split(r"[\s-]", name)[0]).lower()) for name in dict.fromkeys(names))


def _is_title_case(headline: str) -> bool:
    """Whether all words of five letters and more have a capital, which small ones (`with`, `from`) often lack."""
    words = [word for word in re.findall(r"[^\W\d_]+", headline) if len(word) > 4]
    return len(words) > 1 and not any(word[0].islower() for word in words)


def _names(name: str, text: str) -> bool:
    """Whether the name stands in the text as whole words, each with a capital; a plural or possessive s may follow.

    Apostrophes are passed over (`McDonald's`, MCDONALDS CORP), and `&` is `and`.
    """
    if not re.search(r"\w", name):
        return False
    words = ["(?:&|and)" if word == "&" else re.escape(word) for word in _without_apostrophes(name).split()]
    pattern = r"(?<![\w-])" + r"[\s-]+".join(words) + r"s?(?![\w-])"
    plain = _without_apostrophes(text)
    if " " not in name and re.search(rf"(?<![\w-]){re.escape(name[0].upper() + name[1:])}['’]s(?!\w)", text):
        return True  # what is somebody's, as in `Apple's tablet`, is a company's even where its name is a word
    for result in re.finditer(pattern, plain, re.IGNORECASE):
        if name.lower() in ORDINARY_WORDS and _is_plain_word(plain, result.start(), result.end()):
            continue
        if all(not word[0].islower() or word.lower() in _SMALL_WORDS for word in re.findall(r"[^\s-]+", result[0])):
            return True
    return False


def _is_plain_word(text: str, start: int, end: int) -> bool:
    """Whether a word of the language begins a sentence there and a noun follows, as in `Apple pie`.

    A verb (`Apple unveils`, `Target cut`), a word for what companies have (`Target shares`), or a name may follow a company.
    """
    if start and not re.search(r"[.!?:]\s*$", text[:start]):
        return False
    following = re.match(r"\s+([a-z]+)", text[end:])
    return following is not None and not _AFTER_A_COMPANY.fullmatch(following[1])


def _without_apostrophes(text: str) -> str:
    """Without accents as well, which filers leave out of their names (ESTEE LAUDER)."""
    plain = text.replace("'", "").replace("’", "")
    if plain.isascii():
        return plain
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
