"""The state of a page, which is written to and read from the address bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.statements.statement import PeriodKind, StatementKind

_LONGEST = 2000
# Parameters that can hold several values, separated by commas.
_WITH_SEVERAL_VALUES = frozenset({"ticker", "measure", "series", "marks"})
# Parameters that Bokeh reads itself.
_BOKEH_PARAMETERS = frozenset({"bokeh-session-id", "bokeh-token"})


@dataclass(frozen=True, slots=True)
class Selection:
    """The state of one page. Every view is a function of it; each field is a query parameter of the same name (`from_` is
    `from`, a keyword of Python).

    `ticker` is the user's input (a ticker or a CIK). `start` and `end` are a span of characters in the extracted text of the
    document. `document` is a file name within the filing, or the number of an uploaded document. `q` is a search, `offset` the
    number of hits to skip, `ignore` the words to search as plain words, separated by `|`, `fiscal_year` the year of the
    reports. `figure` is the figure whose sources are open, as `line@period end`. `from_` and `to` are the filings whose item
    is compared, `change` the kind of change to show. `measure` lists the compared measures, `chart` is the one in the chart.
    `tab` is the open part of a company's page. `where`, `show` and `sort` are the filters, further columns and order of a
    screen (`show` also the paragraphs of a comparison of filings); `sic` is an industry. `series` lists the series of a
    chart, `view` how their values are shown, `marks` what is marked on it. `span` is the period of price moves or of a chart,
    `report` and `other` are numbers of saved report runs, `notebook` is the chosen report, `outcome` filters ingest runs,
    `watchlist` is the name of the list whose companies are shown.
    """

    ticker: str = ""
    as_of: date | None = None
    kind: StatementKind = StatementKind.INCOME
    period: PeriodKind = PeriodKind.ANNUAL
    figure: str = ""
    accession: str = ""
    document: str = ""
    item: str = ""
    start: int | None = None
    end: int | None = None
    q: str = ""
    ignore: str = ""
    form: str = ""
    fiscal_year: int | None = None
    offset: int = 0
    from_: str = ""
    to: str = ""
    change: str = ""
    measure: str = ""
    chart: str = ""
    where: str = ""
    show: str = ""
    sort: str = ""
    sic: str = ""
    span: str = ""
    series: str = ""
    view: str = ""
    marks: str = ""
    report: int | None = None
    other: int | None = None
    notebook: str = ""
    outcome: str = ""
    watchlist: str = ""
    tab: str = ""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, Sequence[bytes]]) -> Selection:
        """Reads the query parameters of a request. Those with several values can be repeated; of others the last one counts.

        Raises InvalidRequest (or FutureDate) that names the parameter. Unknown parameters are refused too: ignoring one would
        show something other than requested.
        """
        known = {field.name.rstrip("_"): field.name for field in fields(cls)}
        for name in arguments:
            if name not in known and name not in _BOKEH_PARAMETERS:
                raise _unknown(name, known)
        texts = {
            known[name]: _text(name, _joined(name, values)) for name, values in arguments.items() if name in known and values
        }
        return cls().changed(**texts)

    def changed(self, **texts: str) -> Selection:
        """This selection with some fields read from text; an empty text resets a field to its default."""
        return replace(self, **{name: _read(name, text.strip()) for name, text in texts.items()})

    def query(self, **changes: Any) -> str:
        """`?ticker=...` for this selection with `changes`; fields with default values are left out."""
        return "?" + urlencode(replace(self, **changes).parameters())

    def parameters(self) -> list[tuple[str, str]]:
        """The fields without default values, as text, in the order of the class."""
        default = Selection()
        return [
            (field.name.rstrip("_"), str(getattr(self, field.name)))
            for field in fields(self)
            if getattr(self, field.name) != getattr(default, field.name)
        ]


def _unknown(name: str, known: Iterable[str]) -> InvalidRequest:
    near = get_close_matches(name.lower(), known, n=1)
    hint = f"did you mean {near[0]}?" if near else "remove it from the address"
    return InvalidRequest(f"unknown parameter {name[:60]!r}", hint=hint)


def _joined(name: str, values: Sequence[bytes]) -> bytes:
    return b",".join(dict.fromkeys(values)) if name in _WITH_SEVERAL_VALUES else values[-1]


def _text(name: str, value: bytes) -> str:
    if len(value) > _LONGEST:
        raise InvalidRequest(f"{name} in the address is longer than {_LONGEST} characters")
    return value.decode(errors="replace").replace("\x00", "")


def _read(name: str, text: str) -> Any:
    default = getattr(Selection(), name)
    if text == "":
        return default
    if name == "as_of":
        return parse_as_of(text)
    if name in ("start", "end", "offset", "report", "other", "fiscal_year"):
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise InvalidRequest(f"{name} must be a whole number from 0 up, not {text!r}")
        return int(text)
    if isinstance(default, StatementKind | PeriodKind):
        try:
            return type(default)(text)
        except ValueError:
            raise InvalidRequest(f"{name} must be one of {', '.join(type(default))}, not {text!r}") from None
    return text
