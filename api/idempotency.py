"""Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a POST that is repeated makes nothing again.

It gets the answer that it got first.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Coroutine
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, BinaryIO

import anyio
from fastapi import Depends, Header, Request
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.deps import written
from api.problems import problems
from db.operations import idempotency_keys
from db.operations.idempotency_keys import KeyedRequest, RecordedAnswer
from workbench.domain.errors import WorkbenchError
from workbench.runtime import Workbench

logger = logging.getLogger(__name__)

_HEADER = "Idempotency-Key"
# A string of RFC 8941, or the same without quotation marks, as most programs send it.
_KEY = re.compile(r'"([!#-\[\]-~ ]{1,255})"|([!#-\[\]-~]{1,255})')
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def _takes_key(
    key: Annotated[
        str | None,
        Header(
            alias=_HEADER,
            description="A name for this request, such as a random UUID. The same request with the same key within 24 hours "
            "makes nothing again and gets the first answer.",
            pattern=f"^({_KEY.pattern})$",
            examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
        ),
    ] = None,
) -> None:
    """Describes the header; `OnceRoute` reads it before the route does."""


MAKES_ONCE = Depends(_takes_key)
"""The dependency of a route that makes something, at most once for each key of a caller."""


class OnceRoute(APIRoute):
    """A route which, with `MAKES_ONCE` among its dependencies, answers a repeated request from what it answered first.

    Only answers that say that something was made are stored. Whatever was refused made nothing, and its key is free again.
    """

    def __init__(self, path: str, endpoint: Any, **options: Any) -> None:
        dependencies = list(options.get("dependencies") or [])
        self.makes_once = MAKES_ONCE in dependencies
        if self.makes_once:
            options["responses"] = problems(400, 409, 422) | dict(options.get("responses") or {})
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> _Handler:
        """The handler, which for a request with a key runs at most once."""
        handler: _Handler = super().get_route_handler()
        return partial(_once, handler, self) if self.makes_once else handler


async def _once(handler: _Handler, route: OnceRoute, request: Request) -> Response:
    key = _KEY.fullmatch(request.headers.get(_HEADER, "").strip())
    if key is None:
        return await handler(request)  # which refuses one that is malformed
    try:
        asked = KeyedRequest(request.state.principal.name, key[1] or key[2], await _digest(request, route))
        return await _answer(handler, request, asked)
    finally:
        await request.close()  # the files of a form


async def _answer(handler: _Handler, request: Request, asked: KeyedRequest) -> Response:
    workbench: Workbench = request.app.state.workbench
    first = await written(workbench, lambda connection: idempotency_keys.begin(connection, asked, workbench.now()))
    if first is not None:
        return _again(first)
    try:
        answer = await handler(request)
    except Exception:
        await _end(workbench, asked, None)
        raise
    await _end(workbench, asked, answer)
    return answer


async def _digest(request: Request, route: OnceRoute) -> str:
    """Of what is asked. The parts of a form count, not its bytes: each sending has another boundary."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}".encode())
    if route.body_field is None or not isinstance(route.body_field.field_info, Form):
        digest.update(await request.body())
        return digest.hexdigest()
    parts = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            content = await anyio.to_thread.run_sync(_file_digest, value.file)
            parts.append((name, value.filename, content))
        else:
            parts.append((name, value, ""))
    digest.update(repr(sorted(parts, key=repr)).encode())
    return digest.hexdigest()


def _file_digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(2**20):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


async def _end(workbench: Workbench, asked: KeyedRequest, answer: Response | None) -> None:
    """Stores an answer that says that something was made, and frees the key after any other."""
    try:
        if answer is None or answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            await written(workbench, lambda connection: idempotency_keys.forget(connection, asked))
        else:
            headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
            recorded = RecordedAnswer(answer.status_code, headers, bytes(answer.body))
            await written(workbench, lambda connection: idempotency_keys.settle(connection, asked, recorded))
    except WorkbenchError as error:
        # What was made is made. The key stays in use, so that it is not made again at once.
        logger.warning("the answer to a request with an idempotency key was not stored: %s", error)


def _again(first: RecordedAnswer) -> Response:
    answer = Response(first.body, first.status)
    for name, value in first.headers:
        answer.headers[name] = value
    answer.headers["Idempotency-Replayed"] = "true"
    return answer
