"""Settings of every shape reach a child process as they are, whatever its home's file says, and show no secret on the way."""

from __future__ import annotations

import logging
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from workbench.runtime.child_environment import child_environment, environment_without_settings, settings_variables
from workbench.service_settings import VaultSecrets
from workbench.settings import Alerts, Edgar, Flows, Server, Settings

_TOKEN = "correct-horse"
# What a validator takes of a field's type, by the field's name.
_VALIDATED: dict[str, st.SearchStrategy[Any]] = {
    "time_zone": st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
    "trusted_proxies": st.sampled_from(["none", "10.0.0.0/8, fd00::/8", "127.0.0.1, ::1"]),
}
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_FILE = """
WORKBENCH_ALERTS__CHANNELS__OTHER=mailto://somebody
WORKBENCH_SERVER__PUBLIC_ADDRESS=https://other.example
WORKBENCH_DATABASE__KIND=postgresql
WORKBENCH_DATABASE__URL=postgresql://other@localhost/other
WORKBENCH_EMBEDDINGS__KIND=openai
WORKBENCH_EMBEDDINGS__API_KEY=another
WORKBENCH_FLOWS__KEEP_EVENTS_DAYS=99
"""


def models(model: type[BaseModel], **fixed: Any) -> st.SearchStrategy[Any]:
    """Instances with every field set to any value of its type."""
    fields = {
        name: st.just(fixed[name])
        if name in fixed
        else _VALIDATED[name]
        if name in _VALIDATED
        else values(field.annotation, field)
        for name, field in model.model_fields.items()
    }
    return st.fixed_dictionaries(fields).map(lambda given: model(**given))


def values(annotation: Any, field: FieldInfo) -> st.SearchStrategy[Any]:
    """Any value of a setting's type; raises TypeError for a type that nobody has taught it, and so not the environment."""
    parts = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return st.one_of(*(values(part, field) for part in parts))
    if get_origin(annotation) is Literal:
        return st.sampled_from(parts)
    if isinstance(get_origin(annotation), type) and issubclass(get_origin(annotation), Mapping):
        keys = st.from_regex(r"[a-z][a-z0-9]{0,3}(__[a-z0-9]{1,3}|-[a-z])?", fullmatch=True)
        return st.dictionaries(keys, values(parts[1], field), max_size=3)
    if get_origin(annotation) in (list, tuple, set, frozenset):
        return st.lists(values(parts[0], field), max_size=3).map(get_origin(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return models(annotation)
    return scalars(annotation, field)


def scalars(annotation: Any, field: FieldInfo) -> st.SearchStrategy[Any]:
    limits = {name: getattr(rule, name) for rule in field.metadata for name in ("ge", "gt", "le", "lt") if hasattr(rule, name)}
    pattern = next((rule.pattern for rule in field.metadata if getattr(rule, "pattern", None)), None)
    shortest = next((rule.min_length for rule in field.metadata if hasattr(rule, "min_length")), 0)
    text = (
        st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
        if pattern
        else _TEXT.map(lambda text: text + "x" * shortest)
    )
    low = limits.get("ge", limits.get("gt", 0))
    high = limits.get("le", limits.get("lt", low + 10**6))
    kinds: dict[Any, st.SearchStrategy[Any]] = {
        NoneType: st.none(),
        bool: st.booleans(),
        int: st.integers(low, high),
        float: st.floats(low, high, exclude_min="gt" in limits),
        str: text,
        SecretStr: text.map(lambda text: SecretStr(f"{_TOKEN} {text}")),
        Path: st.sampled_from([Path("/run/secrets/a token"), Path("/tmp/ß/x")]),
        date: st.dates(),
        Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    }
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return st.sampled_from(annotation)
    if annotation not in kinds:
        raise TypeError(f"settings of the type {annotation} are not tested on their way into a child process")
    return kinds[annotation]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose file says other things than the settings that are handed over."""
    (tmp_path / "workbench.env").write_text(_FILE)
    return tmp_path


def loaded_in(environment: Mapping[str, str]) -> Settings:
    with mock.patch.dict(os.environ, environment, clear=True):
        return Settings.load()


# A variable that stands for a scalar as a whole holds neither a NUL nor the empty text.
_CONTACT = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_setting_survives_and_no_secret_shows(home: Path, data: st.DataObject) -> None:
    given_settings: Settings = data.draw(models(Settings, home=home, contact=data.draw(_CONTACT)))
    assert loaded_in(child_environment(given_settings)) == given_settings
    assert pickle.loads(pickle.dumps(given_settings)) == given_settings
    assert _TOKEN not in f"{given_settings!r} {given_settings} {given_settings.model_dump()}"


def test_a_real_child_has_the_settings_and_logs_no_secret(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    alerts = Alerts(channels={"ops": SecretStr(f"mailto://me:{_TOKEN}@example.org"), "a__b": SecretStr("json://localhost")})
    wanted = Settings(home=home, alerts=alerts, edgar=Edgar(requests_per_second=2.5), contact="Zoë z@example.org")
    program = (
        "import pickle, sys\nfrom workbench.settings import Settings\nsys.stdout.buffer.write(pickle.dumps(Settings.load()))"
    )
    with caplog.at_level(logging.DEBUG):
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=child_environment(wanted), capture_output=True, timeout=120, check=True)
    assert pickle.loads(done.stdout) == wanted
    assert _TOKEN not in caplog.text


def test_what_the_parent_overrode_does_not_come_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_SERVER__PORT", "9000")
    monkeypatch.setenv("workbench_flows__enabled", "false")
    plain = Settings.load(home=home).model_copy(update={"server": Server(), "flows": Flows()})
    loaded = loaded_in(child_environment(plain))
    assert (loaded.server.port, loaded.flows.enabled) == (8000, True)
    assert child_environment(plain, {"FURTHER": "1"})["FURTHER"] == "1"


def test_a_variable_in_the_child_still_wins(home: Path) -> None:
    """In a terminal of the lab, say."""
    changed = {**child_environment(Settings(home=home)), "WORKBENCH_SERVER__PORT": "9001"}
    assert loaded_in(changed).server.port == 9001


def test_what_is_none_as_a_whole_is_left_to_the_file(home: Path) -> None:
    with (home / "workbench.env").open("a") as file:
        file.write("WORKBENCH_CONTACT=Later l@example.org\n")
    assert loaded_in(child_environment(Settings(home=home, contact=None))).contact == "Later l@example.org"


def test_relative_paths_are_those_of_the_parent(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    vault = VaultSecrets(kind="vault", address="http://localhost:8200", token_file=Path("token"))
    secrets = loaded_in(child_environment(Settings(home=home, secrets=vault))).secrets
    assert isinstance(secrets, VaultSecrets)
    assert secrets.token_file == home / "token"


def test_a_program_that_needs_no_setting_is_given_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_ALERTS__CHANNELS__OPS", _TOKEN)
    monkeypatch.setenv("SOMETHING_ELSE", "stays")
    assert "stays" in environment_without_settings().values()
    assert not [name for name in environment_without_settings() if name.startswith("WORKBENCH_")]


def test_a_setting_that_could_not_be_handed_over_is_an_error(home: Path) -> None:
    class LaterSettings(Settings):
        pause: timedelta = timedelta(seconds=1)

    with pytest.raises(TypeError, match="timedelta cannot be handed to another process"):
        settings_variables(LaterSettings(home=home))
