"""`workbench doctor`: one finding a part, whatever is broken, and an exit code that a script can use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.services import redis_server
from workbench.cli import app
from workbench.runtime.diagnosis import diagnose
from workbench.settings import Settings

_RUNNER = CliRunner()
_PARTS = [
    "python",
    "packages",
    "home",
    "database",
    "failed units",
    "secrets",
    "objects",
    "cache",
    "embeddings",
    "edgar",
    "browser",
]


def test_a_new_home_is_sound_and_nothing_is_loaded(tmp_path: Path) -> None:
    settings = Settings.load(home=tmp_path, edgar={"url": str(tmp_path)})
    findings = {finding.part: finding for finding in diagnose(settings)}
    assert list(findings) == _PARTS
    assert [part for part, finding in findings.items() if finding.state == "broken"] == []
    database = findings["database"]
    assert (database.implementation, database.state) == ("embedded PostgreSQL", "warning")
    assert "not created" in database.detail
    assert "pgvector 0." in str(database.version)
    assert all(finding.fix for finding in findings.values() if finding.state != "ok")
    assert list((tmp_path / "objects").rglob("*.*")) == []


def test_a_broken_home_is_found_by_each_part_that_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "file" / "home"))
    ended = _RUNNER.invoke(app, ["doctor", "--json"])
    assert ended.exit_code == 1
    findings = {finding["part"]: finding for finding in json.loads(ended.stdout)}
    assert list(findings) == [part for part in _PARTS if part != "failed units"]  # which nobody can know
    for part in ("home", "database", "objects"):
        assert findings[part]["state"] == "broken", findings[part]
        assert findings[part]["fix"], findings[part]
    assert findings["python"]["state"] == "ok"


def test_a_database_that_is_not_there_does_not_show_its_password(tmp_path: Path) -> None:
    url = "postgresql://me:hunter2@127.0.0.1:1/workbench"
    settings = Settings.load(home=tmp_path, database={"kind": "postgresql", "url": url})
    found = next(finding for finding in diagnose(settings) if finding.part == "database")
    assert found.state == "broken"
    assert "hunter2" not in f"{found}"


def test_the_sec_is_not_asked_without_a_contact(tmp_path: Path) -> None:
    found = next(finding for finding in diagnose(Settings.load(home=tmp_path, contact=None)) if finding.part == "edgar")
    assert found.state == "warning"
    assert "WORKBENCH_CONTACT" in str(found.fix)


def test_a_redis_that_is_silent_is_a_warning_and_a_secret_that_is_missing_is_broken(tmp_path: Path) -> None:
    cache = {"kind": "redis", "url": "redis://:hunter2@127.0.0.1:1/0"}
    findings = {finding.part: finding for finding in diagnose(Settings.load(home=tmp_path, cache=cache))}
    assert (findings["cache"].state, findings["secrets"].state) == ("warning", "ok")
    assert "hunter2" not in f"{findings}"
    settings = Settings.load(home=tmp_path, news_api={"api_key": "secret:nowhere"})
    found = next(finding for finding in diagnose(settings) if finding.part == "secrets")
    assert found.state == "broken"
    assert "WORKBENCH_NEWS_API__API_KEY" in found.detail


def test_a_redis_that_answers_says_its_version(tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis") as server:
        cache = {"kind": "redis", "url": f"redis://127.0.0.1:{server.port}/0", "timeout_seconds": 5}
        found = next(each for each in diagnose(Settings.load(home=tmp_path, cache=cache)) if each.part == "cache")
    assert (found.state, found.detail) == ("ok", "connected")
    assert str(found.version)[0].isdigit()
