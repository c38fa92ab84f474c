"""API keys: create, revoke, recognise. Keys are random, so an unsalted hash finds a key and reveals nothing about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from db.engine import Database
from db.operations import api_keys, audit
from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.accounts import ApiKey, Scope, check_label, parse_user_name
from workbench.domain.rights.random_secrets import fingerprint, new_secret

# Secret scanners look for such a prefix, and the gate distinguishes a key from a token by it.
_MARK = "wbk_"
_SHOWN = len(_MARK) + 6
_LONGEST_DAYS = 3650


def is_key(text: str) -> bool:
    """Whether the credentials of a request have the format of an API key."""
    return text.startswith(_MARK)


def add_key(
    database: Database, user_name: str, label: str, *, scopes: Collection[Scope], days: int | None, actor: str
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown only once; it expires after `days` days, or never.

    Raises InvalidRequest for an invalid label, no scope or more than ten years, NotFound for an unknown user, Conflict
    for a label in use.
    """
    user_name, label = parse_user_name(user_name), check_label(label)
    if not scopes:
        raise InvalidRequest("the key has no scope", hint="choose read, or read and write")
    if days is not None and not 1 <= days <= _LONGEST_DAYS:
        raise InvalidRequest(f"a key is valid for 1 to {_LONGEST_DAYS:,} days")
    secret = new_secret(_MARK)
    expires_at = datetime.now(UTC) + timedelta(days=days) if days is not None else None
    with database.write() as connection:
        key = api_keys.add_key(
            connection, user_name, label,
            prefix=secret[:_SHOWN], key_sha256=fingerprint(secret), scopes=scopes, expires_at=expires_at,
        )  # fmt: skip
        scope = " ".join(sorted(scopes))
        audit.record(connection, actor, "api_key.added", name=user_name, label=label, prefix=key.prefix, scopes=scope)
    return key, secret


def revoke_key(database: Database, user_name: str, label: str, *, actor: str) -> ApiKey:
    """The revoked key, which stops working at once. Raises NotFound."""
    user_name = parse_user_name(user_name)
    with database.write() as connection:
        key = api_keys.revoke_key(connection, user_name, label.strip(), datetime.now(UTC))
        audit.record(connection, actor, "api_key.revoked", name=user_name, label=key.label, prefix=key.prefix)
    return key
