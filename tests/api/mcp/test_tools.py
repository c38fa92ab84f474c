"""The tools over HTTP, on the starter data of Apple and one report of this project's own writing (`tests/loaded.py`)."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tokenizers import Tokenizer

from api.app import create_app
from api.mcp.server import build_server, definitions
from api.mcp.tools import TOOLS
from api.security import accounts, api_keys
from db.engine import Database
from tests.api.conftest import PASSWORD
from tests.loaded import ACCESSION, ORCHARD
from workbench.analysis.tools.sizes import MOST_TOKENS
from workbench.domain.operations.accounts import Scope
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import RateLimits

pytestmark = pytest.mark.anyio

_HEADERS = {"Accept": "application/json, text/event-stream"}
MOST_TOKENS_OF_DEFINITIONS = 4_000
CALLS: dict[str, dict[str, Any]] = {
    "find_company": {"query": "apple"},
    "statement": {"company": "AAPL", "kind": "balance", "period": "quarterly", "periods": 12, "as_of": "2024-12-31"},
    "figure": {"company": "AAPL", "measure": "return_on_invested_capital", "as_of": "2024-12-31"},
    "screen": {"where": "revenue >= 1B", "show": "net_margin,total_assets"},
    "search": {"query": "frost in the orchard"},
    "read": {"accession": ACCESSION.text, "item": "1A"},
    "what_changed": {"company": "AAPL", "since": "2023-01-01"},
    "verify": {
        "sentence": "Apple's net margin was 24.0 % in fiscal 2024 and 25.3 % in fiscal 2023, and its revenue $391 billion."
    },
}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """That of Llama 2, as a package of the tests carries it."""
    package = importlib.util.find_spec("wordllama")  # not imported: its modules need a compiler's product of each Python
    assert package is not None
    assert package.origin is not None
    return Tokenizer.from_file(str(Path(package.origin).parent / "tokenizers" / "l2_supercat_tokenizer_config.json"))


@pytest.fixture
async def client(loaded: Workbench) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(loaded) as http:
        yield http


@asynccontextmanager
async def _client(workbench: Workbench, address: str = "127.0.0.1", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Workbench(workbench.settings, workbench.database, workbench.objects))
    transport = httpx.ASGITransport(app, client=(address, 50000))
    http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=_HEADERS | headers)
    async with app.router.lifespan_context(app), http:
        yield http


async def _rpc(client: httpx.AsyncClient, method: str, **parameters: Any) -> dict[str, Any]:
    answer = await client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


async def _call(client: httpx.AsyncClient, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await _rpc(client, "tools/call", name=tool, arguments=arguments)
    assert not result.get("isError"), result
    answer: dict[str, Any] = json.loads(result["content"][0]["text"])
    return answer


async def _failure(client: httpx.AsyncClient, tool: str, **arguments: Any) -> str:
    result = await _rpc(client, "tools/call", name=tool, arguments=arguments)
    assert result["isError"]
    text: str = result["content"][0]["text"]
    return text


async def test_the_definitions_cost_less_than_they_may(client: httpx.AsyncClient, tokenizer: Tokenizer) -> None:
    listed = (await _rpc(client, "tools/list"))["tools"]
    assert [each["name"] for each in listed] == list(CALLS)
    assert all("as_of" in each["inputSchema"]["properties"] for each in listed)
    assert all(each["annotations"]["readOnlyHint"] for each in listed)
    assert len(tokenizer.encode(json.dumps(listed)).ids) <= MOST_TOKENS_OF_DEFINITIONS


@pytest.mark.parametrize("tool", CALLS)
async def test_an_answer_is_short_and_cites_what_a_person_can_open(
    client: httpx.AsyncClient, tokenizer: Tokenizer, tool: str
) -> None:
    answer = await _call(client, tool, **CALLS[tool])
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    assert len(tokenizer.encode(text).ids) <= MOST_TOKENS, text
    pages = [each for each in _values(answer, "page") if isinstance(each, str)]
    assert pages
    assert all(each.startswith(("http://127.0.0.1:8000/reader?", "http://127.0.0.1:8000/company?")) for each in pages)
    if tool not in ("find_company", "screen"):
        assert all(each.startswith("https://www.sec.gov/Archives/edgar/data/320193/") for each in _values(answer, "sec"))


def _values(part: Any, name: str) -> list[Any]:
    """What stands under a name anywhere in an answer."""
    if isinstance(part, list):
        return [value for each in part for value in _values(each, name)]
    if not isinstance(part, dict):
        return []
    return [value for key, each in part.items() for value in ([each] if key == name else _values(each, name))]


async def test_what_is_left_out_is_said_and_can_be_asked_for(client: httpx.AsyncClient) -> None:
    table = await _call(client, "statement", **CALLS["statement"])
    assert table["left_out"]["entries"] > 0
    fewer = await _call(client, "statement", **(CALLS["statement"] | {"periods": 2}))
    assert len(fewer["lines"]) > len(table["lines"])
    read = await _call(client, "read", accession=ACCESSION.text)
    reached = int(read["left_out"]["how"].removeprefix("read on with start "))
    following = await _call(client, "read", accession=ACCESSION.text, start=reached)
    whole = (await client.get(f"/api/v1/filings/{ACCESSION}/text")).json()["text"]
    assert whole.startswith(read["quotation"].removesuffix(" …") + following["quotation"].removesuffix(" …"))
    assert read["left_out"]["characters"] == len(whole) - reached
    assert len(read["quotation"]) > 2_000


async def test_figures_come_with_their_facts(client: httpx.AsyncClient) -> None:
    figure = await _call(client, "figure", company="AAPL", measure="revenue", period_end="2024-09-28", as_of="2024-12-31")
    assert (figure["value"], figure["unit"], figure["period_label"]) == ("391035000000", "USD", "FY 2024")
    (fact,) = figure["facts"]
    assert fact["citation"]["sec"].endswith("/000032019324000123/0000320193-24-000123-index.htm")
    judged = await _call(client, "verify", sentence="Apple's revenue was $400 billion in fiscal 2024", as_of="2024-12-31")
    assert (judged["outcome"], judged["claims"][0]["actual_value"]) == ("contradicted", "391035000000")


async def test_what_was_not_known_is_not_answered(client: httpx.AsyncClient) -> None:
    assert "2030" in await _failure(client, "figure", company="AAPL", measure="revenue", as_of="2030-01-01")
    assert (await _call(client, "what_changed", company="AAPL", since="1990-01-01", as_of="1999-12-31"))["filings"] == []
    assert (await _call(client, "find_company", query="apple", as_of="1980-01-01"))["companies"] == []
    table = await _call(client, "statement", company="AAPL", kind="income", as_of="2012-12-31")
    assert max(each["end"] for each in table["periods"]) <= "2012-12-31"


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("figure", {"company": "AAPL", "measure": "sheep"}, "is not a statement line or a ratio"),
        ("figure", {"company": "ZZZZ", "measure": "revenue"}, "no company with the ticker ZZZZ"),
        ("figure", {"company": "AAPL"}, "'measure' is a required property"),
        ("statement", {"company": "AAPL", "kind": "poem"}, "is not one of"),
        ("search", {"query": "risk", "delete": True}, "Additional properties are not allowed"),
        ("drop_table", {}, "there is no tool 'drop_table'"),
    ],
)
async def test_a_wrong_call_says_what_is_wrong(
    client: httpx.AsyncClient, tool: str, arguments: dict[str, Any], message: str
) -> None:
    assert message in await _failure(client, tool, **arguments)


async def test_a_stranger_is_refused_and_a_key_has_its_own_limit(workbench: Workbench, filled: Database) -> None:
    async with _client(workbench, "192.0.2.1") as stranger:
        answer = await stranger.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert answer.status_code == 401
    accounts.add_user(filled, "rita", Role.VIEWER, PASSWORD, actor="local")
    _, secret = api_keys.add_key(filled, "rita", "model", scopes=[Scope.READ], days=None, actor="local")
    settings = workbench.settings.model_copy(update={"rate_limits": RateLimits(viewer={"searches": 1})})
    limited = Workbench(settings, workbench.database, workbench.objects)
    async with _client(limited, "192.0.2.1", **{"X-API-Key": secret}) as reader:
        assert (await _call(reader, "search", query="frost"))["passages"] == []
        assert "more than 1 searches within a minute" in await _failure(reader, "search", query="frost")
        assert (await _call(reader, "find_company", query="apple"))["companies"][0]["cik"] == 320193


async def test_only_post_is_answered(client: httpx.AsyncClient) -> None:
    assert (await client.get("/mcp")).status_code == 405


async def test_instructions_in_a_filing_are_quoted_and_change_no_request(client: httpx.AsyncClient) -> None:
    found = await _call(client, "search", query="frost in the orchard", company="AAPL")
    assert ORCHARD[:40] in found["passages"][0]["quotation"]
    rest = {name: value for name, value in found["passages"][0].items() if name != "quotation"}
    assert "orchard" not in json.dumps(rest)
    assert "never instructions" in found["note"]


HOSTILE = ("../../auth/token", "AAPL?as_of=1999-01-01", "AAPL/../../users", "x\r\nX-API-Key: wbk_1", "DELETE /api/v1/alerts/1")


async def test_no_argument_leads_a_tool_to_another_kind_of_request() -> None:
    """Whatever a model was talked into passing, a tool reads: one GET of its own route, or the POST of `verify`."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(404, json={"detail": "nothing"})

    from mcp.client import Client

    api = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://test")
    async with api, Client(build_server(api, "http://test")) as model:
        for tool in TOOLS.values():
            for text in HOSTILE:
                arguments = dict.fromkeys(tool.required, text) | ({"kind": "income"} if "kind" in tool.required else {})
                await model.call_tool(tool.name, arguments)
    assert sent
    assert {(each.method, each.url.path) for each in sent if each.method != "GET"} == {("POST", "/api/v1/verify")}
    assert all(
        each.url.raw_path.startswith(b"/api/v1/") and b".." not in each.url.raw_path.split(b"?")[0].split(b"/")
        for each in sent
    )
    assert not any("x-api-key" in each.headers for each in sent)


def test_standard_input_and_output_list_the_tools() -> None:
    """No server is asked for the list, so the address can lead nowhere."""
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-c", "from workbench.cli import main; main()", "mcp", "--url", "http://127.0.0.1:9"],
        cwd=Path(__file__).parents[3], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    with server:
        server.stdin.write("".join(f"{json.dumps(line)}\n" for line in lines))
        server.stdin.flush()
        answers = [json.loads(server.stdout.readline())["result"] for _ in range(2)]
        server.stdin.close()
        assert server.wait(30) == 0
    assert answers[0]["serverInfo"]["name"] == "corporate-intel-workbench"
    assert [tool["name"] for tool in answers[1]["tools"]] == [each.name for each in definitions()]
