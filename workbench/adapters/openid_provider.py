"""Signing in with an OpenID Connect provider: its discovery document, its keys, and its answers, verified."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from workbench.deadlines.connections import bound_client
from workbench.deadlines.deadline import deadline
from workbench.domain.errors import MalformedDocument, NotAuthenticated, SourceRefused, SourceUnavailable
from workbench.ports import SignInAttempt
from workbench.secret_values import Secret, current

logger = logging.getLogger(__name__)

# With a public key alone: an `HS256` token could be signed by anybody who knows the client's secret, and `none` by anybody.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_LEEWAY_SECONDS = 60
_CACHE_SECONDS = 3600.0
# A key that is not known may be a new one; tokens with made-up keys must not make us ask the provider for each.
_REFETCH_SECONDS = 10.0
_DISCOVERY = "/.well-known/openid-configuration"
_HINT = "check WORKBENCH_SIGN_IN__ISSUER, __CLIENT_ID and __CLIENT_SECRET"


class OpenIdProvider:
    """An IdentityProvider by the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636).

    The discovery document and the keys are cached for an hour; a token with an unknown key reads the keys again. Each
    request ends within `timeout_seconds`.
    """

    def __init__(
        self,
        issuer: str,
        *,
        client_id: str,
        client_secret: Secret | None,
        scopes: str,
        timeout_seconds: float = 10.0,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._scopes = scopes
        self._timeout_seconds = timeout_seconds
        self._client = bound_client(httpx.Client(timeout=timeout_seconds, follow_redirects=False, transport=transport))
        self._clock = clock
        self._lock = threading.Lock()
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}

    def authorization_address(self, attempt: SignInAttempt) -> str:
        """Where the browser goes to sign in; raises SourceUnavailable, SourceRefused and MalformedDocument."""
        address: str = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            self._client_id,
            "code",
            redirect_uri=attempt.back_to,
            scope=self._scopes,
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return address

    def claims(self, code: str, attempt: SignInAttempt) -> Mapping[str, Any]:
        """The verified claims of who signed in.

        Raises NotAuthenticated for a code or token that is not good for this attempt, and as `authorization_address` does.
        """
        answer = self._exchange(code, attempt)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise MalformedDocument("the provider's answer has no ID token", document=self._issuer)
        try:
            decoded = self._verified(token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {"iss": {"essential": True, "value": self._issuer}, "aud": {"essential": True, "value": self._client_id}},
                {"nonce": attempt.nonce, "client_id": self._client_id, "access_token": access_token},
            )
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            logger.warning("an ID token of %s was refused: %s", self._issuer, error)
            raise NotAuthenticated("the provider's token is not good for this sign-in") from None
        return dict(claims)

    def end_session_address(self, back_to: str) -> str | None:
        """Where the browser goes to sign out there too; None if the provider offers no such address. Raises as above."""
        address = self._discovered().get("end_session_endpoint")
        if not isinstance(address, str):
            return None
        parameters = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": back_to})
        return f"{address}{'&' if urlsplit(address).query else '?'}{parameters}"

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _exchange(self, code: str, attempt: SignInAttempt) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.back_to,
            "code_verifier": attempt.verifier,
        }
        auth = None
        if self._client_secret is None:
            form["client_id"] = self._client_id
        elif "client_secret_basic" in self._discovered().get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            auth = httpx.BasicAuth(_form_encoded(self._client_id), _form_encoded(current(self._client_secret)))
        else:
            form |= {"client_id": self._client_id, "client_secret": current(self._client_secret)}
        response = self._ask("POST", self._endpoint("token_endpoint"), data=form, auth=auth)
        if response.status_code == httpx.codes.OK:
            return _object(response)
        reason = str(_object(response, or_empty=True).get("error", ""))[:60]
        logger.warning("%s answered %d (%s) to a code", self._issuer, response.status_code, reason)
        if reason == "invalid_grant":
            raise NotAuthenticated("the provider does not accept this sign-in any longer")
        raise SourceRefused(f"the provider refuses the workbench: {reason or response.status_code}", hint=_HINT)

    def _verified(self, token: str) -> jwt.Token:
        offered = self._discovered().get("id_token_signing_alg_values_supported", ["RS256"])
        algorithms = [each for each in _ALGORITHMS if each in offered]
        if not algorithms:  # the registry would take its own
            raise SourceRefused("the provider signs with none of " + ", ".join(_ALGORITHMS))
        registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
        try:
            return jwt.decode(token, self._keys(), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(token, self._keys(at_most_old=_REFETCH_SECONDS), registry=registry)

    def _keys(self, *, at_most_old: float = _CACHE_SECONDS) -> KeySet:
        return KeySet.import_key_set(self._document(self._endpoint("jwks_uri"), at_most_old))  # type: ignore[arg-type]

    def _discovered(self) -> dict[str, Any]:
        document = self._document(self._issuer.rstrip("/") + _DISCOVERY, _CACHE_SECONDS)
        if document.get("issuer") != self._issuer:
            raise SourceRefused(
                f"the provider calls itself {str(document.get('issuer'))[:200]!r}",
                hint="set WORKBENCH_SIGN_IN__ISSUER to that",
            )
        return document

    def _endpoint(self, name: str) -> str:
        address = self._discovered().get(name)
        if not isinstance(address, str) or urlsplit(address).scheme not in {"https", urlsplit(self._issuer).scheme}:
            raise MalformedDocument(f"the provider's discovery document has no {name}", document=self._issuer)
        return address

    def _document(self, address: str, at_most_old: float) -> dict[str, Any]:
        """The JSON document at the address, read again if it is older than that."""
        with self._lock:
            read_at, document = self._documents.get(address, (float("-inf"), {}))
        if self._clock() - read_at < at_most_old:
            return document
        response = self._ask("GET", address)
        if response.status_code != httpx.codes.OK:
            raise SourceUnavailable(f"{address} answered {response.status_code}", url=address, hint=_HINT)
        document = _object(response)
        with self._lock:
            self._documents[address] = (self._clock(), document)
        return document

    def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        try:
            with deadline(self._timeout_seconds):
                response = self._client.request(method, address, headers={"Accept": "application/json"}, **more)
        except httpx.HTTPError as error:
            raise SourceUnavailable(
                f"the provider at {self._issuer} gives no answer ({type(error).__name__})", url=address
            ) from None
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise SourceUnavailable(f"the provider at {self._issuer} answered {response.status_code}", url=address)
        return response


def _object(response: httpx.Response, *, or_empty: bool = False) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        content = None
    if isinstance(content, dict):
        return content
    if or_empty:
        return {}
    raise MalformedDocument("the provider's answer is no JSON object", document=str(response.url))


def _form_encoded(text: str) -> str:
    """As RFC 6749, section 2.3.1, has the parts of the Authorization header."""
    return urlencode({"": text})[1:]
