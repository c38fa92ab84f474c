"""Signed tokens (JWT, RFC 7519): one kind for programs, one for the session cookie of a browser."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt

from workbench.domain.errors import NotAuthenticated

_ISSUER = "corporate-intel-workbench"
_ALGORITHM = "HS256"


class Audience(StrEnum):
    """The use of a token; a token for one use is not accepted for the other."""

    API = "api"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Claim:
    """The content of a valid token: the user's name, and the mark of the credentials it was issued for."""

    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Signs and reads tokens with one key."""

    key: bytes

    def sign(self, name: str, password_hash: str, audience: Audience, lifetime: timedelta) -> str:
        """A token that expires after `lifetime`, or when the password changes."""
        now = datetime.now(UTC)
        claims = {
            "iss": _ISSUER, "aud": audience.value, "sub": name, "iat": now, "exp": now + lifetime,
            "jti": secrets.token_urlsafe(12), "mark": credentials_mark(password_hash),
        }  # fmt: skip
        return jwt.encode(claims, self.key, algorithm=_ALGORITHM)

    def read(self, token: str, audience: Audience) -> Claim:
        """The content of the token; raises NotAuthenticated if it is not ours, not for this use, or expired."""
        try:
            claims = jwt.decode(
                token, self.key, algorithms=[_ALGORITHM], audience=audience.value, issuer=_ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss", "mark"]},
            )  # fmt: skip
        except jwt.ExpiredSignatureError:
            raise NotAuthenticated("the access token has expired", hint="request a new one at /api/v1/auth/token") from None
        except jwt.InvalidTokenError:
            raise NotAuthenticated("the access token is not valid", hint="request one at /api/v1/auth/token") from None
        return Claim(str(claims["sub"]), str(claims["mark"]))


def credentials_mark(password_hash: str) -> str:
    """A mark that changes with the password, so earlier tokens become invalid; it does not reveal the hash."""
    return hashlib.sha256(b"mark:" + password_hash.encode()).hexdigest()[:16]
