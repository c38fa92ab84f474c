"""Settings: read from two places, refused by name when wrong, documented each, and silent about secrets."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from workbench.domain.errors import SetupError
from workbench.runtime.secrets import with_secrets
from workbench.service_settings import PostgresDatabase
from workbench.settings import Server, Settings

_DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"
_SECRET = "correct-horse-battery-staple"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    return tmp_path


def _names(model: type[BaseModel], prefix: str = "WORKBENCH_") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting's name in the environment, with its field; the parts of a choice together."""
    for name, field in model.model_fields.items():
        parts = [part for part in (field.annotation, *get_args(field.annotation)) if _is_part(part)]
        for part in parts:
            yield from _names(part, f"{prefix}{name.upper()}__")
        if not parts:
            yield f"{prefix}{name.upper()}", field


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def test_every_setting_is_in_the_docs_and_nothing_else_is() -> None:
    documented = set(re.findall(r"^\| `(WORKBENCH_\w+)`", _DOCUMENT.read_text(), re.MULTILINE))
    assert documented == {name for name, _ in _names(Settings)}


def test_the_docs_state_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `(WORKBENCH_\w+)` \| ([^|]*) \|", _DOCUMENT.read_text(), re.MULTILINE))
    for name, field in _names(Settings):
        if isinstance(field.default, str | int | float | bool) and not name.endswith("__KIND"):
            assert rows[name].strip() == f"`{field.default}`", name


def test_the_environment_wins_over_the_file_and_an_empty_variable_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "workbench.env").write_text("WORKBENCH_CONTACT='File f@example.org'\nWORKBENCH_SERVER__PORT=8100\n")
    monkeypatch.setenv("WORKBENCH_SERVER__PORT", "8200")
    monkeypatch.setenv("WORKBENCH_CONTACT", "")
    settings = Settings.load()
    assert (settings.contact, settings.server.port) == ("File f@example.org", 8200)


def test_one_part_may_come_from_both_places(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "workbench.env").write_text(f"WORKBENCH_DATABASE__URL=postgresql://me:{_SECRET}@localhost/w\n")
    monkeypatch.setenv("WORKBENCH_DATABASE__KIND", "postgresql")
    assert isinstance(Settings.load().database, PostgresDatabase)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("WORKBENCH_SERVER__PORT", "seventy", "WORKBENCH_SERVER__PORT"),
        ("WORKBENCH_EDGAR__ATTEMPT", "2", "WORKBENCH_EDGAR__ATTEMPT"),
        ("WORKBENCH_CONTCT", "me", "there is no setting WORKBENCH_CONTCT"),
        ("WORKBENCH_DATABASE__KIND", "oracle", "WORKBENCH_DATABASE"),
        ("WORKBENCH_DATABASE__KIND", "postgresql", "WORKBENCH_DATABASE__URL"),
        ("WORKBENCH_DATABASE", "{", "WORKBENCH_DATABASE"),
        ("WORKBENCH_SERVER", "{", "server"),
    ],
)
def test_a_wrong_setting_names_itself(monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=message) as refused:
        Settings.load()
    assert refused.value.hint


def test_a_misspelt_setting_in_the_file_is_refused_with_the_right_name(home: Path) -> None:
    (home / "workbench.env").write_text("WORKBENCH_CONTACTS=me\n")
    with pytest.raises(SetupError, match="WORKBENCH_CONTACTS") as refused:
        Settings.load()
    assert refused.value.hint == "did you mean WORKBENCH_CONTACT?"


def test_the_home_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.load(home="here").home == tmp_path / "here"
    assert Settings.load(home="~/there").home == tmp_path / "there"


def test_no_secret_shows(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    secrets = [name for name, field in _names(Settings) if SecretStr in (field.annotation, *get_args(field.annotation))]
    assert {"WORKBENCH_DATABASE__URL", "WORKBENCH_SERVER__SECRET_KEY"} <= set(secrets)
    kinds = {"DATABASE": "postgresql", "OBJECTS": "minio", "CACHE": "redis", "SECRETS": "vault", "EMBEDDINGS": "openai"}
    kinds["SIGN_IN"] = "openid"
    monkeypatch.setenv("WORKBENCH_SIGN_IN__ISSUER", "https://id.example")
    monkeypatch.setenv("WORKBENCH_SIGN_IN__CLIENT_ID", "workbench")
    for part, kind in kinds.items():
        monkeypatch.setenv(f"WORKBENCH_{part}__KIND", kind)
    monkeypatch.setenv("WORKBENCH_OBJECTS__ENDPOINT", "http://localhost:9000")
    monkeypatch.setenv("WORKBENCH_SECRETS__ADDRESS", "http://localhost:8200")
    for name in secrets:  # one of several by name stands below it
        place = f"{name}__OPS" if name.endswith(("__CHANNELS", "__WEBHOOKS")) else name
        monkeypatch.setenv(place, f"postgresql://me:{_SECRET}@localhost/w")
    settings = Settings.load()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("a").warning("%s %r", settings, settings)
    shown = [repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump()), caplog.text]
    assert not [text for text in shown if _SECRET in text]
    assert json.loads(settings.model_dump_json())["server"]["secret_key"] == "**********"


def test_names_that_sound_secret_are_secret() -> None:
    sounding = [field for name, field in _names(Settings) if re.search(r"KEY|TOKEN$|PASSWORD|SECRET(?!S__)|_URL$", name)]
    open_ones = [field for field in sounding if SecretStr not in (field.annotation, *get_args(field.annotation))]
    assert all(str(field.default).startswith("https://") for field in open_ones)


def test_a_wrong_secret_is_not_repeated_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_SERVER", json.dumps({"secret_key": [_SECRET]}))
    with pytest.raises(SetupError) as refused:
        Settings.load()
    assert _SECRET not in f"{refused.value} {refused.value.hint} {refused.value!r}"


def test_channels_are_named_and_settings_stay_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_ALERTS__CHANNELS__OPS", f"mailto://me:{_SECRET}@example.org")
    monkeypatch.setenv("WORKBENCH_ALERTS__CHANNELS__DESK", "secret:DESK")
    monkeypatch.setenv("DESK", "slack://token")
    settings = with_secrets(Settings.load())
    assert {name: address.get_secret_value() for name, address in settings.alerts.channels.items()} == {
        "ops": f"mailto://me:{_SECRET}@example.org", "desk": "slack://token"
    }  # fmt: skip
    assert hash(settings) == hash(with_secrets(Settings.load()))  # workers keep what they opened for them
    monkeypatch.delenv("DESK")
    with pytest.raises(SetupError, match="WORKBENCH_ALERTS__CHANNELS__DESK names a missing secret"):
        with_secrets(Settings.load())


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("WORKBENCH_ALERTS__CHANNELS__A.B", _SECRET, "a channel's name has"),
        ("WORKBENCH_ALERTS__CHANNELS", _SECRET, "alerts"),
        ("WORKBENCH_ALERTS__TIME_ZONE", "Berlin", "not a time zone"),
        ("WORKBENCH_SERVER__PUBLIC_ADDRESS", "workbench.example.org", "PUBLIC_ADDRESS"),
    ],
)
def test_wrong_settings_of_notices_name_themselves(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=message) as refused:
        Settings.load()
    assert _SECRET not in f"{refused.value} {refused.value.hint}"


def test_links_lead_to_where_people_reach_the_pages() -> None:
    assert Server().address == "http://127.0.0.1:8000"
    assert Server(host="0.0.0.0", port=81).address == "http://127.0.0.1:81"
    assert Server(host="::1", public_address="https://example.org/wb/").address == "https://example.org/wb"
