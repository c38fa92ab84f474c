"""An OpenID Connect provider for the tests: it conforms, unless a test tells it to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

ISSUER = "https://id.example/realms/desk"
CLIENT_ID, CLIENT_SECRET = "workbench", "s p+e/c:ial, and long enough"


@dataclass
class StandIn:
    """`users` maps a name at the provider to its claims; `change` alters what a token says before it is signed.

    `requests` holds the paths that were asked for.
    """

    users: dict[str, Mapping[str, Any]]
    change: Callable[[dict[str, Any], dict[str, Any]], object] = lambda _, __: None
    algorithms: tuple[str, ...] = ("ES256",)
    is_down: bool = False
    requests: list[str] = field(default_factory=list)
    keys: list[ECKey] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rotate()

    def rotate(self) -> None:
        """A new key signs from now on, and those before it are gone."""
        self.keys = [ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig", "alg": "ES256"})]

    def sign_in(self, address: str, user: str) -> dict[str, str]:
        """What the browser brings back after `user` signed in at this authorization address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query, strict_parsing=True).items()}
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT_ID, "code", "S256")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self._codes[code] = asked | {"user": user}
        return {"code": code, "state": asked["state"], "iss": ISSUER}

    @property
    def transport(self) -> httpx.MockTransport:
        """The provider's side of the connection."""
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/realms/desk")
        self.requests.append(path)
        if self.is_down:
            raise httpx.ConnectError("nobody is there", request=request)
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self._discovery())
        if path == "/keys":
            return httpx.Response(200, json=KeySet(self.keys).as_dict(private=False))  # type: ignore[arg-type]
        assert path == "/token"
        return self._token(request)

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "end_session_endpoint": f"{ISSUER}/logout",
            "id_token_signing_alg_values_supported": list(self.algorithms),
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        expected = base64.b64encode(b"workbench:s+p%2Be%2Fc%3Aial%2C+and+long+enough").decode()  # RFC 6749, section 2.3.1
        if request.headers.get("authorization") != f"Basic {expected}":
            return httpx.Response(401, json={"error": "invalid_client"})
        asked = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": self._id_token(asked)})

    def _id_token(self, asked: Mapping[str, str]) -> str:
        now = int(time.time())
        header = {"alg": "ES256", "kid": self.keys[0].kid}
        claims = {"iss": ISSUER, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.users[asked["user"]]
        self.change(header, claims)
        if header["alg"] == "none":
            parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
            return f"{'.'.join(parts)}."
        key = OctKey.import_key(CLIENT_SECRET) if header["alg"] == "HS256" else self.keys[0]
        return jwt.encode(header, claims, key)
