"""The keys that sign access tokens: in the database, encrypted, and rotated without signing anyone out."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta

import anyio

from api.security.tokens import Tokens, key_of
from db.engine import Connection, Database
from db.operations import audit
from db.sign_in import signing_keys
from workbench.adapters.keys.sealing import Sealer
from workbench.domain.errors import SetupError
from workbench.domain.operations.sessions import SigningKey

logger = logging.getLogger(__name__)

_KEY_BYTES = 32  # RFC 7518, section 3.2: as many as the hash of HS256 has
# A process signs with the previous key until it hears of a rotation; tokens of that time must verify to their end.
_NOTICE_TIME = timedelta(minutes=5)
_CACHE_SECONDS = 60.0
# A token may name any key: one that is unknown makes the keys be read again, this often at most.
_UNKNOWN_KEY_SECONDS = 1.0


class Keyring:
    """The signing keys of this installation, read again when the database notifies a change, and after a minute."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None
        self._read_at = 0.0
        # What a service decrypted once needs it no longer, so tokens are verified while that is away.
        self._opened: dict[bytes, bytes] = {}

    def forget(self) -> None:
        """Makes the next use read the keys again."""
        with self._lock:
            self._tokens = None

    def for_signing(self) -> Tokens:
        """The keys; makes the first one. Reads the database in the calling thread."""
        tokens = self._cached()
        if tokens is None:
            with self._database.write() as connection:
                tokens = self._read(signing_keys.list_signing_keys(connection))
                if tokens is None:
                    _first(connection, self._sealer)
                    tokens = self._read(signing_keys.list_signing_keys(connection))
            if tokens is None:
                raise SetupError("the key that signs access tokens cannot be opened", hint="check WORKBENCH_SECRETS__TRANSIT")
            self._store(tokens)
        return tokens

    async def for_reading(self, token: str) -> Tokens | None:
        """The keys, with the one that `token` names if there is such a key; None if there is no key yet."""
        tokens = self._cached()
        kid = key_of(token)
        is_unknown = tokens is not None and kid is not None and kid not in tokens.keys
        if is_unknown and time.monotonic() >= self._read_at + _UNKNOWN_KEY_SECONDS:
            tokens = None
        if tokens is not None:
            return tokens
        async with self._database.read_async() as connection:
            listed = await connection.run_sync(signing_keys.list_signing_keys)
        read = await anyio.to_thread.run_sync(self._read, listed)  # it may ask another service
        return self._store(read) if read is not None else None

    def _read(self, listed: list[tuple[SigningKey, bytes]]) -> Tokens | None:
        keys: dict[str, bytes] = {}
        signs: str | None = None
        for each, sealed in listed:
            key = self._opened.get(sealed) or self._sealer.unseal(sealed, _context(each.kid))
            if key is None:
                logger.warning("the signing key %s was stored under another secret key and is not used", each.kid)
                continue
            keys[each.kid] = self._opened[sealed] = key
            if signs is None and each.verifies_until is None:
                signs = each.kid
        return Tokens(keys, signs) if signs is not None else None

    def _cached(self) -> Tokens | None:
        with self._lock:
            return self._tokens if time.monotonic() < self._read_at + _CACHE_SECONDS else None

    def _store(self, tokens: Tokens) -> Tokens:
        with self._lock:
            self._tokens, self._read_at = tokens, time.monotonic()
        return tokens


def rotate(database: Database, sealer: Sealer, *, lifetime: timedelta, at_once: bool, actor: str) -> str:
    """Makes a new key that signs from now on, and returns its `kid`.

    The keys before it verify until the last of their tokens, which live for `lifetime`, has ended; with `at_once`, for a key
    that somebody may know, they verify no longer. Sessions stay: a program exchanges its refresh token for a new access
    token, and browsers have no signed token.
    """
    with database.write() as connection:
        if at_once:
            signing_keys.end_signing_keys(connection)
        else:
            signing_keys.retire_signing_keys(connection, datetime.now(UTC) + lifetime + _NOTICE_TIME)
        kid = _first(connection, sealer).kid
        audit.record(connection, actor, "signing_key.rotated", kid=kid, at_once="yes" if at_once else "no")
    return kid


def reseal(connection: Connection, sealer: Sealer) -> int:
    """Encrypts every key anew, with what encrypts now; returns how many. One that cannot be opened stays as it is."""
    count = 0
    for each, sealed in signing_keys.list_signing_keys(connection):
        if (key := sealer.unseal(sealed, _context(each.kid))) is not None:
            signing_keys.replace_sealed_key(connection, each.kid, sealer.seal(key, _context(each.kid)))
            count += 1
    return count


def _first(connection: Connection, sealer: Sealer) -> Tokens:
    kid, key = secrets.token_hex(8), secrets.token_bytes(_KEY_BYTES)
    signing_keys.add_signing_key(connection, kid, sealer.seal(key, _context(kid)))
    return Tokens({kid: key}, kid)


def _context(kid: str) -> str:
    return f"signing key {kid}"
