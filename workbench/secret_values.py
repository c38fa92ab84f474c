"""A secret as the parts take it: its text, or a function that gives the text that counts now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from redis.credentials import CredentialProvider

Secret = str | Callable[[], str]


def current(secret: Secret) -> str:
    """The text that counts now."""
    return secret if isinstance(secret, str) else secret()


def without_account(url: str) -> str:
    """The URL without user and password.

    >>> without_account("redis://me:a%2Fb@cache:6379/0?timeout=3")
    'redis://cache:6379/0?timeout=3'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def redis_credentials(url: Secret) -> CredentialProvider | None:
    """User and password of the URL that counts whenever a connection is opened; None for a Redis without a password."""
    if not urlsplit(current(url)).password:
        return None
    from redis.credentials import CredentialProvider

    class OfUrl(CredentialProvider):
        def get_credentials(self) -> tuple[str] | tuple[str, str]:
            parts = urlsplit(current(url))
            password = unquote(parts.password or "")
            return (unquote(parts.username), password) if parts.username else (password,)

    return OfUrl()
