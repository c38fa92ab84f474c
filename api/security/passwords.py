"""Password hashes: argon2id with the parameters of RFC 9106 for memory-constrained machines."""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """A salted hash that contains its own parameters."""
    return _HASHER.hash(_octets(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password matches the hash; takes as long without a hash, so timing does not reveal which names exist."""
    try:
        return _HASHER.verify(password_hash or _dummy_hash(), _octets(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash uses weaker parameters than the current ones."""
    return _HASHER.check_needs_rehash(password_hash)


def _octets(password: str) -> bytes:
    # Keyboards encode one letter in several ways; NIST SP 800-63B requires that they give the same password.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return hash_password(secrets.token_urlsafe(32))
