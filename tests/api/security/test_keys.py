"""The signing key: private, lasting, and never a weak one outside development."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.security.keys import signing_key
from tests.api.conftest import settings_at
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
    with pytest.raises(SetupError, match="cannot be stored"):
        signing_key(settings_at(tmp_path / "file"))
