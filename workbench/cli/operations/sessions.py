"""`workbench users sessions` and `workbench users signing-keys`: who is signed in, and the keys of access tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape

from api.security import keyring, second_factors, sessions
from db.operations import audit
from db.sign_in.sessions import list_sessions as open_sessions
from db.sign_in.signing_keys import list_signing_keys
from workbench import runtime
from workbench.analysis.operations.accounts_json import session_answer, signing_keys_answer
from workbench.cli.console import console, new_table, say
from workbench.cli.operations.users import UserName
from workbench.cli.output import Format, write_records
from workbench.domain.operations.accounts import parse_user_name
from workbench.domain.operations.sessions import EndReason
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.runtime import stored_settings
from workbench.runtime.components import sealer as open_sealer

_COLUMNS = ("session", "user", "kind", "method", "address", "client", "created_at", "last_used_at", "expires_at")
_KEY_COLUMNS = ("kid", "created_at", "verifies_until")


def list_sessions(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only sessions of this user.", show_default=False)] = None,
    *,
    output: Format = "table",
) -> None:
    """List the open sessions, last used first."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        listed = open_sessions(connection, parse_user_name(name) if name else None)
    if output != "table":
        records = [{field: session_answer(session)[field] for field in _COLUMNS} for session in listed]  # type: ignore[literal-required]
        write_records(output, "sessions", records, _COLUMNS)
        return
    if not listed:
        say("Nobody is signed in.")
        return
    table = new_table("User", "Kind", "Signed in from", "Client", "Last used (UTC)", "Session")
    for session in listed:
        used = f"{session.last_used_at:%Y-%m-%d %H:%M}"
        table.add_row(
            escape(session.user_name), session.kind.value, escape(session.address), escape(session.client), used,
            session.session_id,
        )  # fmt: skip
    console.print(table)


def end(
    name: UserName,
    session: Annotated[
        str | None,
        typer.Argument(metavar="SESSION", help="Only this session; by default all of the user.", show_default=False),
    ] = None,
) -> None:
    """End sessions of a user, with their tokens and open pages."""
    name = parse_user_name(name)
    reason = EndReason.ENDED_BY_ADMINISTRATOR
    with runtime.open_workbench() as workbench:
        if session is not None:
            sessions.end_session(workbench.database, session, reason, actor=LOCAL_USER, user_name=name)
            ended = 1
        else:
            ended = sessions.end_sessions(workbench.database, name, reason, actor=LOCAL_USER)
    say(f"Ended {ended} {'session' if ended == 1 else 'sessions'} of {name}")


def list_keys(output: Format = "table") -> None:
    """List the keys that verify access tokens, newest first."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        listed = [key for key, _ in list_signing_keys(connection)]
    if output != "table":
        records = [dict(answer) for answer in signing_keys_answer(listed)["signing_keys"]]
        write_records(output, "signing_keys", records, _KEY_COLUMNS)
        return
    if not listed:
        say("There is no signing key yet. The first access token makes one.")
        return
    table = new_table("Key", "Created (UTC)", "Verifies until (UTC)")
    for key in listed:
        until = f"{key.verifies_until:%Y-%m-%d %H:%M}" if key.verifies_until else "the next rotation"
        table.add_row(key.kid, f"{key.created_at:%Y-%m-%d %H:%M}", until)
    console.print(table)


def rotate(
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Refuse access tokens of earlier keys now: for a key that somebody may know.")
    ] = False,
) -> None:
    """Replace the key that signs access tokens.

    Nobody is signed out: earlier keys verify until their tokens have ended. Programs renew theirs with a refresh token.
    """
    with runtime.open_workbench() as workbench:
        sealer = open_sealer(workbench.settings)
        lifetime = timedelta(minutes=workbench.settings.server.token_minutes)
        kid = keyring.rotate(workbench.database, sealer, lifetime=lifetime, at_once=at_once, actor=LOCAL_USER)
    say(f"Access tokens are signed with the key {kid} from now on")


def reseal() -> None:
    """Replace the encryption of stored secrets by that of the newest key.

    They are signing keys, secrets of one-time codes, and settings. Run it after WORKBENCH_SECRETS__TRANSIT was set or unset,
    and after the key in Vault was rotated. Nobody notices it.
    """
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        sealer = open_sealer(workbench.settings)
        keys, codes = keyring.reseal(connection, sealer), second_factors.reseal(connection, sealer)
        values = stored_settings.reseal(connection, sealer)
        counts = {"signing_keys": str(keys), "second_factors": str(codes), "settings": str(values)}
        audit.record(connection, LOCAL_USER, "secrets.resealed", **counts)
    say(f"{keys} signing keys, {codes} secrets of one-time codes and {values} stored settings are encrypted anew")
