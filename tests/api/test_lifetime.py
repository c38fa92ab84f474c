"""An application that nobody uses is freed: many tests make their own, and each is tens of megabytes."""

from __future__ import annotations

import gc
import inspect
import weakref

import httpx
import pytest
from fastapi.routing import APIRoute

from api.app import create_app
from tests.conftest import forget_endpoints
from workbench.runtime import Workbench

pytestmark = [
    pytest.mark.anyio,
    # Panel still makes Tornado's requests in Tornado's older way.
    pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning"),
]


def test_no_endpoint_of_ours_holds_the_application(workbench: Workbench) -> None:
    endpoints = [route.endpoint for route in create_app(workbench).routes if isinstance(route, APIRoute)]
    ours = [endpoint for endpoint in endpoints if (getattr(endpoint, "__module__", None) or "api").split(".")[0] == "api"]
    assert "_reference" in [endpoint.__name__ for endpoint in ours]
    for endpoint in ours:
        assert inspect.isfunction(endpoint), endpoint
        assert not endpoint.__closure__, endpoint


async def test_applications_with_visitors_are_freed(workbench: Workbench) -> None:
    made = []
    for _ in range(3):
        app = create_app(workbench)
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            for path in ("/company", "/api/docs", "/api/v1/companies"):
                assert (await client.get(path)).status_code == 200, path
        made.append(weakref.ref(app))
        del app, transport
    await workbench.database.close_async()
    forget_endpoints()
    gc.collect()
    assert [app() for app in made[:-1]] == [None, None]  # Panel remembers the document that it served last
