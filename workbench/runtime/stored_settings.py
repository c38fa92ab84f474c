"""Settings from the environment together with those that administrators stored, taken over while a process runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from db.engine import Connection, Database
from db.operations import stored_settings as db_settings
from workbench.domain.errors import InvalidRequest, NotFound, SetupError, WorkbenchError
from workbench.domain.operations.stored_settings import (
    CHANNELS,
    CONTACT,
    GROUPS,
    NEWS_KEY,
    PRICE_KEY,
    SINGLE,
    WEBHOOKS,
    SettingSource,
    SettingState,
    StorableSetting,
    StoredSetting,
    in_group,
    parse_setting,
    parse_value,
)
from workbench.secret_values import Secret
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.adapters.keys.sealing import Sealer
    from workbench.runtime import Workbench

logger = logging.getLogger(__name__)

CHANGED = "settings"
"""What the database notifies when a stored setting changed."""


class StoredSettings:
    """The settings of a process: those it was started with, and where these have no value, what administrators stored.

    `current` never asks the database. `refresh` does, and is called when the process starts and when the database notifies
    a change; while it cannot be asked, what was read last goes on to count.
    """

    def __init__(self, configured: Settings, database: Database, sealer: Callable[[], Sealer]) -> None:
        """`sealer` is called once there is a value to encrypt or decrypt: it may create the key of the home folder."""
        self._configured = configured
        self._database = database
        self._make_sealer = sealer
        self._sealer: Sealer | None = None
        self._lock = threading.Lock()
        self._current = configured

    @property
    def current(self) -> Settings:
        """The settings that count now."""
        return self._current

    def refresh(self) -> Settings:
        """Reads what is stored, and returns the settings that count from here on."""
        with self._lock:
            try:
                self._current = overlaid(self._configured, self._values(self._stored()))
            except WorkbenchError as error:
                logger.warning("settings are used as they were read last: %s", error)
            return self._current

    def on_change(self, key: str | None) -> None:
        """Takes a change over that the database notifies; None means that anything may have changed."""
        if key in (CHANGED, None):
            self.refresh()

    def states(self) -> list[SettingState]:
        """Every setting that has one value, then each channel and webhook by name, as the database has them now.

        Raises DatabaseUnavailable.
        """
        stored = {each.name: each for each in self._stored()}
        values = self._values(stored.values())
        names = {name for name in stored if name.rpartition(".")[0] in GROUPS}
        names |= {f"{group}.{channel}" for group in GROUPS for channel in addresses(self._configured, group)}
        settings = [*SINGLE, *(in_group(*name.rsplit(".", 1)) for name in sorted(names))]
        return [self._state(each, stored.get(each.name), values.get(each.name)) for each in settings]

    def store(self, name: str, value: str, *, actor: str) -> SettingState:
        """Stores a value, encrypted, and takes it over; other processes do when the database notifies them.

        Raises NotFound for a setting that is not changed in the browser, InvalidRequest for a value that it cannot have
        and where the environment sets it, SourceUnavailable while the service that encrypts does not answer.
        """
        setting = parse_setting(name)
        self._refuse_configured(setting)
        value = parse_value(setting, value)
        _check(setting, value)
        sealed = self._opened_sealer().seal(value.encode(), context(setting.name))
        with self._database.write() as connection:
            db_settings.store_setting(connection, setting.name, sealed, actor=actor)
        self.refresh()
        return self._one(setting)

    def remove(self, name: str, *, actor: str) -> SettingState:
        """Removes what is stored; raises NotFound where nothing is."""
        setting = parse_setting(name)
        with self._database.write() as connection:
            is_removed = db_settings.remove_setting(connection, setting.name, actor=actor)
        if not is_removed:
            raise NotFound(f"no value of {setting.name} is stored")
        self.refresh()
        return self._one(setting)

    def _one(self, setting: StorableSetting) -> SettingState:
        stored = {each.name: each for each in self._stored()}.get(setting.name)
        return self._state(setting, stored, self._values([stored] if stored else []).get(setting.name))

    def _state(self, setting: StorableSetting, stored: StoredSetting | None, value: str | None) -> SettingState:
        configured = _configured(self._configured, setting)
        source = SettingSource.ENVIRONMENT if configured else SettingSource.STORED if stored else SettingSource.NONE
        return SettingState(
            setting,
            source,
            None if setting.is_secret else configured or value,
            stored.set_by if stored else None,
            stored.set_at if stored else None,
            is_readable=stored is None or value is not None,
        )

    def _refuse_configured(self, setting: StorableSetting) -> None:
        if _configured(self._configured, setting):
            raise InvalidRequest(
                f"{setting.title}: set by the environment, and cannot be changed here",
                hint=f"unset WORKBENCH_{setting.variable} and restart, or change it there",
            )

    def _stored(self) -> list[StoredSetting]:
        with self._database.read() as connection:
            return db_settings.list_stored_settings(connection)

    def _values(self, stored: Iterable[StoredSetting]) -> dict[str, str]:
        """The values by name, without those that were encrypted with another key."""
        values = {}
        for each in stored:
            content = self._opened_sealer().unseal(each.sealed, context(each.name))
            if content is None:
                logger.warning("the setting %s was stored under another secret key and does not count", each.name)
            else:
                values[each.name] = content.decode()
        return values

    def _opened_sealer(self) -> Sealer:
        if self._sealer is None:
            self._sealer = self._make_sealer()
        return self._sealer


def try_setting(workbench: Workbench, name: str) -> None:
    """Sends a test message through a channel or webhook.

    Raises InvalidRequest for a setting that is neither, and as the notifier does.
    """
    from workbench.ingest.alerts.notices import send_trial

    setting = parse_setting(name)
    group, _, channel = setting.name.rpartition(".")
    if group not in GROUPS:
        raise InvalidRequest(f"{setting.title} is no channel or webhook, so no message can be sent through it")
    notifier = workbench.notifier if group == CHANNELS else workbench.webhooks
    send_trial(notifier, channel, base=workbench.settings.server.address)


class LiveAddresses(Mapping[str, Secret]):
    """The addresses of a group of settings by name, as they count when they are asked for."""

    def __init__(self, current: Callable[[], Settings], group: str) -> None:
        self._current = current
        self._group = group

    def __getitem__(self, name: str) -> Secret:
        return addresses(self._current(), self._group)[name].get_secret_value

    def __iter__(self) -> Iterator[str]:
        return iter(addresses(self._current(), self._group))

    def __len__(self) -> int:
        return len(addresses(self._current(), self._group))


def overlaid(settings: Settings, values: Mapping[str, str]) -> Settings:
    """The settings with stored values where they have none; the same object when that changes nothing."""
    changes: dict[str, object] = {}
    if (contact := values.get(CONTACT.name)) and not settings.contact:
        changes["contact"] = contact
    if (key := values.get(PRICE_KEY.name)) and settings.alpha_vantage.api_key is None:
        changes["alpha_vantage"] = settings.alpha_vantage.model_copy(update={"api_key": SecretStr(key)})
    if (key := values.get(NEWS_KEY.name)) and settings.news_api.api_key is None:
        changes["news_api"] = settings.news_api.model_copy(update={"api_key": SecretStr(key)})
    if channels := _further(values, CHANNELS):
        changes["alerts"] = settings.alerts.model_copy(update={"channels": {**channels, **settings.alerts.channels}})
    if webhooks := _further(values, WEBHOOKS):
        changes["reports"] = settings.reports.model_copy(update={"webhooks": {**webhooks, **settings.reports.webhooks}})
    return settings.model_copy(update=changes) if changes else settings


def addresses(settings: Settings, group: str) -> Mapping[str, SecretStr]:
    """The addresses of a group of settings by the name of their channel or webhook."""
    return settings.alerts.channels if group == CHANNELS else settings.reports.webhooks


def context(name: str) -> str:
    """What a setting's value is encrypted for, so that it cannot be put in place of another."""
    return f"setting {name}"


