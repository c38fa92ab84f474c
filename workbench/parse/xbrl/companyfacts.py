"""`companyfacts`: every XBRL fact of one company, as the SEC's API gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workbench.domain.errors import InvalidIdentifier, MalformedDocument
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.facts.fiscal_years import StatedYear
from workbench.domain.identity import Accession, Cik
from workbench.parse.json_document import mapping, read_json
from workbench.parse.validation import fitting_facts
from workbench.parse.xbrl.stated_years import years_of_facts

READER = "companyfacts/2"

# The largest monetary facts have 15 digits and the finest ratios 10 decimals; beyond this a value is damage.
_MOST_DIGITS = 60
_LARGEST = 10**_MOST_DIGITS


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What one companyfacts document says. `dropped` counts facts that were left out, by reason.

    `stated_years` are the fiscal years that its annual and quarterly reports state, by accession.
    """

    cik: Cik
    name: str | None
    facts: tuple[Fact, ...]
    labels: Mapping[Concept, str]
    dropped: Mapping[str, int]
    stated_years: tuple[StatedYear, ...] = ()


def parse_company_facts(content: bytes, cik: Cik) -> CompanyFacts:
    """Reads the document of the company `cik`; values are exactly the decimals that the JSON spells.

    A single fact that cannot be one (no period, no number, no accession, refused by `validation`) is dropped and
    counted. Raises MalformedDocument when the whole is not such a document, or is that of another company.
    """
    name = f"companyfacts of CIK {cik}"
    document = mapping(read_json(content, name), name)
    _check_cik(document.get("cik"), cik, name)
    reader = _Reader(cik)
    labels: dict[Concept, str] = {}
    for taxonomy, tags in mapping(document.get("facts", {}), name, "facts").items():
        for tag, element in mapping(tags, name, taxonomy).items():
            concept = Concept(taxonomy, tag)
            body = mapping(element, name, tag)
            if isinstance(label := body.get("label"), str) and label.strip() and label.isprintable():
                labels[concept] = label.strip()
            for unit, rows in mapping(body.get("units", {}), name, tag).items():
                if not isinstance(rows, list):
                    raise MalformedDocument(f"{name}: the facts of {concept} in {unit} are not a list", document=name)
                if not (taxonomy.isprintable() and tag.isprintable() and unit.isprintable() and taxonomy and tag and unit):
                    reader.dropped["fact with an unreadable concept or unit"] += len(rows)
                    continue
                reader.read(concept, unit, rows)
    entity = document.get("entityName")
    title = entity.strip() if isinstance(entity, str) and entity.strip() else None
    facts, refused = fitting_facts(reader.facts)
    stated = years_of_facts(facts, reader.fiscal_periods)
    return CompanyFacts(cik, title, facts, labels, dict(reader.dropped + refused), stated)


def _check_cik(stated: Any, cik: Cik, name: str) -> None:
    try:
        result = Cik.parse(str(stated))
    except InvalidIdentifier:
        raise MalformedDocument(f"{name}: it names no company", document=name) from None
    if result != cik:
        raise MalformedDocument(f"{name}: it is that of CIK {result}", document=name)


class _Refused(Exception):
    """Why one fact is dropped."""


class _Reader:
    """Collects facts; dates and accessions repeat thousands of times, so each is read once."""

    def __init__(self, cik: Cik) -> None:
        self.facts: list[Fact] = []
        self.dropped: Counter[str] = Counter()
        self.fiscal_periods: Counter[tuple[str, object, object]] = Counter()
        self._cik = cik
        self._days: dict[str, date] = {}
        self._accessions: dict[str, Accession] = {}

    def read(self, concept: Concept, unit: str, rows: list[Any]) -> None:
        cik, days, accessions, append = self._cik, self._days, self._accessions, self.facts.append
        seen: set[tuple[date | None, date, str]] = set()
        good = len(self.facts)
        for row in rows:
            try:
                stated, end = row.get("start"), days.get(row["end"]) or self._day(row["end"])
                start = None if stated is None else days.get(stated) or self._day(stated)
                append(
                    Fact(
                        cik,
                        concept,
                        unit,
                        start,
                        end,
                        _value(row["val"]),
                        accessions.get(row["accn"]) or self._accession(row["accn"]),
                        _form(row["form"]),
                        days.get(row["filed"]) or self._day(row["filed"]),
                    )
                )
            except _Refused as refused:
                self.dropped[str(refused)] += 1
            except KeyError as missing:
                self.dropped[f"fact without {missing.args[0]!r}"] += 1
            except (AttributeError, TypeError):
                self.dropped["entry that is no fact"] += 1
            else:
                seen.add((start, end, row["accn"]))
        # Counted at once, which costs a tenth of what it does row by row; a list with an entry that is no fact has no say.
        with suppress(AttributeError, KeyError, TypeError):
            self.fiscal_periods.update([(row["accn"], row.get("fy"), row.get("fp")) for row in rows])
        if repeated := len(self.facts) - good - len(seen):
            self.dropped["fact that its filing states twice (the more precise stays)"] += repeated

    def _day(self, text: Any) -> date:
        try:
            self._days[text] = day = date.fromisoformat(text)
        except (ValueError, TypeError):
            raise _Refused("fact with a date that is none") from None
        return day

    def _accession(self, text: Any) -> Accession:
        try:
            self._accessions[text] = accession = Accession.parse(text)
        except (InvalidIdentifier, AttributeError):
            raise _Refused("fact with an accession number that is none") from None
        return accession


def _form(form: Any) -> str:
    if type(form) is not str or not form or not form.isprintable():
        raise _Refused("fact without 'form'")
    return form


def _value(value: Any) -> Decimal:
    kind = type(value)
    if kind is int:
        if not -_LARGEST < value < _LARGEST:
            raise _Refused("fact whose value is out of range")
        return Decimal(value)
    if kind is not Decimal:
        raise _Refused("fact without 'val'" if value is None else "fact whose value is no number")
    number: Decimal = value
    if not -_MOST_DIGITS < number.adjusted() < _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise _Refused("fact whose value is out of range")
    return number
