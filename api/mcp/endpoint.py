"""MCP over streamable HTTP: one stateless request, answered through the application that received it."""

from __future__ import annotations

import httpx
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api import errors

PATH = "/mcp"
# What identifies the caller; the request of a tool is sent with it, and so has the caller's rights and limits.
_CREDENTIALS = ("authorization", "x-api-key", "cookie")


class McpEndpoint:
    """An ASGI application for `PATH`. Nothing is stored between requests, so any process can answer any of them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request. The libraries are imported with the first, because most servers never get one."""
        if scope["method"] != "POST":
            await errors.problem(405, f"{PATH} takes POST alone", headers={"Allow": "POST"})(scope, receive, send)
            return
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from mcp.server.transport_security import TransportSecuritySettings

        from api.mcp.server import build_server

        headers = Headers(scope=scope)
        base = f"{scope['scheme']}://{headers['host']}"
        client = scope.get("client") or ("127.0.0.1", 0)
        # The application itself, with the gate and the limits around it.
        transport = httpx.ASGITransport(app=scope["app"], client=client)
        sent = {name: headers[name] for name in _CREDENTIALS if name in headers}
        async with httpx.AsyncClient(transport=transport, base_url=base, headers=sent) as api:
            # The gate has checked host and origin already.
            checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
            manager = StreamableHTTPSessionManager(
                build_server(api, base), json_response=True, stateless=True, security_settings=checked
            )
            async with manager.run():
                await manager.handle_request(scope, receive, send)