def reseal(connection: Connection, sealer: Sealer) -> int:
    """Encrypts every value anew, with what encrypts now; returns how many. One that cannot be opened stays as it is."""
    count = 0
    for each in db_settings.list_stored_settings(connection):
        if (value := sealer.unseal(each.sealed, context(each.name))) is not None:
            db_settings.replace_sealed_setting(connection, each.name, sealer.seal(value, context(each.name)))
            count += 1
    return count


def _further(values: Mapping[str, str], group: str) -> dict[str, SecretStr]:
    parts = {name.rpartition("."): value for name, value in values.items()}
    return {channel: SecretStr(value) for (within, _, channel), value in parts.items() if within == group}


def _configured(settings: Settings, setting: StorableSetting) -> str | None:
    """The value that the process was started with, None where it has none."""
    if setting == CONTACT:
        return settings.contact or None
    if setting in (PRICE_KEY, NEWS_KEY):
        key = settings.alpha_vantage.api_key if setting == PRICE_KEY else settings.news_api.api_key
        return key.get_secret_value() if key is not None else None
    group, _, channel = setting.name.rpartition(".")
    address = addresses(settings, group).get(channel)
    return address.get_secret_value() if address is not None else None


def _check(setting: StorableSetting, value: str) -> None:
    """Raises InvalidRequest for a value that its user would refuse; sends no request.

    Each part is imported where it is used: most processes only read what is stored.
    """
    group, _, channel = setting.name.rpartition(".")
    try:
        if setting == CONTACT:
            from workbench.sources.http import user_agent

            user_agent(value)
        elif group == CHANNELS:
            from workbench.adapters.notifier import check_address

            check_address(channel, value)
        elif group == WEBHOOKS:
            from workbench.adapters.signed_webhooks import WebhookTarget

            WebhookTarget.parse(channel, value)
    except SetupError as error:
        raise InvalidRequest(error.message, hint=error.hint) from None
