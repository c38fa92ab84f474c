"""Signed access tokens (JWT, RFC 7519) of programs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt

from workbench.domain.errors import NotAuthenticated

_ISSUER = "corporate-intel-workbench"
_AUDIENCE = "api"
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Claim:
    """The content of a valid token: the user's name and the session that the token belongs to."""

    name: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Signs access tokens with the key `kid` and reads those of all `keys`, which are by their `kid`."""

    keys: Mapping[str, bytes] = field(repr=False)
    kid: str

    def sign(self, name: str, session_id: str, lifetime: timedelta) -> str:
        """A token that expires after `lifetime`, or with its session; its head names the key (RFC 7515, section 4.1.4)."""
        now = datetime.now(UTC)
        claims = {
            "iss": _ISSUER, "aud": _AUDIENCE, "sub": name, "iat": now, "exp": now + lifetime,
            "jti": secrets.token_urlsafe(12), "sid": session_id,
        }  # fmt: skip
        return jwt.encode(claims, self.keys[self.kid], algorithm=_ALGORITHM, headers={"kid": self.kid})

    def read(self, token: str) -> Claim:
        """The content of the token; raises NotAuthenticated if it is not of one of the keys, not for this use, or expired."""
        try:
            claims = jwt.decode(
                token, self.keys[key_of(token) or ""], algorithms=[_ALGORITHM], audience=_AUDIENCE, issuer=_ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss", "sid"]},
            )  # fmt: skip
        except jwt.ExpiredSignatureError:
            raise NotAuthenticated("the access token has expired", hint="request a new one at /api/v1/auth/token") from None
        except (jwt.InvalidTokenError, KeyError):
            raise NotAuthenticated("the access token is not valid", hint="request one at /api/v1/auth/token") from None
        return Claim(str(claims["sub"]), str(claims["sid"]))


def key_of(token: str) -> str | None:
    """The `kid` that the head of a token names, without any check of the token; None if it names none."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.InvalidTokenError:
        return None
    return kid if isinstance(kid, str) else None
