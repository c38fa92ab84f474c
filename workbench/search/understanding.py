"""What a question names besides its subject: companies, forms, items, periods, and what filings call by another name.

Matching passages rank higher; none is left out. The user sees every recognized name and can ignore it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from db.engine import Connection
from workbench.domain.filings.passages import ReportPeriod
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.parse.items.form_items import form_items
from workbench.search.mentions import Mention, companies_in
from workbench.search.own_companies import AbsentMention, OwnMention, absent_companies_in, own_companies_in
from workbench.search.terms import Expansion, RatioMention, expansions_in, ratios_in

# In the words of questions; the form as `passages.form` holds it.
_FORMS = (
    (r"10-?K(?:s|/A)?", "10-K"),
    (r"annual (?:report|filing)s?", "10-K"),
    (r"10-?Q(?:s|/A)?", "10-Q"),
    (r"quarterly (?:report|filing)s?", "10-Q"),
    (r"8-?Ks?", "8-K"),
    (r"20-?Fs?", "20-F"),
    (r"40-?Fs?", "40-F"),
    (r"proxy statements?|DEF 14A", "DEF 14A"),
)
_YEAR = r"(?:(?P<year>(?:19|20)\d\d)|['’](?P<short>\d\d))"
_QUARTER = r"(?:Q(?P<q>[1-4])|(?P<q2>[1-4])Q|(?P<word>first|second|third|fourth)[- ]quarter)"
_PERIODS = (
    rf"\b{_QUARTER}(?: of)?(?: the)?(?:[ -]?(?:fiscal|FY))?(?: year)?[ -]?{_YEAR}(?!\d)",
    rf"\b{_YEAR}[ -]?{_QUARTER}\b",
    r"\b(?:fiscal(?: year)?|FY)[ -]?(?:(?P<year>(?:19|20)\d\d)|['’]?(?P<short>\d\d))(?!\d)",
    # A bare year; 2,024 and $2024 are amounts, 2024-2030 and "due 2030" are not distinguished and lift nothing.
    r"(?<![\d.,$€£-])(?P<year>(?:19[89]|20[0-4])\d)(?![\d,%-]|\.\d)",
)
_ORDINALS = ("first", "second", "third", "fourth")
_ITEM = re.compile(r"(?<![\w-])(?<!line )item\s+(?P<item>\d{1,2}\.\d\d|\d{1,2}[A-K]?)(?![\w.%]*\w)", re.IGNORECASE)
_NEWEST = re.compile(
    r"\b(?:(?:the|this)\s+)?(?:last|latest|newest|most\s+recent)\s+(?:fiscal\s+|reported\s+|full\s+)?"
    r"(?P<what>years?(?!\s+(?:ended|ending))|quarters?|10-?K|annual\s+report|10-?Q|quarterly\s+report|filings?|reports?)\b",
    re.IGNORECASE,
)
_ANNUAL, _QUARTERLY = ("10-K", "20-F", "40-F"), ("10-Q",)


@dataclass(frozen=True, slots=True)
class FormMention:
    """A form and the words of the question that name it."""

    form: str
    mention_text: str


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A fiscal year or quarter and the words of the question that name it."""

    period: ReportPeriod
    mention_text: str


@dataclass(frozen=True, slots=True)
class ItemMention:
    """An item of a form, what forms call it, and the words of the question that name it."""

    item: str
    title: str
    mention_text: str


@dataclass(frozen=True, slots=True)
class NewestMention:
    """The newest report of one of `forms`, and the words of the question that ask for it: "last year"."""

    forms: tuple[str, ...]
    mention_text: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that a question was understood to name, each kind from left to right."""

    companies: tuple[Mention, ...] = ()
    forms: tuple[FormMention, ...] = ()
    periods: tuple[PeriodMention, ...] = ()
    terms: tuple[Expansion, ...] = ()
    items: tuple[ItemMention, ...] = ()
    newest: tuple[NewestMention, ...] = ()
    ratios: tuple[RatioMention, ...] = ()
    own_companies: tuple[OwnMention, ...] = ()
    absent: tuple[AbsentMention, ...] = ()

    @property
    def lines(self) -> tuple[Expansion, ...]:
        """What is named of the statements, each once: by itself, or as a part of a ratio's formula."""
        named = (*self.terms, *(line for ratio in self.ratios for line in ratio.lines))
        return tuple({line.label: line for line in reversed(named)}.values())[::-1]


