"""The name of a company as people write it, from the one it files under: `COSTCO WHOLESALE CORP /NEW` is Costco Wholesale."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from workbench.domain.companies.names import known_names

# What EDGAR appends to a name that another filer has: the state, /NEW, or the kind of security.
_CLOSED_SUFFIX = re.compile(r"\s*[/\\]\s*[A-Za-z. ]{1,20}\s*[/\\]$")
_SUFFIX = re.compile(r"\s*[/\\]\s*(?P<text>[A-Za-z][A-Za-z ]{1,20})?$")
_SECURITIES = frozenset(("ADR", "ADS", "NEW", "OLD"))
_LONGEST_CODE = 4
_LEGAL_FORM = re.compile(
    r"(?:,?\s+(?:and|&)\s+(?:company|co)|[\s,]+(?:incorporated|inc|corporation|corp|company|co|public\s+ltd\s+co|limited|ltd"
    r"|plc|p\.l\.c|l\.?\s?l\.?c|l\.?\s?l?\.?p|n\.?\s?v|s\.?\s?a|a[./\s]?s|s\.?a\.?b\.?|de\s+c\.?\s?v|ag|se|ab|asa|oyj"
    r"|s\.?\s?p\.?\s?a|b\.?v|kgaa|s\.?a\.?r\.?l|pte|pty|\(?the\)?))\.?,?$",
    re.IGNORECASE,
)
# EDGAR puts a person's family name first: HUNT J B TRANSPORT SERVICES INC.
_INVERTED = re.compile(r"([A-Z]{3,}) ((?:[A-Z] ){1,2}[A-Z])(?= |$)(.*)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_WITH_DIGITS = re.compile(r"(\d+)([A-Z]*)|([A-Z]+)(\d+)")
_ORDINALS = frozenset(("ST", "ND", "RD", "TH"))
_ROMAN = re.compile(r"(?=[IVX]{2,})X{0,3}(?:IX|IV|V?I{0,3})")
_MC = re.compile(r"\bMc(?=[A-Z]{2})")
_VOWELS = frozenset("aeiouyáéíóú")
# Of all lengths of a word in capitals, these are more often initials than words.
_SHORT = 3
# A name of one word in capitals before a legal form in small letters ("WEX Inc.") is its owner's spelling up to this length.
_LONGEST_OWN_CAPITALS = 5


@lru_cache(maxsize=20_000)
def display_name(name: str) -> str:
    """The name without its legal form and EDGAR's suffix (`/DE/`, `/NEW`), in the letters that people use.

    The words are always those of `name`. A name in capitals gets small letters: initials (IBM, AT&T, 3M) and Roman numerals
    stay, and `names.toml` says where a name has a hyphen, an apostrophe or a capital of its own (McDonald's, PepsiCo).
    A name that has small letters already stays as its owner writes it.

    >>> display_name("COSTCO WHOLESALE CORP /NEW"), display_name("Apple Inc."), display_name("CVS HEALTH Corp")
    ('Costco Wholesale', 'Apple', 'CVS Health')
    """
    core = _in_order(_without_legal_form(_without_suffix(" ".join(name.split()))))
    if (known := _known_spellings().get(_letters(core))) is not None:
        return known
    return _in_small_letters(_MC.sub("MC", core)) if _is_in_capitals(core, name) else core


def _in_order(core: str) -> str:
    """The family name after the initials: `SMITH A O` is A O SMITH."""
    inverted = _INVERTED.fullmatch(core)
    return f"{inverted[2]} {inverted[1]}{inverted[3]}" if inverted else core


def _without_suffix(name: str) -> str:
    while True:
        shorter = _CLOSED_SUFFIX.sub("", name)
        if (match := _SUFFIX.search(shorter)) and _is_appended(match):
            shorter = shorter[: match.start()]
        if shorter == name or not shorter.strip():
            return name
        name = shorter.strip()


def _is_appended(suffix: re.Match[str]) -> bool:
    """Whether it is a suffix: `INC/DE`, `CORP /NEW` and `Corp/Cayman` end in one, `PRICE/COSTCO` does not."""
    before, text = suffix.string[: suffix.start()], (suffix["text"] or "").strip()
    is_apart = suffix.group().startswith(" ") and len(text) <= _LONGEST_CODE
    return not text or text in _SECURITIES or is_apart or _without_legal_form(before) != before


def _without_legal_form(name: str) -> str:
    while (match := _LEGAL_FORM.search(name)) and _letters(name[: match.start()]) not in ("", "the"):
        name = name[: match.start()].rstrip(" ,")
    return name


def _is_in_capitals(core: str, name: str) -> bool:
    """Whether EDGAR wrote the name in capitals. `PLDT Inc.` is its owner's spelling, `CVS HEALTH Corp` is not."""
    words = _WORD.findall(_MC.sub("MC", core))
    if not any(word.isupper() for word in words) or any(not _is_upper(word) for word in words if len(word) > _SHORT):
        return False
    return len(words) > 1 or len(core) > _LONGEST_OWN_CAPITALS or not any(letter.islower() for letter in name)


def _is_upper(word: str) -> bool:
    return not any(letter.islower() for letter in word)


def _in_small_letters(core: str) -> str:
    core = re.sub(r"\b([A-Z]) (?=[A-Z]\b)", r"\1.", re.sub(r"(?<=\b[A-Z] [A-Z])(?= |$)", ".", core))
    return _WORD.sub(_word, re.sub(r" COM$", ".COM", core))


def _word(match: re.Match[str]) -> str:
    word, text = match.group(), match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    small = word.lower()
    if not _is_upper(word) or (before == "." and small == "com"):
        return word if not _is_upper(word) else small
    if before == after == " " and small in _words()["joining"]:
        return small
    if with_digits := _WITH_DIGITS.fullmatch(word):
        number, letters, first_letters, end = (part or "" for part in with_digits.groups())
        return number + (small[len(number) :] if letters in _ORDINALS else _capital(letters + first_letters)) + end
    return _capital(word, is_joined="&" in (before, after))


def _capital(word: str, *, is_joined: bool = False) -> str:
    """The word with one capital, or initials in capitals; O'Reilly has a capital after the apostrophe, Macy's has none."""
    first, *rest = re.split(r"(['’])", word)
    if _are_initials(first, is_joined=is_joined) and not (rest and len(first) == _SHORT):
        shown = first
    else:
        shown = _capitals_within().get(first.lower()) or (
            f"Mc{first[2:].capitalize()}" if re.match(r"MC[A-Z]{3}", first) else first.capitalize()
        )
    return shown + "".join(part.capitalize() if len(first) == 1 else part.lower() for part in rest)


def _are_initials(word: str, *, is_joined: bool) -> bool:
    small = word.lower()
    if len(word) == 1 or (is_joined and len(word) <= _SHORT) or _ROMAN.fullmatch(word):
        return True
    if small in _words()["short"]:
        return False
    return len(word) <= _SHORT or small in _words()["initials"] or not _VOWELS & set(small)


@cache
def _words() -> Mapping[str, frozenset[str]]:
    data = tomllib.loads(resources.files(__package__).joinpath("spelling.toml").read_text(encoding="utf-8"))
    return {kind: frozenset(words.split()) for kind, words in data.items()}


@cache
def _known_spellings() -> Mapping[str, str]:
    """How the companies of `names.toml` are written, by the letters alone."""
    known = {id(one): one for listed in known_names().values() for one in listed}
    spelled = [name for one in known.values() for name in (one.name, *one.names)]
    return {_letters(name): name for name in reversed(spelled)}


@cache
def _capitals_within() -> Mapping[str, str]:
    """Those of these names that are one word with a capital inside, such as BlackRock, by their small letters."""
    names = _known_spellings().values()
    return {name.lower(): name for name in names if re.fullmatch(r"[A-Z][a-z]+[A-Z][a-z]+", name)}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()
