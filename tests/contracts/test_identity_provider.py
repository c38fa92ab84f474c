"""The OpenID Connect provider: what is believed of its answers, how often it is asked, and a real one (OpenBao's)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import hvac
import pytest
import requests

from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, ISSUER, StandIn
from tests.services import Service, vault_server
from workbench.adapters.openid_provider import OpenIdProvider
from workbench.domain.errors import MalformedDocument, NotAuthenticated, SourceRefused, SourceUnavailable
from workbench.ports import IdentityProvider, SignInAttempt

ATTEMPT = SignInAttempt(
    "https://workbench.example/sign-in/provider/back", "st ate", "no+nce", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
USERS = {"ada": {"sub": "u-1", "preferred_username": "ada", "groups": ["desk"]}}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def there() -> StandIn:
    return StandIn(dict(USERS))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def provider_of(there: StandIn, clock: Callable[[], float], **changed: Any) -> OpenIdProvider:
    options: dict[str, Any] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scopes": "openid profile"} | changed
    return OpenIdProvider(options.pop("issuer", ISSUER), transport=there.transport, clock=clock, **options)


def signed_in(provider: IdentityProvider, there: StandIn, attempt: SignInAttempt = ATTEMPT) -> dict[str, Any]:
    back = there.sign_in(provider.authorization_address(attempt), "ada")
    assert back["state"] == attempt.state
    return dict(provider.claims(back["code"], attempt))


def test_the_browser_is_led_there_with_a_challenge_and_without_secrets(there: StandIn, clock: Clock) -> None:
    address = provider_of(there, clock).authorization_address(ATTEMPT)
    assert address.startswith(f"{ISSUER}/authorize?")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["state"], asked["nonce"], asked["redirect_uri"]) == (["st ate"], ["no+nce"], [ATTEMPT.back_to])
    # the example of RFC 7636, appendix B
    assert asked["code_challenge"] == ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]
    assert ATTEMPT.verifier not in address
    assert CLIENT_SECRET not in address


def test_a_code_is_good_once_for_the_attempt_that_it_was_made_for(there: StandIn, clock: Clock) -> None:
    provider = provider_of(there, clock)
    claims = signed_in(provider, there)
    assert (claims["iss"], claims["sub"], claims["groups"]) == (ISSUER, "u-1", ["desk"])
    code = there.sign_in(provider.authorization_address(ATTEMPT), "ada")["code"]
    provider.claims(code, ATTEMPT)
    with pytest.raises(NotAuthenticated):
        provider.claims(code, ATTEMPT)
    # Somebody who caught a code has no verifier for it.
    code = there.sign_in(provider.authorization_address(ATTEMPT), "ada")["code"]
    with pytest.raises(NotAuthenticated):
        provider.claims(code, replace(ATTEMPT, verifier="w" * 48))


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(lambda _, claims: claims.update(nonce="another"), id="another nonce"),
        pytest.param(lambda _, claims: claims.pop("nonce"), id="no nonce"),
        pytest.param(lambda _, claims: claims.update(iss="https://id.example/realms/other"), id="another issuer"),
        pytest.param(lambda _, claims: claims.update(aud="another client"), id="another audience"),
        pytest.param(lambda _, claims: claims.update(aud=[CLIENT_ID, "b"], azp="b"), id="another authorized party"),
        pytest.param(lambda _, claims: claims.update(exp=claims["iat"] - 120), id="expired"),
        pytest.param(lambda _, claims: claims.pop("exp"), id="no expiry"),
        pytest.param(lambda _, claims: claims.pop("sub"), id="no subject"),
        pytest.param(lambda _, claims: claims.update(at_hash="wrong"), id="another access token"),
        pytest.param(lambda header, _: header.update(alg="none"), id="not signed"),
        pytest.param(lambda header, _: header.update(kid="unknown"), id="an unknown key"),
    ],
)
def test_a_token_that_does_not_fit_is_refused(there: StandIn, clock: Clock, lie: Callable[..., object]) -> None:
    there.change = lie
    with pytest.raises(NotAuthenticated):
        signed_in(provider_of(there, clock), there)


def test_a_token_signed_with_the_clients_secret_is_refused(there: StandIn, clock: Clock) -> None:
    there.algorithms = ("HS256", "ES256")
    there.change = lambda header, _: header.update(alg="HS256")
    with pytest.raises(NotAuthenticated):
        signed_in(provider_of(there, clock), there)
    there.algorithms = ("HS256", "none")
    with pytest.raises(SourceRefused, match="signs with none of"):
        signed_in(provider_of(there, Clock()), there)


def test_documents_are_asked_for_once_an_hour_and_when_a_key_is_new(there: StandIn, clock: Clock) -> None:
    provider = provider_of(there, clock)
    signed_in(provider, there)
    signed_in(provider, there)
    assert there.requests.count("/.well-known/openid-configuration") == there.requests.count("/keys") == 1
    clock.now += 60
    there.rotate()
    signed_in(provider, there)
    assert there.requests.count("/keys") == 2
    # Made-up keys do not make the workbench ask for each.
    there.change = lambda header, _: header.update(kid="unknown")
    for _ in range(3):
        with pytest.raises(NotAuthenticated):
            signed_in(provider, there)
    assert there.requests.count("/keys") == 2
    there.change = lambda *_: None
    clock.now += 3600
    signed_in(provider, there)
    assert there.requests.count("/.well-known/openid-configuration") == 2
    assert there.requests.count("/keys") == 3


def test_a_provider_that_is_away_or_another_is_said(there: StandIn, clock: Clock) -> None:
    there.is_down = True
    with pytest.raises(SourceUnavailable, match="gives no answer"):
        provider_of(there, clock).authorization_address(ATTEMPT)
    there.is_down = False
    with pytest.raises(SourceRefused, match="calls itself"):
        provider_of(there, clock, issuer=f"{ISSUER}/").authorization_address(ATTEMPT)
    with pytest.raises(SourceRefused, match="invalid_client"):
        signed_in(provider_of(there, clock, client_secret="wrong"), there)
    page = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>welcome</html>"))
    elsewhere = OpenIdProvider(ISSUER, client_id=CLIENT_ID, client_secret=None, scopes="openid", transport=page)
    with pytest.raises(MalformedDocument):
        elsewhere.authorization_address(ATTEMPT)


def test_the_provider_says_where_it_is_left(there: StandIn, clock: Clock) -> None:
    address = provider_of(there, clock).end_session_address("https://workbench.example/sign-in")
    asked = "client_id=workbench&post_logout_redirect_uri=https%3A%2F%2Fworkbench.example%2Fsign-in"
    assert address == f"{ISSUER}/logout?{asked}"


_TOKEN = "root-token-of-the-tests"


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with vault_server(tmp_path_factory.mktemp("vault"), token=_TOKEN) as server:
        yield server


def _registered(client: hvac.Client, address: str) -> tuple[str, str]:
    """Makes a provider `desk` with a user `ada`, who is in a group; returns the client's id and secret."""
    client.sys.enable_auth_method("userpass")
    client.write_data("auth/userpass/users/ada", data={"password": "pw"})
    accessor = client.sys.list_auth_methods()["userpass/"]["accessor"]
    entity = client.write_data("identity/entity", data={"name": "ada"})["data"]["id"]
    client.write_data("identity/entity-alias", data={"name": "ada", "canonical_id": entity, "mount_accessor": accessor})
    client.write_data("identity/group", data={"name": "desk", "member_entity_ids": [entity]})
    client.write_data("identity/oidc/key/workbench", data={"algorithm": "ES256", "allowed_client_ids": "*"})
    template = '{"preferred_username": {{identity.entity.name}}, "groups": {{identity.entity.groups.names}}}'
    client.write_data("identity/oidc/scope/profile", data={"template": template})
    client.write_data("identity/oidc/assignment/everybody", data={"entity_ids": [entity]})
    client.write_data(
        "identity/oidc/client/workbench",
        data={"key": "workbench", "redirect_uris": ATTEMPT.back_to, "assignments": "everybody", "client_type": "confidential"},
    )
    known = client.read("identity/oidc/client/workbench")["data"]
    client.write_data(
        "identity/oidc/provider/desk",
        data={"issuer": address, "allowed_client_ids": known["client_id"], "scopes_supported": "profile"},
    )
    return known["client_id"], known["client_secret"]


