"""Companies, filings and prices over HTTP."""

from __future__ import annotations

import pytest

from tests.api.conftest import Opener

pytestmark = pytest.mark.anyio


async def test_companies_are_found_by_ticker_name_and_cik(opened: Opener) -> None:
    async with opened() as client:
        for q in ("aapl", "apple", "320193", "computer inc"):
            found = (await client.get("/api/v1/companies", params={"q": q})).json()["companies"]
            assert [company["ticker"] for company in found] == ["AAPL"], q
        everybody = (await client.get("/api/v1/companies")).json()
        assert [company["cik"] for company in everybody["companies"]] == [320193, 1067983]
        assert everybody["next_offset"] is None


async def test_as_of_a_day_companies_are_those_that_had_filed(opened: Opener) -> None:
    async with opened() as client:
        for day, expected in (("2023-11-02", []), ("2023-11-03", [320193])):  # Berkshire has no filing here
            answer = await client.get("/api/v1/companies", params={"as_of": day})
            assert [company["cik"] for company in answer.json()["companies"]] == expected


async def test_lists_go_on_where_they_say(opened: Opener) -> None:
    async with opened() as client:
        first = (await client.get("/api/v1/companies?limit=1")).json()
        assert (len(first["companies"]), first["next_offset"]) == (1, 1)
        second = (await client.get("/api/v1/companies?limit=1&offset=1")).json()
        assert [company["ticker"] for company in second["companies"]] == ["BRK-B"]
        assert second["next_offset"] is None


async def test_a_company_by_ticker_or_cik(opened: Opener) -> None:
    async with opened() as client:
        answers = [
            (await client.get(f"/api/v1/companies/{text}")).json()
            for text in ("AAPL", "aapl", "320193", "0000320193", "CIK0000320193")
        ]
    company = answers[0]
    assert all(answer == company for answer in answers)
    assert (company["cik"], company["name"]) == (320193, "Apple Inc.")
    assert company["former_names"] == [{"name": "APPLE COMPUTER INC", "from_on": "1994-01-26", "until_on": "2007-01-04"}]


async def test_share_classes_lead_to_one_company(opened: Opener) -> None:
    async with opened() as client:
        for text in ("BRK-B", "brk.b", "BRK.A", "BRK%20B"):
            assert (await client.get(f"/api/v1/companies/{text}")).json()["cik"] == 1067983, text


async def test_filings_newest_first_by_form_and_date(opened: Opener) -> None:
    async with opened() as client:
        every = (await client.get("/api/v1/companies/AAPL/filings")).json()["filings"]
        assert [filing["form"] for filing in every] == ["10-K", "8-K", "10-K"]
        assert every[0]["accepted_at"] == "2024-11-01T10:01:36Z"
        assert every[1]["items"] == ["2.02", "9.01"]
        for query, expected in {
            "forms=10-K": ["0000320193-24-000123", "0000320193-23-000106"],
            "forms=10-K,8-K&since=2024-10-31": ["0000320193-24-000123", "0000320193-24-000120"],
            "forms=10-K&forms=8-K&as_of=2024-10-31": ["0000320193-24-000120", "0000320193-23-000106"],
            "as_of=2020-01-01": [],
        }.items():
            found = (await client.get(f"/api/v1/companies/AAPL/filings?{query}")).json()["filings"]
            assert [filing["accession"] for filing in found] == expected, query


async def test_a_filing_with_and_without_dashes(opened: Opener) -> None:
    async with opened() as client:
        for text in ("0000320193-24-000123", "000032019324000123"):
            filing = (await client.get(f"/api/v1/filings/{text}")).json()
            assert (filing["form"], filing["report_on"]) == ("10-K", "2024-09-28")


async def test_prices_oldest_first_in_their_window(opened: Opener) -> None:
    async with opened() as client:
        series = (await client.get("/api/v1/prices/AAPL")).json()
        assert [(row["traded_on"], row["close"]) for row in series["bars"]] == [
            ("2024-06-27", "214.10"),
            ("2024-06-28", "210.62"),
        ]
        assert series["source"] == "test-source"
        by_cik = (await client.get("/api/v1/prices/320193?as_of=2024-06-27")).json()
        assert [row["traded_on"] for row in by_cik["bars"]] == ["2024-06-27"]
        nothing = (await client.get("/api/v1/prices/BRK-B")).json()
        assert (nothing["bars"], nothing["source"]) == ([], None)


async def test_the_company_of_a_path_is_found_the_same_way_everywhere(opened: Opener) -> None:
    async with opened() as client:
        schema = (await client.get("/api/v1/openapi.json")).json()
        below = [path for path, item in schema["paths"].items() if "/companies/{ticker}" in path and "get" in item]
        assert len(below) >= 12
        for path in below:
            address, query = path.replace("{kind}", "income"), _needed(path)
            for text, status in (("ZZZZ", 404), ("A!", 400)):
                answer = await client.get(address.replace("{ticker}", text), params=query)
                assert answer.status_code == status, answer.text
            by_ticker, by_cik = [
                await client.get(address.replace("{ticker}", text), params=query) for text in ("BRK.A", "1067983")
            ]
            assert by_ticker.content == by_cik.content, path


async def test_an_unknown_company_is_said_before_what_is_wrong_with_the_rest(opened: Opener) -> None:
    async with opened() as client:
        assert (await client.get("/api/v1/companies/ZZZZ/filings?limit=0")).status_code == 404
        assert (await client.get("/api/v1/companies/AAPL/filings?limit=0")).status_code == 422
        assert (await client.get("/api/v1/companies/ZZZZ/filings?limits=1")).status_code == 422


def _needed(path: str) -> dict[str, str]:
    return {"ratio": "net_margin"} if "ratios/prov" in path else {"line": "revenue"} if path.endswith("provenance") else {}


async def test_an_unchanged_answer_is_not_sent_again(opened: Opener) -> None:
    async with opened() as client:
        first = await client.get("/api/v1/companies/AAPL")
        again = await client.get("/api/v1/companies/AAPL", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "no-cache" in first.headers["cache-control"]
        other = await client.get("/api/v1/companies/BRK-B", headers={"If-None-Match": first.headers["etag"]})
        assert other.status_code == 200


async def test_long_answers_travel_compressed(opened: Opener) -> None:
    async with opened() as client:
        answer = await client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.json()["openapi"].startswith("3.")