def understand(
    connection: Connection,
    text: str,
    ignored: Sequence[str] = (),
    as_of: date | None = None,
    caller: Caller = LOCAL,
) -> Understanding:
    """What the question names, but for what the user took back: `ignored` words as the question says them, `*` for all.

    Misspelt names are recognized from words filed by `as_of` that `caller` may read.
    """
    taken_back = {" ".join(word.casefold().split()) for word in ignored}
    if "*" in taken_back:
        return Understanding()

    def is_meant(mention_text: str) -> bool:
        return " ".join(mention_text.casefold().split()) not in taken_back

    def is_meant_at(mention: Mention | OwnMention | AbsentMention) -> bool:
        return is_meant(text[mention.start : mention.end])

    known = companies_in(connection, text, as_of, caller)
    own = own_companies_in(connection, text, as_of, caller)
    ratios = [mention for mention in ratios_in(text) if is_meant(mention.mention_text)]
    rest = text
    for ratio in ratios:  # the lines in a ratio's name are no lines that are asked for: in "debt to equity" equity is none
        rest = rest.replace(ratio.mention_text, " " * len(ratio.mention_text))
    return Understanding(
        tuple(filter(is_meant_at, known)),
        tuple(mention for mention in forms_in(text) if is_meant(mention.mention_text)),
        tuple(mention for mention in periods_in(text) if is_meant(mention.mention_text)),
        tuple(expansion for expansion in expansions_in(rest) if is_meant(expansion.mention_text)),
        tuple(mention for mention in items_in(text) if is_meant(mention.mention_text)),
        tuple(mention for mention in newest_in(text) if is_meant(mention.mention_text)),
        tuple(ratios),
        tuple(filter(is_meant_at, own)),
        tuple(filter(is_meant_at, absent_companies_in(text, [*known, *own]))),
    )


def forms_in(text: str) -> list[FormMention]:
    """Forms that the text names, each once; none where it names nothing else, for then they are what is looked for.

    >>> [mention.form for mention in forms_in("what changed since the last 10-K?")]
    ['10-K']
    """
    result, rest = [], text
    for pattern, form in _FORMS:
        whole = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
        result += [(match.start(), FormMention(form, match.group())) for match in whole.finditer(text)]
        rest = whole.sub(" ", rest)
    if not re.search(r"\w", re.sub(r"\b(?:an?|the|forms?|on)\b", " ", rest, flags=re.IGNORECASE)):
        return []
    return _once((mention for _, mention in sorted(result, key=lambda entry: entry[0])), lambda mention: mention.form)


def periods_in(text: str) -> list[PeriodMention]:
    """Fiscal years and quarters that the text names, each once; the year of a quarter is not named besides.

    >>> [(mention.period.fiscal_year, mention.period.quarter) for mention in periods_in("FY24 capex against Q2 2025")]
    [(2024, None), (2025, 2)]
    """
    results: list[tuple[int, int, PeriodMention]] = []
    for pattern in _PERIODS:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if all(match.end() <= start or end <= match.start() for start, end, _ in results):
                results.append((match.start(), match.end(), PeriodMention(_period(match), match.group())))
    results.sort(key=lambda entry: entry[0])
    return _once((mention for _, _, mention in results), lambda mention: mention.period)


def _period(match: re.Match[str]) -> ReportPeriod:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
    digit, word = parts.get("q") or parts.get("q2"), parts.get("word")
    quarter = int(digit) if digit else _ORDINALS.index(word.lower()) + 1 if word else None
    return ReportPeriod(year, quarter)


def items_in(text: str) -> list[ItemMention]:
    """Items that the text names by number, each once; a number that no form has is none.

    >>> [(mention.item, mention.title) for mention in items_in("Tesla item 9a")]
    [('9A', 'Controls and Procedures')]
    """
    results = []
    for match in _ITEM.finditer(text):
        name = match["item"].upper()
        title = next((one.title for form in ("10-K", "8-K", "20-F") for one in form_items(form) if one.item == name), None)
        if title is not None:
            results.append(ItemMention(name, title, match.group()))
    return _once(results, lambda mention: mention.item)


def newest_in(text: str) -> list[NewestMention]:
    """Where the text asks for the last year, the last quarter or the latest report, each once.

    >>> [mention.forms for mention in newest_in("margin last quarter")]
    [('10-Q',)]
    """
    results = []
    for match in _NEWEST.finditer(text):
        what = match["what"].lower()
        is_annual = what.startswith(("year", "annual")) or what.endswith("k")
        is_quarterly = what.startswith("quarter") or what.endswith("q")
        forms = _ANNUAL if is_annual else _QUARTERLY if is_quarterly else (*_ANNUAL, *_QUARTERLY)
        results.append(NewestMention(forms, match.group()))
    return _once(results, lambda mention: mention.forms)


_T = TypeVar("_T")


def _once(entries: Iterable[_T], key: Callable[[_T], object]) -> list[_T]:
    return list({key(entry): entry for entry in reversed(list(entries))}.values())[::-1]
