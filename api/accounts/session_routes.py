"""Sessions of the caller and of other users, and the keys that sign access tokens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.accounts.caller import done, end_current_session
from api.deps import AccountHolder, Question, TheGate, ThePrincipal, TheWorkbench
from api.idempotency import MAKES_ONCE
from api.problems import problems
from api.responses import json_response
from api.security import keyring, sessions
from api.security.access import Gate, Principal
from api.tables import TableRoute
from db.engine import Database
from db.sign_in import sessions as stored_sessions
from db.sign_in import signing_keys
from workbench.analysis.operations.accounts_json import (
    EndedSessionsAnswer,
    SessionsAnswer,
    SigningKeysAnswer,
    sessions_answer,
    signing_keys_answer,
)
from workbench.domain.operations.accounts import parse_user_name
from workbench.domain.operations.sessions import EndReason

router = APIRouter(tags=["accounts"], route_class=TableRoute)

SessionId = Annotated[str, Path(description="The id of a session.", examples=["6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11"])]
UserName = Annotated[str, Path(description="The name of a user.", max_length=200, examples=["ada"])]


@router.post(
    "/auth/sign-out",
    summary="Sign out",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    responses=problems(401, 403),
)
async def sign_out(request: Request, workbench: TheWorkbench, gate: TheGate, principal: AccountHolder) -> Response:
    """Ends the session that sends this request: its tokens or cookie and its open pages are refused from now on."""
    await end_current_session(workbench.database, gate, principal)
    return done(request, "/sign-in")


@router.get("/auth/sessions", summary="My sessions", response_model=SessionsAnswer, responses=problems(401, 403))
async def list_own_sessions(request: Request, ask: Question, principal: AccountHolder) -> Response:
    """The caller's open sessions of browsers and programs, last used first."""
    listed = await ask(stored_sessions.list_sessions, principal.name)
    return json_response(request, sessions_answer(listed, current=principal.session_id))


@router.post(
    "/auth/sessions/{session}/end", summary="End one of my sessions", status_code=HTTPStatus.NO_CONTENT,
    response_class=Response, responses=problems(400, 401, 403, 404),
)  # fmt: skip
async def end_own_session(
    request: Request, workbench: TheWorkbench, gate: TheGate, principal: AccountHolder, session: SessionId
) -> Response:
    """Ends the session at once: its cookie, tokens and open pages. The caller's own session is one of them."""
    reason = EndReason.SIGNED_OUT if session == principal.session_id else EndReason.ENDED_BY_OWNER
    await _end(workbench.database, gate, session, reason, principal, user_name=principal.name)
    return done(request, "/account")


@router.post("/auth/sessions/end", summary="End my other sessions", response_model=EndedSessionsAnswer,
             responses=problems(401, 403))  # fmt: skip
async def end_other_sessions(request: Request, workbench: TheWorkbench, gate: TheGate, principal: AccountHolder) -> Response:
    """Ends all of the caller's sessions except the one that sends this request."""
    ended = await _end_all(workbench.database, gate, principal.name, EndReason.ENDED_BY_OWNER, principal)
    return json_response(request, {"ended": ended})


@router.get("/users/{name}/sessions", summary="Sessions of a user", response_model=SessionsAnswer,
            responses=problems(400, 401, 403, 404))  # fmt: skip
async def list_sessions(request: Request, ask: Question, principal: ThePrincipal, name: UserName) -> Response:
    """The user's open sessions, last used first. For administrators."""
    listed = await ask(stored_sessions.list_sessions, parse_user_name(name))
    return json_response(request, sessions_answer(listed, current=principal.session_id))


@router.delete("/users/{name}/sessions", summary="Sign a user out", response_model=EndedSessionsAnswer,
               responses=problems(400, 401, 403, 404))  # fmt: skip
async def end_sessions(
    request: Request, workbench: TheWorkbench, gate: TheGate, principal: ThePrincipal, name: UserName
) -> Response:
    """Ends all sessions of the user, except the one that sends this request. API keys stay. For administrators."""
    ended = await _end_all(workbench.database, gate, parse_user_name(name), EndReason.ENDED_BY_ADMINISTRATOR, principal)
    return json_response(request, {"ended": ended})


@router.delete(
    "/users/{name}/sessions/{session}", summary="End a session of a user", status_code=HTTPStatus.NO_CONTENT,
    response_class=Response, responses=problems(400, 401, 403, 404),
)  # fmt: skip
async def end_session(
    workbench: TheWorkbench, gate: TheGate, principal: ThePrincipal, name: UserName, session: SessionId
) -> Response:
    """Ends the session at once. For administrators."""
    user_name = parse_user_name(name)
    await _end(workbench.database, gate, session, EndReason.ENDED_BY_ADMINISTRATOR, principal, user_name=user_name)
    return Response(status_code=HTTPStatus.NO_CONTENT)


class Rotation(BaseModel):
    """How the signing key is replaced."""

    model_config = ConfigDict(extra="forbid")

    at_once: bool = Field(
        default=False, description="Refuse access tokens of earlier keys from now on: for a key that somebody may know."
    )


@router.get("/signing-keys", summary="Signing keys", response_model=SigningKeysAnswer, responses=problems(401, 403))
async def list_signing_keys(request: Request, ask: Question) -> Response:
    """The keys that verify access tokens, newest first; the newest signs. For administrators."""
    return json_response(request, signing_keys_answer(key for key, _ in await ask(signing_keys.list_signing_keys)))


@router.post("/signing-keys", summary="Rotate the signing key", dependencies=[MAKES_ONCE],
             response_model=SigningKeysAnswer, responses=problems(401, 403, 422))  # fmt: skip
async def rotate(
    request: Request, workbench: TheWorkbench, gate: TheGate, principal: ThePrincipal, wanted: Rotation
) -> Response:
    """Makes a new key, which signs from now on. Nobody is signed out: earlier keys verify until their tokens have ended.

    For administrators.
    """

    def work() -> SigningKeysAnswer:
        keyring.rotate(
            workbench.database, gate.sealer, lifetime=gate.token_lifetime, at_once=wanted.at_once, actor=principal.name
        )
        with workbench.database.read() as connection:
            return signing_keys_answer(key for key, _ in signing_keys.list_signing_keys(connection))

    answer = await anyio.to_thread.run_sync(work)
    gate.keyring.forget()
    return json_response(request, answer)


async def _end(
    database: Database, gate: Gate, session: str, reason: EndReason, principal: Principal, *, user_name: str
) -> None:
    ended = await anyio.to_thread.run_sync(
        lambda: sessions.end_session(database, session, reason, actor=principal.name, user_name=user_name)
    )
    gate.callers.on_change(f"session:{ended.session_id}")


async def _end_all(database: Database, gate: Gate, user_name: str, reason: EndReason, principal: Principal) -> int:
    own = principal.session_id if user_name == principal.name else None
    ended = await anyio.to_thread.run_sync(
        lambda: sessions.end_sessions(database, user_name, reason, actor=principal.name, but=own)
    )
    gate.callers.on_change(None)
    return ended
