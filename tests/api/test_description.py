"""What the API promises to programs changes only on purpose: today's description against that of the last release.

`tests/data/api_description.json` is the description as released, without its words. A difference from it is listed here
with its reason. `WORKBENCH_TEST_UPDATE=1 pytest tests/api/test_description.py` records a release; empty the list then.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.api.description import compact, promises

pytestmark = pytest.mark.anyio

FILE = Path(__file__).parents[1] / "data" / "api_description.json"


class Intended(NamedTuple):
    """A pattern of differences, each written as `place: before -> after`, and why they are meant."""

    pattern: str
    reason: str


_WATCHLIST = r"(GET /api/v1/watchlists|(PUT|DELETE) /api/v1/watchlists/\S+/companies/\S+)\b.*"
INTENDED = (
    Intended(
        r"GET /api/v1/\S+ query \w+: (\S+)(.*?)( \| null)?( default=.*|) -> \1( minLength=1)?\2\4",
        "no value in a query is null, and an empty one is refused",
    ),
    Intended(r"\w+ \S+ 20\d \S+ \S*\.cancel_requested_at: none -> .*", "a task that runs can be cancelled"),
    Intended(r"DELETE /api/v1/reports/schedules/{name} (409|query owner): none -> .*", "an administrator names the owner"),
    Intended(r"DELETE /api/v1/reports/schedules/{name} path name: .*", "a given schedule has the name of its first owner too"),
    Intended(r"PUT /api/v1/reports/schedules/{name} path name: .*", "a given schedule has the name of its first owner too"),
    Intended(r"POST /api/v1/reports/{number}/cancel\b.*: none -> .*", "a report run can be cancelled over HTTP"),
    Intended(
        r"\w+ \S+ 20\d \S+ \S*\.display_name: none -> string, required",
        "a company's name as people write it stands beside its name",
    ),
    Intended(
        r"GET /api/v1/companies/{ticker}/restatements 200 \S+ \.(filings_from|is_known|restatements\[\]).*",
        "an entry is what one filing changed of a concept in all periods, each a change with its kind and evidence",
    ),
    Intended(
        r"(GET|POST|DELETE) /api/v1/documents\b.*\.subject\b.*: none -> .*",
        "what a document is about is read when it is added",
    ),
    Intended(
        r"POST /api/v1/documents 20[01] .*\.attachments\b.*: none -> .*",
        "the files of an added e-mail are documents of their own",
    ),
    Intended(r"PATCH /api/v1/documents/{document}.*: none -> .*", "what a document is about can be corrected"),
    Intended(
        r"GET /api/v1/search 200 .*\.interpreted\.(ratios|own_companies|absent)\b.*: none -> .*",
        "the search understands ratios, companies of added documents, and companies that are not here",
    ),
    Intended(
        r"GET /api/v1/search 200 .*\.hits\[\]\.(context|note): none -> .*",
        "a hit within a table has the table's title and head, one within a note the note",
    ),
    Intended(
        r"GET /api/v1/(search|similar|passages/\S+) 200 .*\.page_label: none -> .*",
        "slides and sheets are pages with names",
    ),
    Intended(r"GET /api/v1/filings/{accession}/sections 200 .*\.notes\b.*: none -> .*", "notes are listed beside the items"),
    Intended(
        r"GET /api/v1/companies/{ticker}/changes 200 .*\.moved_sentences\b.*: none -> .*",
        "sentences that moved are named as moved",
    ),
    Intended(r"GET /api/v1/search 200 .*\.figures\b.*: none -> .*", "a search answers questions for figures"),
    Intended(
        r"GET /api/v1/\S+ (200 (text/csv|application/vnd\.apache\.(parquet|arrow\.stream))|query (cursor|format)): none -> .*",
        "every list is also a table, with pages by cursors",
    ),
    Intended(
        r"GET /api/v1/(comparison|screen) (query format: one of csv, .* default=json -> .*|200 \S+: none -> .*)",
        "files by the Accept header, and as Arrow",
    ),
    Intended(r"GET /api/v1/\S+ query format: one of csv, json \| null -> one of arrow, csv, json, parquet", "more files"),
    Intended(
        r"GET /api/v1/companies/{ticker}/statements/{kind} (200 \S+spreadsheetml\.sheet: none|query format: \S.*) -> .*",
        "a statement as a workbook",
    ),
    Intended(
        r"\S+ /api/v1/\S+ \d+ .*: string( \| null)?, required -> string\(decimal\)( \| null)?, required",
        "amounts have a format",
    ),
    Intended(
        r"GET /api/v1/(filings|companies/{ticker}/(facts|news))\b.*: none -> .*",
        "facts as filed, news, and filings of all companies are new",
    ),
    Intended(
        r"POST /api/v1/(alerts|alerts/channels/{channel}/test|documents|exports|notes|reports|signing-keys) "
        r"(409|422|header Idempotency-Key)\b.*: none -> .*",
        "what makes something takes an idempotency key",
    ),
    Intended(r"(GET|PUT|DELETE|POST) /api/v1/settings/stored\b.*: none -> .*", "settings are stored while it runs"),
    Intended(r"GET /api/v1/(passages|restatements|settings|flags)\b.*: none -> .*", "new routes"),
    Intended(r"GET /api/v1/documents/{document}/text\b.*: none -> .*", "the text of a document by span is new"),
    Intended(r"GET /api/v1/search 200 .*\.passage: none -> .*", "a hit names its passage"),
    Intended(r"GET /api/v1/companies query as_of: none -> .*", "companies as of a day"),
    Intended(r"POST /api/v1/exports\b.*: none -> .*", "exports are new"),
    Intended(r"POST /api/v1/companies\b.*: none -> .*", "companies are loaded over the API"),
    Intended(r"POST /api/v1/documents 202\b.*: none -> .*", "a large document is read by a task"),
    Intended(r"(GET|POST) /api/v1/tasks\b.*: none -> .*", "tasks are new"),
    Intended(r"GET /api/v1/frames/\w+\b.*: none -> .*", "the tables of the Python client are new"),
    Intended(r"POST /api/v1/verify\b.*: none -> .*", "the verification of claimed figures is new"),
    Intended(r"GET /api/v1/filings/{accession}/text\b.*: none -> .*", "the text of a span is new"),
    Intended(
        r"\S+ /api/v1/(auth/(session/code|sessions|sign-out|password|second-factor)|users|signing-keys)\b.*: none -> .*",
        "sessions, signing keys and accounts are listed and changed, and one-time codes are a second factor",
    ),
    Intended(
        r"POST /api/v1/auth/(token (body|200)|session 400)\b.*",
        "a refresh token is given with each access token, and exchanged for the next",
    ),
    Intended(r"GET /api/v1/audit\b.*: none -> .*", "the audit of statements is new"),
    Intended(r"GET /api/v1/destinations\b.*: none -> .*", "what the command bar offers is new"),
    Intended(r"(GET /api/v1/alerts/unread|POST /api/v1/alerts/notices/read)\b.*: none -> .*", "the inbox is read and counted"),
    Intended(r"GET /api/v1/alerts/notices 200 .*\.read_at: none -> .*", "a notification is read in the inbox"),
    Intended(r"POST /api/v1/alerts body .*\.channel: .*", "an alert needs no channel: its notifications are in the inbox"),
    Intended(r"GET /api/v1/roles\b.*: none -> .*", "the roles are new"),
    Intended(r"GET /api/v1/audit-trail\b.*: none -> .*", "the audit trail is new"),
    Intended(r"(GET|PUT) /api/v1/sharing/.*: none -> .*", "sharing with roles is new"),
    Intended(r"(GET|PUT|DELETE) /api/v1/views\b.*: none -> .*", "saved views are new"),
    Intended(
        r"\S+ /api/v1/alerts\b.*\.kind: one of event, (.*), threshold, required -> "
        r"one of event, \1, screen, threshold, required",
        "alerts on companies that enter or leave a screen are new",
    ),
    Intended(
        r"POST /api/v1/alerts(/preview)? body .*\.condition: (.*)=500(.*) -> \2=2000\3", "the filters of a screen are long"
    ),
    Intended(r"GET /api/v1/series\b.*: none -> .*", "the series of a chart are new"),
    Intended(r"\S+ /api/v1/(notes|reviews)\b.*: none -> .*", "notes and reviews of filings are new"),
    Intended(r"(PUT|DELETE) /api/v1/reports/schedules/.*: none -> .*", "schedules are written over HTTP, too"),
    Intended(
        r"(GET|PUT) /api/v1/reports/schedules\S* .*\.(recipients|failure_channel)(\[\])?: none -> .*",
        "scheduled reports are sent to recipients",
    ),
    Intended(
        r"\S+ /api/v1/\S+ .*\.(owner|shared_with)(\[\])?: none -> .*", "what people make has an owner and is shared with roles"
    ),
    Intended(r"\S+ /api/v1/\S+ 429\b.*: none -> .*", "every route has a limit of requests"),
    Intended(r"\S+ /api/v1/\S+ 503\b.*: none -> .*", "a server that is busy, or whose database is down, says so"),
    Intended(r"\S+ /api/v1/\S+ 400\b.*: none -> .*", "a URL with a null character, or a cursor beside an offset, is refused"),
    Intended(r"GET /api/v1/screen 200 .*\.undecided_reasons\b.*: none -> .*", "why companies cannot be evaluated is new"),
    Intended(
        r"(GET|POST|DELETE) /api/v1/alerts\b.* "
        r"(\.alerts\[\]|\.alert)?\.(cik|digest_at|digest_weekday|fault|quiet_hours|ticker|watchlist): (.*) -> \4, required",
        "every alert has these fields; they were described as if they could be missing",
    ),
    Intended(
        r"(GET|POST) /api/v1/reports\b.*\.(error|figures_sha256|finished_at|manifest|schedule|last_started_at|next_offset)"
        r": (.*) -> \3, required",
        "every run, schedule and page has these fields; they were described as if they could be missing",
    ),
    Intended(r"GET /api/v1/reports 200 .*\.(limit|offset): none -> integer, required", "the answer had them, undescribed"),
    Intended(
        r"GET /api/v1/reports/{number}/comparison 200 .*\.(before|after)\..*: none -> .*",
        "the figures of a change are described in full, not as any object",
    ),
    Intended(r"POST /api/v1/reports 503\b.*", "a full queue of reports is said with when to try again"),
    Intended(r"(GET|POST) /api/v1/reports\b.*\.\*: none -> no other fields", "the answer is described in full"),
    Intended(_WATCHLIST + r"\.\*: none -> no other fields", "the answer is described in full"),
    Intended(r"GET /api/v1/prices/{ticker}/bars .*\.\*: none -> no other fields", "the answer is described in full"),
    Intended(
        r"GET /api/v1/filings/{accession}/sections .*\.status: string, required -> one of incorporated_by_reference, .*",
        "the values that there are",
    ),
    Intended(
        r"GET /api/v1/checks query (verdict: \S+ \| null -> none|result: none -> \S+ minLength=1)",
        "the parameter is named as the field of the answer",
    ),
    Intended(
        r"GET /api/v1/\S+ 200 application/json \.checks\[\]\."
        r"(verdict: string, required -> none|result: none -> string, required)",
        "whether a check passed is its result",
    ),
    Intended(
        r"GET /api/v1/\S+ 200 application/json (\.\w+)*\.(companies|forms|items|newest|periods|terms)\[\]"
        r"\.(said: string, required -> none|mention_text: none -> string, required)",
        "the words of a question that name something are the text of a mention",
    ),
    Intended(
        r"GET /api/v1/\S+ (200|202) application/json \S*\.?known_on: none -> string\(date\) \| null, required",
        "every figure says since when it is known",
    ),
    Intended(
        r"GET /api/v1/\S+ 200 application/json \S*\.part: none -> string \| null, required",
        "half-years and trimesters have a name",
    ),
    Intended(
        r"GET /api/v1/companies/{ticker}/(statements/{kind}|ratios) 200 .*\.(is_known|filings_from): none -> .*",
        "figures before the first loaded filing are unknown",
    ),
    Intended(
        r"GET /api/v1/companies/{ticker}/(statements/{kind}|ratios) 200 .*\.stale_reason: none -> string \| null, required",
        "interim periods that end before the newest fiscal year say so",
    ),
)


def _differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [
        f"{place}: {before.get(place, 'none')} -> {after.get(place, 'none')}"
        for place in sorted(before.keys() | after.keys())
        if before.get(place) != after.get(place)
    ]


@pytest.fixture
async def schema(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    return found


async def test_every_difference_from_the_last_release_is_meant(schema: dict[str, Any]) -> None:
    today = compact(schema)
    if os.environ.get("WORKBENCH_TEST_UPDATE"):
        FILE.write_text(json.dumps(today, indent=0) + "\n", encoding="utf-8")
    found = _differences(promises(json.loads(FILE.read_text(encoding="utf-8"))), promises(today))
    meant = {each: [line for line in found if re.fullmatch(each.pattern, line)] for each in INTENDED}
    listed = {line for lines in meant.values() for line in lines}
    assert [line for line in found if line not in listed] == []
    assert [each for each, lines in meant.items() if not lines] == []


async def test_a_change_of_any_kind_is_a_difference(schema: dict[str, Any]) -> None:
    before = promises(compact(schema))
    schemas, screen = schema["components"]["schemas"], schema["paths"]["/api/v1/screen"]["get"]
    del schemas["FilingAnswer"]["properties"]["size_bytes"]
    schemas["CompanyAnswer"]["required"].remove("sic")
    schemas["FactAnswer"]["properties"]["filed_on"]["format"] = "date-time"
    schemas["Status"]["enum"].append("guessed")
    next(each for each in screen["parameters"] if each["name"] == "limit")["schema"]["maximum"] = 5
    del screen["responses"]["400"]
    found = "\n".join(_differences(before, promises(compact(schema))))
    for expected in (
        "GET /api/v1/filings/{accession} 200 application/json .size_bytes: integer | null, required -> none",
        "GET /api/v1/companies 200 application/json .companies[].sic: string | null, required -> string | null",
        ".lines[].values[].facts[].filed_on: string(date), required -> string(date-time), required",
        "one of derived, refused, reported, required -> one of derived, guessed, refused, reported, required",
        "GET /api/v1/screen query limit: integer minimum=1 maximum=500 default=50 -> integer minimum=1 maximum=5 default=50",
        "GET /api/v1/screen 400: answer -> none",
    ):
        assert expected in found


async def test_every_shape_and_parameter_is_described_in_words(schema: dict[str, Any]) -> None:
    shapes = schema["components"]["schemas"]
    wordless = [name for name, shape in shapes.items() if not shape.get("description") and not name.startswith("Body_")]
    assert wordless == []
    for path, item in schema["paths"].items():
        for method, route in item.items():
            for parameter in route.get("parameters", []):
                known = parameter.get("description") or "$ref" in parameter["schema"] or "enum" in parameter["schema"]
                assert known, f"{method} {path} {parameter['name']}"
