"""Every list of the API as a table, and its pages by links."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pyarrow as pa
import pytest
from pyarrow import parquet

from api.tables import ROWS
from tests.api.test_errors import the_problem

pytestmark = pytest.mark.anyio

V1 = "/api/v1"
ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"


def _arrow(answer: httpx.Response) -> pa.Table:
    assert answer.headers["content-type"] == ARROW, answer.text
    return pa.ipc.open_stream(answer.content).read_all()


async def _get(client: httpx.AsyncClient, address: str, accept: str = "*/*") -> httpx.Response:
    answer = await client.get(f"{V1}{address}", headers={"accept": accept})
    assert answer.status_code == 200, answer.text
    return answer


async def test_columns_have_the_types_of_the_description(client: httpx.AsyncClient) -> None:
    filings = _arrow(await _get(client, "/companies/AAPL/filings?forms=10-K", ARROW))
    assert filings.schema.field("filed_on").type == pa.date32()
    assert filings.schema.field("accepted_at").type == pa.timestamp("us", tz="UTC")
    assert filings.schema.field("items").type == pa.list_(pa.string())
    newest = filings.to_pylist()[0]
    assert (newest["accession"], newest["filed_on"]) == ("0000320193-24-000123", date(2024, 11, 1))
    assert newest["accepted_at"] == datetime(2024, 11, 1, 10, 1, 36, tzinfo=UTC)
    assert (newest["is_xbrl"], newest["size_bytes"], newest["items"]) == (True, None, [])


async def test_the_three_files_have_the_same_rows(client: httpx.AsyncClient) -> None:
    address = "/prices/AAPL"
    table = _arrow(await _get(client, address, ARROW))
    assert table.column("close").to_pylist() == [Decimal("214.10"), Decimal("210.62")]
    assert parquet.read_table(io.BytesIO((await _get(client, address, PARQUET)).content)).equals(table)
    for asked in (await _get(client, address, "text/csv"), await _get(client, f"{address}?format=csv", "application/json")):
        assert asked.headers["content-type"].startswith("text/csv")
        assert asked.headers["content-disposition"] == 'attachment; filename="prices-AAPL.csv"'
        header, *rows = asked.text.splitlines()
        assert header == "traded_on,open,high,low,close,adjusted_close,volume_shares"
        assert rows[0] == "2024-06-27,214.10,215.10,213.10,214.10,214.10,1000"
        assert len(rows) == 2


async def test_an_object_in_a_row_has_a_column_for_each_field(client: httpx.AsyncClient) -> None:
    companies = _arrow(await _get(client, "/companies?q=berkshire", ARROW)).to_pylist()
    assert '"ticker": "BRK-A"' in companies[0]["listings"]  # what is a list of objects is its JSON
    checks = _arrow(await _get(client, "/checks", ARROW))
    assert {"company_ticker", "company_cik", "company_name", "period_end"} <= set(checks.column_names)


async def test_a_statement_is_a_table_of_figures(client: httpx.AsyncClient) -> None:
    for path in ("/companies/AAPL/statements/income", "/companies/AAPL/ratios", "/companies/AAPL/valuation"):
        table = _arrow(await _get(client, path, ARROW))
        assert {"label", "value", "reason", "known_on"} <= set(table.column_names)
        assert pa.types.is_decimal(table.schema.field("value").type)
        assert table.schema.field("known_on").type == pa.date32()


async def test_every_answer_with_rows_is_described_as_a_table(client: httpx.AsyncClient) -> None:
    schema = (await client.get(f"{V1}/openapi.json")).json()
    with_rows = {model.__name__ for model in ROWS}
    seen = set()
    for path, item in schema["paths"].items():
        for method, route in item.items():
            content = route["responses"].get("200", {}).get("content", {})
            name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
            if method == "get" and name in with_rows:
                seen.add(name)
                assert {"text/csv", ARROW, PARQUET} <= set(content), path
                assert "format" in {each["name"] for each in route["parameters"]}, path
    assert seen == with_rows


async def test_a_file_is_an_export_and_has_a_tag_of_its_own(client: httpx.AsyncClient) -> None:
    tags = {form: (await _get(client, "/companies/AAPL/filings", form)).headers["etag"] for form in ("*/*", ARROW, "text/csv")}
    assert len(set(tags.values())) == 3
    again = await client.get(f"{V1}/companies/AAPL/filings", headers={"accept": ARROW, "if-none-match": tags[ARROW]})
    assert again.status_code == 304


def _links(answer: httpx.Response) -> dict[str, str]:
    return {rel: address for address, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("link", ""))}


async def test_links_lead_through_a_list_and_back(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    answer = await _get(client, "/companies/AAPL/filings?limit=1")
    assert set(_links(answer)) == {"next"}
    while True:
        seen += [filing["accession"] for filing in answer.json()["filings"]]
        if "next" not in _links(answer):
            break
        answer = await client.get(_links(answer)["next"])
    assert seen == ["0000320193-24-000123", "0000320193-24-000120", "0000320193-23-000106"]
    assert set(_links(answer)) == {"prev", "first"}
    previous = await client.get(_links(answer)["prev"])
    assert previous.json()["filings"][0]["accession"] == seen[1]
    assert (await client.get(_links(answer)["first"])).json()["filings"][0]["accession"] == seen[0]


async def test_a_file_has_the_links_of_its_page(client: httpx.AsyncClient) -> None:
    answer = await _get(client, "/companies/AAPL/filings?limit=2&format=csv")
    following = await client.get(_links(answer)["next"])
    assert following.text.count("\r\n") == 2  # the header and the third filing
    assert "0000320193-23-000106" in following.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor={cursor}&offset=1", 400),  # which of the two?
        ("cursor={cursor}&forms=10-K", 400),  # a place in another list
        ("cursor=AAAA", 400),
        ("cursor=x.y", 400),
        ("cursor={cursor}&cursor={cursor}", 422),
    ],
)
async def test_a_cursor_is_of_one_list(client: httpx.AsyncClient, query: str, status: int) -> None:
    link = _links(await _get(client, "/companies/AAPL/filings?limit=1"))["next"]
    cursor = re.findall(r"cursor=([^&]+)", link)[0]
    answer = await client.get(f"{V1}/companies/AAPL/filings?{query.format(cursor=cursor)}")
    the_problem(answer, status)


async def test_a_list_may_go_on_with_another_number_of_rows(client: httpx.AsyncClient) -> None:
    link = _links(await _get(client, "/companies/AAPL/filings?limit=1"))["next"]
    answer: dict[str, Any] = (await client.get(link.replace("limit=1", "limit=50"))).json()
    assert (len(answer["filings"]), answer["offset"]) == (2, 1)


async def test_the_filings_of_all_companies(client: httpx.AsyncClient) -> None:
    newest = (await _get(client, "/filings?since=2024-10-31&as_of=2024-11-01")).json()["filings"]
    assert [filing["accession"] for filing in newest] == ["0000320193-24-000123", "0000320193-24-000120"]
    assert (await _get(client, "/filings?ticker=BRK.B")).json()["filings"] == []
    the_problem(await client.get(f"{V1}/filings?ticker=ZZZZ"), 404)
