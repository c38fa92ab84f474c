"""The ASGI layer that sends cached and stored answers without building, checking or serialising them again."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import api
import db
import workbench.analysis
import workbench.domain
from api.stored.answer import Answer, Coding, RawHeaders, compress
from api.stored.cache import AnswerCache
from api.stored.questions import Question, question_of
from db.engine import Database
from db.operations.stored_answers import AnswerReader, Stored, save_answer
from workbench.domain.errors import WorkbenchError
from workbench.runtime.changes import Changes

_SMALL_BYTES = 16 * 1024
_LARGEST_BYTES = 4 * 1024 * 1024
# So many answers wait to be stored while others are: they are in memory anyway, and more are stored another time.
_MOST_SAVES, _SAVED_AT_ONCE = 64, 2
_LAST_SAVES_SECONDS = 5.0
# What decides how an answer is sent, not what it is.
_CONDITIONS = (b"accept-encoding", b"if-none-match")
# As `api.responses` writes them.
_JSON_HEADERS: RawHeaders = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"Accept, Accept-Encoding, Authorization, Cookie"),
]


@dataclass(frozen=True, slots=True)
class _Route:
    """What the layer for metrics reads of a matched route."""

    path: str


@cache
def code_digest() -> str:
    """A digest of the code that makes answers: what other code stored is not sent."""
    digest = hashlib.sha256()
    for package in (workbench.domain, workbench.analysis, db, api):
        root = Path(str(package.__file__)).parent
        for file in sorted(root.rglob("*")):
            if file.suffix in (".py", ".json", ".toml"):
                digest.update(f"{file.relative_to(root)}:".encode() + file.read_bytes())
    return digest.hexdigest()[:32]


class StoredAnswers:
    """Wraps an ASGI application whose scope has the caller's Principal.

    Who may ask is decided in the layers around. Nothing cached is used while changes of the database are not heard.
    """

    def __init__(self, app: ASGIApp, database: Database, changes: Changes, reader: AnswerReader, most_bytes: int) -> None:
        self._app = app
        self._database = database
        self._changes = changes
        self._reader = reader
        self._cache = AnswerCache(most_bytes)
        # Many who ask the same at once wait for the first of them.
        self._making: dict[str, asyncio.Event] = {}
        self._saving = 0
        self._save_turns = anyio.CapacityLimiter(_SAVED_AT_ONCE)
        self._saves: set[asyncio.Task[None]] = set()
        changes.subscribe(self._cache.on_change)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; what is not cached passes through."""
        if scope["type"] == "lifespan":
            await self._app(scope, partial(self._until_shutdown, receive), send)
            return
        question = question_of(scope) if scope["type"] == "http" else None
        if question is None or not self._changes.is_listening:
            await self._app(scope, receive, send)
            return
        answer = self._cache.get(question.text)
        if answer is None and (making := self._making.get(question.text)) is not None:
            await making.wait()
            answer = self._cache.get(question.text)
        if answer is None:
            answer = await self._found_or_made(scope, receive, send, question)
        if answer is not None:
            scope["route"] = _Route(question.route)
            await self._send(answer, question, scope, send)

    async def _found_or_made(self, scope: Scope, receive: Receive, send: Send, question: Question) -> Answer | None:
        """The answer as it is stored, or as the application makes it; None if the application has sent it itself."""
        ticket, is_made = self._cache.begin(), asyncio.Event()
        self._making[question.text] = is_made
        try:
            stored = await self._stored(question) if question.is_stored else None
            if stored is not None and stored.gzipped is not None:
                headers = [*_JSON_HEADERS, (b"etag", str(stored.etag).encode())]
                answer = Answer(headers, str(stored.etag).encode(), {"gzip": stored.gzipped})
                self._cache.put(question.text, answer, (question.tag, f"company:{stored.cik}"), ticket)
                return answer
            made = await self._made(scope, receive, send)
            if made is None:
                return None
            cik = scope.get("state", {}).get("cik")
            tags = (question.tag,) if cik is None else (question.tag, f"company:{cik}")
            is_cached = self._cache.put(question.text, made, tags, ticket)
            if is_cached and stored is not None and stored.cik == cik and stored.gzipped is None:
                self._save(question, stored, made)
            return made
        finally:
            self._cache.give_up(ticket)
            if self._making.get(question.text) is is_made:
                del self._making[question.text]
            is_made.set()

    async def _made(self, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """The complete 200 of the application as it is without coding; anything else is sent on, and gives None."""
        plain = dict(scope) | {"headers": [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]}
        captured: list[Message] = []

        async def capture(message: Message) -> None:
            captured.append(message)

        await self._app(plain, receive, capture)
        if len(captured) == 2 and captured[0]["status"] == 200:
            headers = [(name.lower(), value) for name, value in captured[0]["headers"]]
            etag = dict(headers).get(b"etag")
            body = captured[1].get("body", b"")
            if etag is not None and len(body) <= _LARGEST_BYTES:
                own_headers = [pair for pair in headers if pair[0] != b"content-length"]
                return Answer(own_headers, etag, {"identity": body})
        for message in captured:
            await send(message)
        scope["route"] = plain.get("route", scope.get("route"))
        return None

    async def _stored(self, question: Question) -> Stored | None:
        subject = question.tag.removeprefix("company:")
        cik = int(subject) if subject.isdigit() else None
        return await self._reader.find(question.text, code_digest(), cik=cik, ticker=None if cik else subject)

    async def _send(self, answer: Answer, question: Question, scope: Scope, send: Send) -> None:
        accepted, matches = b"", b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                matches = value
        if matches and (matches.strip() == b"*" or answer.etag in (each.strip() for each in matches.split(b","))):
            headers = [pair for pair in answer.headers if pair[0] != b"content-type"]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body"})
            return
        coding = answer.chosen(accepted)
        if coding not in answer.bodies:
            await self._encode(answer, coding, question)
        await send({"type": "http.response.start", "status": 200, "headers": list(answer.head(coding))})
        await send({"type": "http.response.body", "body": answer.bodies[coding]})

    async def _encode(self, answer: Answer, coding: Coding, question: Question) -> None:
        is_small = all(len(body) <= _SMALL_BYTES for body in answer.bodies.values())
        encoded = answer.encode(coding) if is_small else await anyio.to_thread.run_sync(answer.encode, coding)
        answer.bodies[coding] = encoded
        self._cache.grew(question.text)

    def _save(self, question: Question, stored: Stored, answer: Answer) -> None:
        if self._saving >= _MOST_SAVES:
            return  # the next one who asks may store it
        self._saving += 1
        save = partial(_save, self._database, question.text, stored, answer)
        task = asyncio.get_running_loop().create_task(anyio.to_thread.run_sync(save, limiter=self._save_turns))
        self._saves.add(task)
        task.add_done_callback(self._saved)

    async def _until_shutdown(self, receive: Receive) -> Message:
        """A message of the server; before its end, what is being stored is stored: another process would make it again."""
        message = await receive()
        if message["type"] == "lifespan.shutdown" and self._saves:
            await asyncio.wait(self._saves, timeout=_LAST_SAVES_SECONDS)
        return message

    def _saved(self, task: asyncio.Task[None]) -> None:
        self._saving -= 1
        self._saves.discard(task)


def _save(database: Database, question: str, stored: Stored, answer: Answer) -> None:
    gzipped = answer.bodies.get("gzip") or compress(answer.bodies["identity"], "gzip")
    try:
        with database.write() as connection:
            save_answer(
                connection, question, cik=stored.cik, version=stored.version, code=code_digest(),
                etag=answer.etag.decode(), gzipped=gzipped,
            )  # fmt: skip
    except WorkbenchError:
        pass  # the answer was sent; it is stored another time
