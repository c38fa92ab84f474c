"""What a token holds, for how long and for whom it is good, and what is said of one that is not."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from api.security.tokens import Audience, Claim, Tokens, credentials_mark
from workbench.domain.errors import NotAuthenticated

KEY = b"k" * 32
TOKENS = Tokens(KEY)
HASH = "$argon2id$v=19$m=64,t=2,p=1$c2FsdA$aGFzaA"


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, KEY, algorithms=["HS256"], audience="api"))


def test_a_token_names_its_user_its_use_and_its_end() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    token = TOKENS.sign("ada", HASH, Audience.API, timedelta(minutes=30))
    found = claims(token)
    assert set(found) == {"iss", "aud", "sub", "iat", "exp", "jti", "mark"}
    assert (found["iss"], found["aud"], found["sub"]) == ("corporate-intel-workbench", "api", "ada")
    assert before.timestamp() <= found["iat"] <= datetime.now(UTC).timestamp()
    assert found["exp"] - found["iat"] == 1800
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert TOKENS.read(token, Audience.API) == Claim("ada", credentials_mark(HASH))
    # No two are the same, even of one second: 12 random bytes in base64.
    other = claims(TOKENS.sign("ada", HASH, Audience.API, timedelta(minutes=30)))
    assert other["jti"] != found["jti"]
    assert len(found["jti"]) == 16


def test_a_token_lasts_as_long_in_every_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        for zone in ("America/Los_Angeles", "Asia/Tokyo"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            now = time.time()
            found = claims(TOKENS.sign("ada", HASH, Audience.API, timedelta(minutes=30)))
            assert now - 1 <= found["iat"] <= time.time()
            assert found["exp"] == found["iat"] + 1800
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_mark_follows_the_password_and_does_not_show_its_hash() -> None:
    mark = credentials_mark(HASH)
    assert mark == hashlib.sha256(b"mark:" + HASH.encode()).hexdigest()[:16]
    assert credentials_mark(HASH + "x") != mark


NOT_VALID = ("the access token is not valid", "request one at /api/v1/auth/token")


@pytest.mark.parametrize("change", [
    {"iss": "another-server"}, {"aud": "session"}, {"sub": None}, {"iat": None}, {"exp": None}, {"mark": None}, {"iss": None},
    {"aud": None},
])  # fmt: skip
def test_a_token_of_our_key_is_not_enough(change: dict[str, Any]) -> None:
    good = claims(TOKENS.sign("ada", HASH, Audience.API, timedelta(minutes=5)))
    token = jwt.encode({k: v for k, v in (good | change).items() if v is not None}, KEY, algorithm="HS256")
    with pytest.raises(NotAuthenticated) as refused:
        TOKENS.read(token, Audience.API)
    assert (refused.value.message, refused.value.hint) == NOT_VALID


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_token_of_another_algorithm_is_refused(algorithm: str) -> None:
    good = claims(TOKENS.sign("ada", HASH, Audience.API, timedelta(minutes=5)))
    tokens = Tokens(b"k" * 64)
    with pytest.raises(NotAuthenticated, match="not valid"):
        tokens.read(jwt.encode(good, b"k" * 64, algorithm=algorithm), Audience.API)


def test_a_token_that_has_expired_says_so() -> None:
    with pytest.raises(NotAuthenticated) as refused:
        TOKENS.read(TOKENS.sign("ada", HASH, Audience.API, timedelta(seconds=-1)), Audience.API)
    assert (refused.value.message, refused.value.hint) == (
        "the access token has expired", "request a new one at /api/v1/auth/token"
    )  # fmt: skip


def test_a_cookie_is_no_access_token_and_the_other_way_round() -> None:
    for made, read in ((Audience.API, Audience.SESSION), (Audience.SESSION, Audience.API)):
        with pytest.raises(NotAuthenticated, match="not valid"):
            TOKENS.read(TOKENS.sign("ada", HASH, made, timedelta(minutes=5)), read)
    assert TOKENS.read(TOKENS.sign("ada", HASH, Audience.SESSION, timedelta(minutes=5)), Audience.SESSION).name == "ada"
