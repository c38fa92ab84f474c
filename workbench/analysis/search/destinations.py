"""What the command bar offers for what is typed: companies, pages, lines and ratios, filings, and commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from typing_extensions import TypedDict

from workbench.analysis.answer_types import Schema
from workbench.domain.errors import InvalidIdentifier
from workbench.domain.filings.filing import REPORT_FORMS, Filing
from workbench.domain.identity import Accession, Company
from workbench.domain.measures.catalogue import Measure, measures
from workbench.domain.operations.page_list import pages_for
from workbench.domain.rights.roles import Role

Kind = Literal["company", "page", "line", "filing", "command"]

_FORMS = {form.upper(): form for form in REPORT_FORMS}
# How many of each kind are offered.
MOST_COMPANIES = 5
MOST_FILINGS = 4
_MOST_LINES = 5


class DestinationAnswer(TypedDict, closed=True):
    """One thing to go to or to do."""

    kind: Kind
    label: str
    note: Annotated[str, Schema(description="What it is, or the keys that do the same.")]
    href: Annotated[str | None, Schema(description="Its page, relative to the workbench's address; null for a command.")]
    command: Annotated[str | None, Schema(description="What the browser does itself: `theme`, `link` or `keys`.")]


class DestinationsAnswer(TypedDict, closed=True):
    """What matches, the likeliest first."""

    q: str
    destinations: list[DestinationAnswer]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, read: an accession number or a form if it names one, and the words that are left."""

    accession: Accession | None
    form: str | None
    words: str

    @classmethod
    def parse(cls, q: str) -> Typed:
        """Reads `q`.

        >>> Typed.parse("cost 10-q")
        Typed(accession=None, form='10-Q', words='cost')
        >>> Typed.parse("0000320193-24-000123").accession
        Accession(text='0000320193-24-000123')
        """
        try:
            return cls(Accession.parse(q), None, "")
        except InvalidIdentifier:
            pass
        words = q.split()
        form = next((_FORMS[word.upper()] for word in words if word.upper() in _FORMS), None)
        return cls(None, form, " ".join(word for word in words if word.upper() not in _FORMS))


def destinations(
    q: str,
    *,
    role: Role | None,
    has_session: bool = False,
    companies: Sequence[Company] = (),
    filings: Sequence[Filing] = (),
    company: Company | None = None,
    as_of: date | None = None,
) -> DestinationsAnswer:
    """The answer for `q`: of these `companies` and `filings`, which match, and of what `role` may open.

    `company` is the one at hand, whose lines and ratios are offered. An exact ticker comes first, then filings, pages,
    other companies, lines, commands, and the search in the handbook. Nothing typed gives all pages and commands. Links
    carry `as_of`. Signing out is offered to those who signed in (`has_session`).
    """
    typed = Typed.parse(q)
    wanted = typed.words.casefold()
    exact = [each for each in companies if any(wanted == str(one.ticker).casefold() for one in each.listings)]
    offered = [
        *(_company(each, as_of) for each in exact),
        *(_filing(each, as_of) for each in filings),
        *([] if typed.form or typed.accession else _pages(wanted, role, as_of)),
        *(_company(each, as_of) for each in companies if each not in exact),
        *(_lines(wanted, company, as_of) if company and wanted and not typed.form else ()),
        *([] if typed.form or typed.accession else _commands(wanted, has_session=has_session)),
        *(_in_handbook(typed.words, as_of) if typed.words and role and not typed.form else ()),
    ]
    return {"q": q, "destinations": offered}


def _address(path: str, as_of: date | None, **parameters: str) -> str:
    given = {**parameters, **({"as_of": as_of.isoformat()} if as_of else {})}
    return f"{path}?{urlencode(given)}" if given else path


def _key(company: Company) -> str:
    return company.ticker.symbol if company.ticker else str(company.cik)


def _company(company: Company, as_of: date | None) -> DestinationAnswer:
    href = _address("company", as_of, ticker=_key(company))
    return {"kind": "company", "label": company.label, "note": company.display_name, "href": href, "command": None}


def _filing(filing: Filing, as_of: date | None) -> DestinationAnswer:
    href = _address("reader", as_of, accession=filing.accession.text)
    note = f"filed {filing.filed_on.isoformat()}, {filing.accession}"
    return {"kind": "filing", "label": filing.form, "note": note, "href": href, "command": None}


def _pages(wanted: str, role: Role | None, as_of: date | None) -> Iterable[DestinationAnswer]:
    shown = [page for page in pages_for(role) if _matches(wanted, f"{page.label} {page.words}")]
    for page in sorted(shown, key=lambda page: not page.label.casefold().startswith(wanted)):
        href = page.path if page.path == "account" else _address(page.path, as_of)
        yield {"kind": "page", "label": page.label, "note": f"g {page.key}", "href": href, "command": None}


def _in_handbook(words: str, as_of: date | None) -> Iterable[DestinationAnswer]:
    label = f"Search the handbook for “{words}”"
    yield {"kind": "command", "label": label, "note": "", "href": _address("docs", as_of, q=words), "command": None}


def _lines(wanted: str, company: Company, as_of: date | None) -> Iterable[DestinationAnswer]:
    shown = [each for each in measures().values() if _matches(wanted, f"{each.label} {each.name.replace('_', ' ')}")]
    shown.sort(key=lambda each: not each.label.casefold().startswith(wanted))
    for each in shown[:_MOST_LINES]:
        note = f"{company.label}, {each.kind.value if each.kind else 'ratio'}"
        yield {"kind": "line", "label": each.label, "note": note, "href": _line(each, company, as_of), "command": None}


def _line(measure: Measure, company: Company, as_of: date | None) -> str:
    if measure.kind is None:
        return _address("compare", as_of, ticker=_key(company), measure=measure.name)
    return _address("company", as_of, ticker=_key(company), kind=measure.kind.value, measure=measure.name)


def _commands(wanted: str, *, has_session: bool) -> Iterable[DestinationAnswer]:
    commands: list[tuple[DestinationAnswer, str]] = [
        ({"kind": "command", "label": "Switch theme", "note": "", "href": None, "command": "theme"}, "dark light colours"),
        ({"kind": "command", "label": "Copy link to this page", "note": "", "href": None, "command": "link"}, "share address"),
        ({"kind": "command", "label": "Keyboard shortcuts", "note": "?", "href": None, "command": "keys"}, "help"),
    ]
    if has_session:
        leave: DestinationAnswer = {"kind": "command", "label": "Sign out", "note": "", "href": "sign-out", "command": None}
        commands.append((leave, "log out leave"))
    return [command for command, words in commands if _matches(wanted, f"{command['label']} {words}")]


def _matches(wanted: str, text: str) -> bool:
    """Whether each word that is wanted begins a word of the text."""
    words = text.casefold().split()
    return all(any(word.startswith(each) for word in words) for each in wanted.split())
