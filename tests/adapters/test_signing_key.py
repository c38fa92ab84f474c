"""The signing key: private, lasting, and never a weak one outside development."""

from __future__ import annotations

import hashlib
import hmac
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.conftest import settings_at
from workbench.adapters.keys.signing_key import signing_key
from workbench.domain.errors import SetupError

STRONG = "Zk3v9QpLr8Tx2Wn5Yb7Hc4Jd6Mf1Sg0a"


def test_made_once_private_and_kept(tmp_path: Path) -> None:
    home = tmp_path / "new home"
    key = signing_key(settings_at(home))
    assert len(key) == 32
    assert signing_key(settings_at(home)) == key
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in home.iterdir()] == ["secret_key"]
    assert signing_key(settings_at(tmp_path / "another")) != key


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: signing_key(settings_at(tmp_path)), range(32)))
    assert len(keys) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    signing_key(settings_at(tmp_path))
    (tmp_path / "secret_key").chmod(0o644)
    with pytest.raises(SetupError, match="readable by other users"):
        signing_key(settings_at(tmp_path))


@pytest.mark.parametrize("weak", ["short", "changeme" * 5, "x" * 40, "this-is-the-default-key-of-the-workbench"])
def test_weak_keys_serve_development_only(tmp_path: Path, weak: str) -> None:
    assert len(signing_key(settings_at(tmp_path, server={"secret_key": weak}))) == 32
    with pytest.raises(SetupError, match="weak"):
        signing_key(settings_at(tmp_path, environment="production", server={"secret_key": weak}))


def test_a_given_strong_key_serves_production(tmp_path: Path) -> None:
    given = settings_at(tmp_path, environment="production", server={"secret_key": STRONG})
    assert signing_key(given) == signing_key(given)
    assert not (tmp_path / "secret_key").exists()
    assert STRONG not in repr(given)


def test_the_made_key_serves_production(tmp_path: Path) -> None:
    assert len(signing_key(settings_at(tmp_path, environment="production"))) == 32


def test_a_home_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError) as refused:
        signing_key(settings_at(tmp_path / "file"))
    path = tmp_path / "file" / "secret_key"
    assert refused.value.message == f"the signing key {path} cannot be stored: File exists"
    assert refused.value.hint == "set WORKBENCH_HOME"


def test_a_home_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    home = tmp_path / "users" / "ada" / "workbench"
    assert signing_key(settings_at(home)) == signing_key(settings_at(home))
    assert (home / "secret_key").is_file()


@pytest.mark.parametrize(
    ("secret", "is_strong"),
    [
        ("0123456789" * 3 + "01", True),  # 32 characters, ten different ones
        ("0123456789" * 3 + "0", False),
        ("012345678" * 4, False),
        ("0123456789" * 3 + "Secret", False),
        ("0123456789" * 3 + "INSECURE", False),
    ],
)
def test_a_strong_key_has_32_characters_ten_of_them_different_and_no_word_of_examples(
    tmp_path: Path, secret: str, is_strong: bool
) -> None:
    given = settings_at(tmp_path, environment="production", server={"secret_key": secret})
    if is_strong:
        assert len(signing_key(given)) == 32
        return
    with pytest.raises(SetupError) as refused:
        signing_key(given)
    assert refused.value.message == "the signing key is weak: outside development it needs at least 32 random characters"
    assert refused.value.hint == "set WORKBENCH_SERVER__SECRET_KEY, or unset it to have a key created"


@pytest.mark.parametrize("environment", ["development", "production"])
def test_an_empty_key_file_is_no_key(tmp_path: Path, environment: str) -> None:
    (tmp_path / "secret_key").touch(mode=0o600)
    with pytest.raises(SetupError, match="weak"):
        signing_key(settings_at(tmp_path, environment=environment))


def test_the_key_that_signs_is_derived_from_the_secret(tmp_path: Path) -> None:
    # HMAC-SHA256 of the name of the use: the key in the file is not the one that signs.
    expected = hmac.new(STRONG.encode(), b"corporate-intel-workbench access tokens", hashlib.sha256).digest()
    assert signing_key(settings_at(tmp_path, server={"secret_key": STRONG})) == expected
    (tmp_path / "secret_key").write_text(STRONG + "\n")
    (tmp_path / "secret_key").chmod(0o600)
    assert signing_key(settings_at(tmp_path)) == expected


def test_the_file_has_48_random_bytes(tmp_path: Path) -> None:
    signing_key(settings_at(tmp_path))
    text = (tmp_path / "secret_key").read_text()
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}\n", text)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601])
def test_a_key_file_is_of_its_owner_alone(tmp_path: Path, mode: int) -> None:
    signing_key(settings_at(tmp_path))
    (tmp_path / "secret_key").chmod(mode)
    with pytest.raises(SetupError) as refused:
        signing_key(settings_at(tmp_path))
    path = tmp_path / "secret_key"
    assert refused.value.message == f"{path} is readable by other users"
    assert refused.value.hint == f"run `chmod 600 {path}`, or delete it to have a new one created"
