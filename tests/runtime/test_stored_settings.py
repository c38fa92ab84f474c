"""Settings that administrators store: encrypted, taken over while a process runs, and behind the environment."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from db.engine import Database
from db.operations.audit import list_entries
from db.tables import stored_settings as table
from flows.jobs import find_job
from tests.notifiers import Webhook
from workbench.adapters.keys.sealing import Sealer
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest, NotFound, SetupError, SourceUnavailable
from workbench.domain.operations.stored_settings import SettingSource
from workbench.runtime import Workbench
from workbench.runtime.components import sealer
from workbench.runtime.sources import filing_source, news_source
from workbench.runtime.stored_settings import reseal, try_setting
from workbench.settings import Alerts, Settings

CONTACT = "Grace Hopper grace@example.org"


def opened(database: Database, home: Path, **settings: object) -> Workbench:
    return Workbench(Settings(home=home, **settings), database, FolderStore(home))  # type: ignore[arg-type]


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "nothing changed"
        time.sleep(0.02)


def test_a_stored_contact_lets_requests_go_to_the_sec_without_a_restart(database: Database, tmp_path: Path) -> None:
    serving, beside = opened(database, tmp_path), opened(database, tmp_path)
    with pytest.raises(SetupError, match="no contact"), filing_source(serving.settings):
        pass
    assert find_job("check-filings").missing(serving.settings) == "WORKBENCH_CONTACT"
    assert beside.data_changes.start().wait(10)
    try:
        serving.stored_settings.store("contact", f" {CONTACT} ", actor="grace")
        with filing_source(serving.settings):
            assert serving.settings.contact == CONTACT
        until(lambda: beside.settings.contact == CONTACT)
        assert find_job("check-filings").missing(beside.settings) is None
        serving.stored_settings.remove("contact", actor="grace")
        until(lambda: beside.settings.contact is None)
    finally:
        beside.close()
    with database.read() as connection:
        entries = [(each.actor, each.action, dict(each.detail)) for each in list_entries(connection)]
    assert entries == [
        ("grace", "setting.removed", {"name": "contact"}), ("grace", "setting.stored", {"name": "contact"}),
    ]  # fmt: skip


def test_a_key_is_encrypted_and_never_shown_again(database: Database, tmp_path: Path) -> None:
    workbench = opened(database, tmp_path)
    state = workbench.stored_settings.store("news_api.api_key", "n3ws-k3y", actor="grace")
    assert (state.source, state.value, state.set_by) == (SettingSource.STORED, None, "grace")
    with database.read() as connection:
        (sealed,) = connection.scalars(sa.select(table.c.sealed))
    assert b"n3ws" not in sealed
    assert workbench.settings.news_api.api_key == SecretStr("n3ws-k3y")
    with news_source(workbench.settings):
        pass
    assert "n3ws" not in repr(workbench.settings)


def test_the_environment_goes_before_what_is_stored(database: Database, tmp_path: Path) -> None:
    opened(database, tmp_path).stored_settings.store("contact", CONTACT, actor="grace")
    configured = opened(database, tmp_path, contact="Alan Turing alan@example.org")
    assert configured.stored_settings.refresh().contact == "Alan Turing alan@example.org"
    state = configured.stored_settings.states()[0]
    assert (state.source, state.value, state.set_by) == (
        SettingSource.ENVIRONMENT, "Alan Turing alan@example.org", "grace",
    )  # fmt: skip
    with pytest.raises(InvalidRequest, match="set by the environment"):
        configured.stored_settings.store("contact", CONTACT, actor="grace")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("contact", "Grace Hopper", "does not end with an e-mail address"),
        ("contact", "grace@example.org\nX-Other: 1", "printable"),
        ("news_api.api_key", "   ", "printable"),
        ("news_api.api_key", "secret:postgres_password", "reference to a secret"),
        ("alerts.channels.ops", "nothing of the kind", "none that Apprise knows"),
        ("alerts.channels.inbox", "json://localhost", "channel of the workbench itself"),
        ("alerts.channels.o p s", "json://localhost", "channel's name"),
        ("reports.webhooks.desk", "https://:short@example.org/", "is not https://:secret@host/path"),
    ],
)
def test_a_value_that_could_not_be_used_is_refused(
    database: Database, tmp_path: Path, name: str, value: str, reason: str
) -> None:
    workbench = opened(database, tmp_path)
    with pytest.raises(InvalidRequest, match=reason):
        workbench.stored_settings.store(name, value, actor="grace")
    with database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_only_the_settings_of_the_page_can_be_stored(database: Database, tmp_path: Path) -> None:
    workbench = opened(database, tmp_path)
    with pytest.raises(NotFound, match="no stored setting"):
        workbench.stored_settings.store("server.secret_key", "k" * 40, actor="grace")
    with pytest.raises(NotFound, match="no value of contact"):
        workbench.stored_settings.remove("contact", actor="grace")


def test_a_channel_is_there_at_once_beside_those_of_the_environment(database: Database, tmp_path: Path) -> None:
    with Webhook() as hook:
        workbench = opened(database, tmp_path, alerts=Alerts(channels={"desk": SecretStr("json://127.0.0.1:9/")}))
        notifier = workbench.notifier
        assert notifier.channels == ["desk"]
        workbench.stored_settings.store("alerts.channels.Ops", f"json://127.0.0.1:{hook.port}/", actor="grace")
        assert notifier.channels == ["desk", "ops"]
        try_setting(workbench, "alerts.channels.ops")
        assert [each.title for each in hook.received] == ["Test notification from the workbench"]
        with pytest.raises(InvalidRequest, match="no channel or webhook"):
            try_setting(workbench, "contact")
        with pytest.raises(SourceUnavailable):
            try_setting(workbench, "alerts.channels.desk")
        named = [(each.setting.name, each.source.value) for each in workbench.stored_settings.states()[3:]]
        assert named == [("alerts.channels.desk", "environment"), ("alerts.channels.ops", "stored")]
        workbench.stored_settings.remove("alerts.channels.ops", actor="grace")
        assert notifier.channels == ["desk"]


def test_what_was_encrypted_with_another_key_does_not_count_and_says_so(database: Database, tmp_path: Path) -> None:
    opened(database, tmp_path / "one").stored_settings.store("contact", CONTACT, actor="grace")
    other = opened(database, tmp_path / "two")
    assert other.stored_settings.refresh().contact is None
    state = other.stored_settings.states()[0]
    assert (state.is_readable, state.value, state.set_by) == (False, None, "grace")
    other.stored_settings.store("contact", CONTACT, actor="alan")
    assert other.settings.contact == CONTACT


def test_resealed_values_stay_the_same(database: Database, tmp_path: Path) -> None:
    workbench = opened(database, tmp_path)
    workbench.stored_settings.store("contact", CONTACT, actor="grace")
    with database.write() as connection:
        assert reseal(connection, sealer(workbench.settings)) == 1
        assert reseal(connection, Sealer(b"another")) == 0
    assert opened(database, tmp_path).stored_settings.refresh().contact == CONTACT


def test_what_was_read_last_counts_while_the_database_is_away(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    workbench = opened(database, tmp_path)
    workbench.stored_settings.store("contact", CONTACT, actor="grace")

    def away() -> None:
        raise SourceUnavailable("the database does not answer")

    monkeypatch.setattr(database, "read", away)
    workbench.stored_settings.on_change(None)
    assert workbench.settings.contact == CONTACT
    assert "as they were read last" in caplog.text
