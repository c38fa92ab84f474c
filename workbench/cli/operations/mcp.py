"""`workbench mcp`: tools for language models over standard input and output."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import anyio
import httpx
import typer
from mcp.server.stdio import stdio_server

from api.mcp.server import build_server
from workbench import runtime
from workbench.settings import Settings

_KEY = "WORKBENCH_API_KEY"


def serve_tools(
    url: Annotated[
        str | None,
        typer.Option(help="Address of a running workbench, such as http://127.0.0.1:8000; by default this one is opened."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(envvar=_KEY, help="API key whose rights and limits apply.", show_default=False)
    ] = None,
) -> None:
    """Start an MCP server for language models on standard input and output.

    Its tools find companies, figures with their proof and passages, and verify claims. They only read.
    """
    anyio.run(_serve, url.rstrip("/") if url else None, key)


async def _serve(url: str | None, key: str | None) -> None:
    headers = {"X-API-Key": key} if key else {}
    async with _client(url, headers) as (api, base), stdio_server() as (read, write):
        server = build_server(api, base)
        await server.run(read, write, server.create_initialization_options())


@asynccontextmanager
async def _client(url: str | None, headers: dict[str, str]) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A client of the API, and the address of its pages: of another process, or of an application in this one."""
    if url is not None:
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as api:
            yield api, url
        return
    from api.app import create_app  # noqa: PLC0415

    settings = Settings.load()
    base = f"http://{settings.server.host}:{settings.server.port}"
    with runtime.open_workbench(settings) as workbench:
        app = create_app(workbench)
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 0))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as api,
        ):
            yield api, base
