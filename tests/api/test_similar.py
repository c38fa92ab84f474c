"""Similar companies over HTTP."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_an_answer_keeps_its_shape_also_when_nobody_is_alike(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/companies/BRK.B/similar?as_of=2024-06-30")
    assert answer.json() == {"company": "BRK-B", "cik": 1067983, "as_of": "2024-06-30", "similar": []}


@pytest.mark.parametrize(("path", "status"), [("ZZZZ/similar", 404), ("AAPL/similar?limit=0", 422), ("A!/similar", 400)])
async def test_what_is_asked_wrongly(client: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await client.get(f"/api/v1/companies/{path}")).status_code == status
