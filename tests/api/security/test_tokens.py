"""What a token holds, for how long and for whom it is good, and what is said of one that is not."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from api.security.tokens import Claim, Tokens, key_of
from workbench.domain.errors import NotAuthenticated

KEY = b"k" * 32
TOKENS = Tokens({"k1": KEY}, "k1")
SESSION = "6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11"
HALF_AN_HOUR = timedelta(minutes=30)


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, KEY, algorithms=["HS256"], audience="api"))


def test_a_token_names_its_user_its_use_its_session_its_key_and_its_end() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    token = TOKENS.sign("ada", SESSION, HALF_AN_HOUR)
    found = claims(token)
    assert set(found) == {"iss", "aud", "sub", "iat", "exp", "jti", "sid"}
    assert (found["iss"], found["aud"], found["sub"], found["sid"]) == ("corporate-intel-workbench", "api", "ada", SESSION)
    assert before.timestamp() <= found["iat"] <= datetime.now(UTC).timestamp()
    assert found["exp"] - found["iat"] == 1800
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    assert key_of(token) == "k1"
    assert TOKENS.read(token) == Claim("ada", SESSION)
    # No two are the same, even of one second: 12 random bytes in base64.
    other = claims(TOKENS.sign("ada", SESSION, HALF_AN_HOUR))
    assert other["jti"] != found["jti"]
    assert len(found["jti"]) == 16


def test_a_token_lasts_as_long_in_every_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        for zone in ("America/Los_Angeles", "Asia/Tokyo"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            now = time.time()
            found = claims(TOKENS.sign("ada", SESSION, HALF_AN_HOUR))
            assert now - 1 <= found["iat"] <= time.time()
            assert found["exp"] == found["iat"] + 1800
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_token_is_read_with_the_key_that_it_names_and_no_other() -> None:
    old, new = Tokens({"k1": KEY}, "k1"), Tokens({"k1": KEY, "k2": b"n" * 32}, "k2")
    token = old.sign("ada", SESSION, HALF_AN_HOUR)
    assert new.read(token).name == "ada"
    for keys in (Tokens({"k2": KEY}, "k2"), Tokens({"k1": b"n" * 32}, "k1")):
        with pytest.raises(NotAuthenticated, match="not valid"):
            keys.read(token)
    assert "nnn" not in repr(new)


NOT_VALID = ("the access token is not valid", "request one at /api/v1/auth/token")


def signed(content: dict[str, Any], key: bytes = KEY, algorithm: str = "HS256", **head: Any) -> str:
    return jwt.encode(content, key, algorithm=algorithm, headers={"kid": "k1"} | head)


@pytest.mark.parametrize("change", [
    {"iss": "another-server"}, {"aud": "session"}, {"sub": None}, {"iat": None}, {"exp": None}, {"sid": None}, {"iss": None},
    {"aud": None},
])  # fmt: skip
def test_a_token_of_our_key_is_not_enough(change: dict[str, Any]) -> None:
    good = claims(TOKENS.sign("ada", SESSION, HALF_AN_HOUR))
    token = signed({k: v for k, v in (good | change).items() if v is not None})
    with pytest.raises(NotAuthenticated) as refused:
        TOKENS.read(token)
    assert (refused.value.message, refused.value.hint) == NOT_VALID


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_token_of_another_algorithm_is_refused(algorithm: str) -> None:
    good = claims(TOKENS.sign("ada", SESSION, HALF_AN_HOUR))
    tokens = Tokens({"k1": b"k" * 64}, "k1")
    with pytest.raises(NotAuthenticated, match="not valid"):
        tokens.read(signed(good, b"k" * 64, algorithm))


@pytest.mark.parametrize("token", [
    "", "nonsense", "a.b.c", jwt.encode({"sub": "ada"}, KEY, algorithm="HS256"), signed({"sub": "ada"}, kid="../k1"),
])  # fmt: skip
def test_a_token_that_names_no_key_of_ours_is_refused(token: str) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        TOKENS.read(token)
    assert (refused.value.message, refused.value.hint) == NOT_VALID


def test_a_token_that_has_expired_says_so() -> None:
    with pytest.raises(NotAuthenticated) as refused:
        TOKENS.read(TOKENS.sign("ada", SESSION, timedelta(seconds=-1)))
    assert (refused.value.message, refused.value.hint) == (
        "the access token has expired", "request a new one at /api/v1/auth/token"
    )  # fmt: skip
