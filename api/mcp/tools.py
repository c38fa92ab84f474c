"""The tools: what each takes, which request of the API answers it, and how its answer is shortened.

A tool is a client of the API: it sends one GET, or the POST of `verify`, in the caller's name. It can therefore do nothing
that the caller could not, and none of these requests changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from workbench.analysis.tools import answers
from workbench.domain.measures.catalogue import measure

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request of the API below its prefix."""

    path: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool: `parameters` are JSON Schemas by name; `shape` makes its answer of the API's, with the address of the pages."""

    name: str
    description: str
    parameters: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]
    request: Callable[[Arguments], ApiRequest]
    shape: Callable[[Mapping[str, Any], str], dict[str, Any]]

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments, `as_of` among them."""
        properties = {**self.parameters, "as_of": _AS_OF}
        return {
            "type": "object", "properties": properties, "required": list(self.required), "additionalProperties": False,
        }  # fmt: skip


_AS_OF = {"type": "string", "description": "Only what was known on this day (YYYY-MM-DD)"}
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}
_COMPANY = {"type": "string", "description": "Ticker or CIK"}
_PERIOD = {"enum": ["annual", "quarterly", "ttm"]}


def _path(text: object) -> str:
    return quote(str(text), safe="")


def _given(arguments: Arguments, *names: str, **more: Any) -> dict[str, Any]:
    return {**more, **{name: arguments[name] for name in (*names, "as_of") if arguments.get(name) not in (None, "")}}


def _find(arguments: Arguments) -> ApiRequest:
    return ApiRequest("/companies", {"q": arguments["query"], "limit": 10} | _given(arguments))


def _statement(arguments: Arguments) -> ApiRequest:
    kind, company = arguments["kind"], _path(arguments["company"])
    path = f"/companies/{company}/ratios" if kind == "ratios" else f"/companies/{company}/statements/{_path(kind)}"
    return ApiRequest(path, {"periods": 3} | _given(arguments, "period", "periods"))


def _figure(arguments: Arguments) -> ApiRequest:
    named, company = measure(arguments["measure"]), _path(arguments["company"])
    given = _given(arguments, "period", "period_end")
    if named.kind is None:
        return ApiRequest(f"/companies/{company}/ratios/provenance", {**given, "ratio": named.name})
    return ApiRequest(f"/companies/{company}/statements/{named.kind}/provenance", {**given, "line": named.name})


def _screen(arguments: Arguments) -> ApiRequest:
    return ApiRequest("/screen", _given(arguments, "where", "show", "sort", "offset", limit=20))


def _search(arguments: Arguments) -> ApiRequest:
    given = _given(arguments, "form", "item", "offset", q=arguments["query"], k=8)
    return ApiRequest("/search", given | ({"ticker": arguments["company"]} if arguments.get("company") else {}))


def _read(arguments: Arguments) -> ApiRequest:
    path = f"/filings/{_path(arguments['accession'])}/text"
    return ApiRequest(path, _given(arguments, "start", "end", "item", "document"))


def _changes(arguments: Arguments) -> ApiRequest:
    company = _path(arguments["company"])
    if arguments.get("since"):
        return ApiRequest(f"/companies/{company}/filings", _given(arguments, "since", limit=20))
    return ApiRequest(f"/companies/{company}/changes", _given(arguments, "item", "from", "to", limit=8))


def _changed(answer: Mapping[str, Any], base: str) -> dict[str, Any]:
    return answers.filings(answer, base) if "filings" in answer else answers.changes(answer, base)


def _verify(arguments: Arguments) -> ApiRequest:
    return ApiRequest("/verify", _given(arguments), {"sentence": arguments["sentence"]})


TOOLS = {
    each.name: each
    for each in (
        ToolDefinition(
            "find_company",
            "Find companies by name (also a former one), ticker or CIK; with as_of, those that had filed. Names are of today.",
            {"query": _TEXT}, ("query",), _find, answers.companies,
        ),
        ToolDefinition(
            "statement", "A standardised statement or the ratios of the newest periods. A missing figure has a reason code.",
            {
                "company": _COMPANY, "kind": {"enum": ["income", "balance", "cashflow", "ratios"]}, "period": _PERIOD,
                "periods": {"type": "integer", "minimum": 1, "maximum": 20, "description": "Number of periods, 3 by default"},
            },
            ("company", "kind"), _statement, answers.table,
        ),
        ToolDefinition(
            "figure",
            "One line (revenue, net_income, total_assets) or ratio (gross_margin) with its proof: formula, XBRL facts, and "
            "the element of the filing that prints each.",
            {
                "company": _COMPANY, "measure": _TEXT, "period": _PERIOD,
                "period_end": {"type": "string", "description": "Last day of the period; the newest by default"},
            },
            ("company", "measure"), _figure, answers.figure,
        ),
        ToolDefinition(
            "screen", "Companies whose latest figures pass filters.",
            {
                "where": {"type": "string", "description": "As in revenue >= 10B; net_margin@ttm > 20"},
                "show": {"type": "string", "description": "More measures, comma-separated"},
                "sort": {"type": "string", "description": "Measure, largest first; -measure for smallest first"},
                "offset": _NUMBER,
            },
            ("where",), _screen, answers.screen,
        ),
        ToolDefinition(
            "search", "Search passages of filings by words and meaning.",
            {
                "query": _TEXT, "company": _COMPANY, "form": {"type": "string", "description": "As in 10-K"},
                "item": {"type": "string", "description": "As in 1A"}, "offset": _NUMBER,
            },
            ("query",), _search, answers.passages,
        ),
        ToolDefinition(
            "read", "Read a filing's text: a span of characters, or an item from its beginning.",
            {"accession": _TEXT, "start": _NUMBER, "end": _NUMBER, "item": _TEXT, "document": _TEXT},
            ("accession",), _read, answers.span,
        ),
        ToolDefinition(
            "what_changed",
            "What changed in an item (1A by default) from one annual report to the next, or, with `since`, the filings from "
            "that day on.",
            {
                "company": _COMPANY, "item": _TEXT, "from": {"type": "string", "description": "Accession of the older filing"},
                "to": _TEXT, "since": {"type": "string", "description": "YYYY-MM-DD"},
            },
            ("company",), _changes, _changed,
        ),
        ToolDefinition(
            "verify",
            "Judge each figure that a sentence claims: supported, contradicted, ambiguous or not loaded, with the figure, its "
            "filing and the element that prints it. The sentence names company, line or ratio, and period: Apple's gross "
            "margin was 46.2 % in fiscal 2024.",
            {"sentence": _TEXT}, ("sentence",), _verify, answers.verification,
        ),
    )
}  # fmt: skip
