"""Passwords: whether a new one is strong enough, and hashes: argon2id, as RFC 9106 advises where memory is scarce."""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.accounts import check_password, context_words

_HASHER = PasswordHasher()


# zxcvbn's estimate "safely unguessable: moderate protection from offline attack" begins here, at 10^8 guesses.
_LOWEST_SCORE = 3
_LONGEST_ESTIMATED = 72


def check_new_password(password: str, *, name: str) -> None:
    """Raises InvalidRequest if `password` is too weak for the user `name`, by `check_password` or because it is a common one.

    zxcvbn compares it with the 30,000 most common passwords, with names and English words, forwards and backwards, with
    letters replaced, and with keyboard rows, sequences and dates (Wheeler, USENIX Security 2016).
    """
    from zxcvbn import zxcvbn  # 100,000 words, which a process needs only when a password is set

    check_password(password, name=name)
    text = unicodedata.normalize("NFKC", password)[:_LONGEST_ESTIMATED]
    if zxcvbn(text, user_inputs=sorted(context_words(name)))["score"] < _LOWEST_SCORE:
        raise InvalidRequest(
            "the password is a common one, or made of common ones", hint="several random words make a good passphrase"
        )


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