def test_a_real_provider_lets_its_user_in_and_rotates_its_keys(bao: Service) -> None:
    address = f"http://127.0.0.1:{bao.port}"
    issuer, clock = f"{address}/v1/identity/oidc/provider/desk", Clock()
    with requests.Session() as session:
        client = hvac.Client(url=address, token=_TOKEN, session=session)
        client_id, client_secret = _registered(client, address)
        token = client.auth.userpass.login("ada", "pw", use_token=False)["auth"]["client_token"]

        def code_of(attempt: SignInAttempt) -> str:
            # The address is of a page that asks this of the server, with the token of its user.
            query = urlsplit(provider.authorization_address(attempt)).query
            answer = session.get(f"{issuer}/authorize?{query}", headers={"X-Vault-Token": token}, timeout=10)
            assert answer.json()["state"] == attempt.state, answer.text
            return str(answer.json()["code"])

        with closing(
            OpenIdProvider(issuer, client_id=client_id, client_secret=client_secret, scopes="openid profile", clock=clock)
        ) as provider:
            claims = provider.claims(code_of(ATTEMPT), ATTEMPT)
            assert (claims["iss"], claims["preferred_username"], claims["groups"]) == (issuer, "ada", ["desk"])
            with pytest.raises(NotAuthenticated):
                provider.claims(code_of(ATTEMPT), replace(ATTEMPT, verifier="w" * 48))
            with pytest.raises(NotAuthenticated):
                provider.claims(code_of(ATTEMPT), replace(ATTEMPT, nonce="another"))
            client.write_data("identity/oidc/key/workbench/rotate", data={})
            clock.now += 60
            assert provider.claims(code_of(ATTEMPT), ATTEMPT)["sub"] == claims["sub"]
