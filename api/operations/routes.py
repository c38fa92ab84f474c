"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

import time

import anyio
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.deps import TheGate
from db import migrate
from workbench.domain.errors import WorkbenchError
from workbench.ports import ObjectStore
from workbench.runtime import Workbench

router = APIRouter(prefix="/health", tags=["health"])

# The question is open to everybody and writes an object: it is asked of the parts at most this often.
_REMEMBERED_SECONDS = 2.0
_PROBE = "health/probe"


class Live(BaseModel):
    """The process answers."""

    status: str


class Part(BaseModel):
    """One part that answers need."""

    is_ok: bool
    detail: str


class Ready(BaseModel):
    """`ready` when every part is; `access` says who is let in."""

    status: str
    access: str
    parts: dict[str, Part]


class Readiness:
    """Asks the parts, and remembers for a moment what they said."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._head = migrate.head()
        self._until = 0.0
        self._parts: dict[str, Part] = {}
        self._lock = anyio.Lock()

    async def parts(self) -> dict[str, Part]:
        """Database, migrations and object store, each with its state; during a first start also how far it is."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._parts = await self._database() | {
                    "objects": await anyio.to_thread.run_sync(_objects, self._workbench.objects)
                }
                self._until = time.monotonic() + _REMEMBERED_SECONDS
            filling = self._workbench.filling
            return self._parts | ({"starter data": Part(is_ok=False, detail=str(filling))} if filling is not None else {})

    async def _database(self) -> dict[str, Part]:
        try:
            async with self._workbench.database.read_async() as connection:
                revision = await connection.run_sync(migrate.current)
        except WorkbenchError:
            return {
                "database": Part(is_ok=False, detail="does not answer"),
                "migrations": Part(is_ok=False, detail="not known"),
            }
        is_newest = revision == self._head
        return {
            "database": Part(is_ok=True, detail="answers"),
            "migrations": Part(is_ok=is_newest, detail="newest" if is_newest else "the database is of another version"),
        }


def _objects(store: ObjectStore) -> Part:
    try:
        store.put(_PROBE, b"ok")
        is_ok = store.get(_PROBE) == b"ok"
    except (WorkbenchError, OSError):
        is_ok = False
    return Part(is_ok=is_ok, detail="reads and writes" if is_ok else "does not read and write")


@router.get("/live", summary="Does the process answer?")
async def live() -> Live:
    """Always `live` when anything comes back at all."""
    return Live(status="live")


@router.get("/ready", summary="Can questions be answered?", responses={503: {"model": Ready, "description": "A part fails"}})
async def ready(request: Request, gate: TheGate, response: Response) -> Ready:
    """Database, migrations and object store; 503 when one of them fails. Says who is let in.

    During a first start `starter data` says how far it is: 503 until everything is there.
    """
    readiness: Readiness = request.app.state.readiness
    parts = await readiness.parts()
    is_ready = all(part.is_ok for part in parts.values())
    response.status_code = 200 if is_ready else 503
    return Ready(status="ready" if is_ready else "not ready", access=gate.description, parts=parts)
