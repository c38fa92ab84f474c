"""Health: whether the process runs (liveness) and can serve requests (readiness)."""

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

# Anybody can call this route, and it writes an object: the components are checked at most this often.
_CACHE_SECONDS = 2.0
_PROBE = "health/probe"


class Live(BaseModel):
    """The process is running."""

    status: str


class Part(BaseModel):
    """The state of one component."""

    is_ok: bool
    detail: str


class Ready(BaseModel):
    """`ready` if every component is ready; `access` says who can sign in."""

    status: str
    access: str
    parts: dict[str, Part]


class Readiness:
    """Checks the components and caches the results for a moment."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._head = migrate.head()
        self._until = 0.0
        self._parts: dict[str, Part] = {}
        self._lock = anyio.Lock()

    async def parts(self) -> dict[str, Part]:
        """The state of database, migrations and object store; during a first start also its progress."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._parts = await self._database() | {
                    "objects": await anyio.to_thread.run_sync(_objects, self._workbench.objects)
                }
                self._until = time.monotonic() + _CACHE_SECONDS
            filling = self._workbench.filling
            return self._parts | ({"starter data": Part(is_ok=False, detail=str(filling))} if filling is not None else {})

    async def _database(self) -> dict[str, Part]:
        try:
            async with self._workbench.database.read_async() as connection:
                revision = await connection.run_sync(migrate.current)
        except WorkbenchError:
            return {
                "database": Part(is_ok=False, detail="does not answer"),
                "migrations": Part(is_ok=False, detail="unknown"),
            }
        is_newest = revision == self._head
        return {
            "database": Part(is_ok=True, detail="answers"),
            "migrations": Part(is_ok=is_newest, detail="up to date" if is_newest else "database version differs"),
        }


def _objects(store: ObjectStore) -> Part:
    try:
        store.put(_PROBE, b"ok")
        is_ok = store.get(_PROBE) == b"ok"
    except (WorkbenchError, OSError):
        is_ok = False
    return Part(is_ok=is_ok, detail="reads and writes" if is_ok else "cannot be read or written")


@router.get("/live", summary="Liveness")
async def live() -> Live:
    """Returns `live` while the process is running."""
    return Live(status="live")


@router.get("/ready", summary="Readiness", responses={503: {"model": Ready, "description": "A component is not ready"}})
async def ready(request: Request, gate: TheGate, response: Response) -> Ready:
    """The state of database, migrations and object store, and who can sign in. Returns 503 if a component is not ready.

    During a first start `starter data` shows the progress, and the status is 503 until all data is loaded.
    """
    readiness: Readiness = request.app.state.readiness
    parts = await readiness.parts()
    is_ready = all(part.is_ok for part in parts.values())
    response.status_code = 200 if is_ready else 503
    return Ready(status="ready" if is_ready else "not ready", access=gate.description, parts=parts)
