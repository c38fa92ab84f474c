"""Names of companies made comparable: `J&J`, `Johnson & Johnson` and `JOHNSON_JOHNSON` are one company.

A name becomes a key: its words in small letters without legal forms, articles and `and`, written together. What people call
well-known companies besides (brands, former names, tickers) is data, in `names.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

# Legal forms, which people omit; `com` because the SEC writes AMAZON COM INC, `new` and `de` because it adds /NEW and /DE/.
LEGAL_FORMS = frozenset((
    "inc", "incorporated", "corp", "corporation", "co", "company", "companies", "ltd", "limited", "plc", "llc", "lp",
    "llp", "sa", "nv", "ag", "se", "ab", "asa", "trust", "com", "de", "new", "group", "holding", "holdings",
))  # fmt: skip
# Too common to stand for a longer name that has them.
COMMON_WORDS = frozenset((
    "and", "are", "best", "big", "business", "capital", "energy", "financial", "first", "for", "from", "general", "global",
    "has", "have", "health", "home", "how", "industries", "international", "its", "motor", "motors", "national", "new",
    "north", "oil", "platforms", "power", "products", "resources", "services", "software", "solutions", "south", "stores",
    "systems", "technologies", "technology", "the", "total", "united", "was", "what", "when", "where", "which", "who",
    "why", "wholesale", "with", "american", "foods", "brands", "media", "labs", "medical", "data", "digital",
))  # fmt: skip
_MORE_COMMON = frozenset((
    "advanced", "air", "annual", "applied", "arts", "automatic", "bank", "black", "book", "charles", "consolidated",
    "dollar", "electric", "electronic", "estate", "exchange", "federal", "growth", "interest", "las", "micro",
    "natural", "old", "pacific", "palo", "paper", "public", "real", "royal", "service", "southern", "standard",
    "state", "states", "stock", "texas", "time", "union", "us", "value", "walt", "warner", "waste", "water",
    "western", "world",
))  # fmt: skip
# Names of companies that are words of the language: at the beginning of a sentence the capital says nothing.
ORDINARY_WORDS = frozenset((
    "apple", "ball", "block", "booking", "box", "carnival", "caterpillar", "chase", "chubb", "coach", "converse", "corning",
    "discover", "dow", "fox", "gap", "hershey", "intuit", "linde", "match", "meta", "oracle", "paramount", "progressive",
    "root", "shell", "slack", "snap", "southwest", "spectrum", "sprint", "square", "tapestry", "target", "travelers",
    "twitter", "united", "unity", "visa", "whirlpool", "zoom",
))  # fmt: skip
_JOINING = frozenset(("and", "the"))
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class KnownName:
    """A company that people call by other names than the one it files under; `other_things` have such a name in their own."""

    name: str
    tickers: tuple[str, ...]
    names: tuple[str, ...]
    other_things: tuple[str, ...] = ()


def words_of(name: str) -> list[str]:
    """The words of a name in small letters, without an article before it and legal forms after it.

    >>> words_of("The Coca-Cola Company")
    ['coca', 'cola']
    """
    words = _WORD.findall(re.sub(r"['’.]", "", name.lower().replace(".com", " com")).replace("&", " and "))
    words = words[1:] if words[:1] == ["the"] else words
    while len(words) > 1 and (words[-1] in LEGAL_FORMS or words[-1] == "and"):
        words.pop()
    return words


def key_of(words: Iterable[str]) -> str:
    """Words of a name as one key.

    >>> key_of(words_of("Johnson & Johnson")), key_of(words_of("JOHNSON_JOHNSON"))
    ('johnsonjohnson', 'johnsonjohnson')
    """
    return "".join(word for word in words if word not in _JOINING)


def ticker_key(symbol: str) -> str:
    """A ticker as a key, which no name has."""
    return f"${symbol.lower().replace('.', '-').replace('/', '-')}"


def keys_of(names: Sequence[str], tickers: Sequence[str] = ()) -> tuple[str, ...]:
    """Every key by which a company of these names and tickers may be meant, sorted.

    The whole names, what `names.toml` knows them as, and the first words of a longer name where those are not common ones.
    """
    keys = {ticker_key(symbol) for symbol in tickers}
    for words in map(words_of, names):
        keys |= {key_of(words)} | _beginnings(words) | _initials(words)
        if len(words) == 1 and key_of(words) not in known_names():  # a file's name may give the ticker
            keys |= {ticker_key(words[0])} & known_names().keys()
    known = {id(one): one for key in keys for one in known_names().get(key, ())}
    for one in known.values():
        for name in (one.name, *one.names):
            keys |= {key_of(words_of(name))}
        keys |= {ticker_key(symbol) for symbol in one.tickers}
    return tuple(sorted(key for key in keys if key not in ("", "$")))


def whole_keys(names: Sequence[str], tickers: Sequence[str] = ()) -> frozenset[str]:
    """The keys of whole names and tickers, and of all else that `names.toml` knows those as: one shared key is one company."""
    keys = {key_of(words_of(name)) for name in names} | {ticker_key(symbol) for symbol in tickers}
    for known in [one for key in keys for one in known_names().get(key, ())]:
        keys |= {key_of(words_of(name)) for name in (known.name, *known.names)} | {ticker_key(each) for each in known.tickers}
    return frozenset(keys - {""})


def _beginnings(words: Sequence[str]) -> set[str]:
    first = words[0] if words else ""
    results = {key_of(words[:count]) for count in range(2, len(words))}
    if first not in COMMON_WORDS | _MORE_COMMON:
        results.add(first)
    return {key for key in results if len(key) >= _SHORTEST_BEGINNING}


def _initials(words: Sequence[str]) -> set[str]:
    """`pg` for Procter & Gamble, as a key for P&G."""
    return {key_of(word[0] if word != "and" else word for word in words)} if "and" in words[1:-1] else set()


def other_names(name: str, tickers: Sequence[str]) -> tuple[str, ...]:
    """What people call the company of this name and these tickers besides, from `names.toml`."""
    return tuple(dict.fromkeys(each for one in _known_as(name, tickers) for each in (one.name, *one.names)))


def other_things(name: str, tickers: Sequence[str]) -> tuple[str, ...]:
    """What has a name of this company in its own and is another thing: the Amazon river, Harrison Ford."""
    return tuple(each for one in _known_as(name, tickers) for each in one.other_things)


def _known_as(name: str, tickers: Sequence[str]) -> list[KnownName]:
    keys = [key_of(words_of(name)), *(ticker_key(symbol) for symbol in tickers)]
    return list({one.name: one for key in keys for one in known_names().get(key, ())}.values())


@cache
def known_names() -> Mapping[str, tuple[KnownName, ...]]:
    """The companies of `names.toml` by each of their keys: names, other names and tickers."""
    data = tomllib.loads(resources.files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))
    results: dict[str, tuple[KnownName, ...]] = {}
    for entry in data["company"]:
        one = KnownName(entry["name"], tuple(entry["tickers"]), tuple(entry.get("names", ())), tuple(entry.get("not", ())))
        keys = {key_of(words_of(name)) for name in (one.name, *one.names)} | {ticker_key(symbol) for symbol in one.tickers}
        for key in sorted(keys):
            results[key] = (*results.get(key, ()), one)
    return results
