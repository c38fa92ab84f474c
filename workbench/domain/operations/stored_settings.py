"""The settings that administrators change in the browser: which they are, and where a value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.errors import InvalidRequest, NotFound


@dataclass(frozen=True, slots=True)
class StorableSetting:
    """A setting by its place among all settings (`alpha_vantage.api_key`), with its name and a sentence for the page."""

    name: str
    title: str
    about: str
    is_secret: bool = True

    @property
    def variable(self) -> str:
        """Its environment variable without the common prefix: `ALPHA_VANTAGE__API_KEY`."""
        return self.name.upper().replace(".", "__")


CONTACT = StorableSetting(
    "contact",
    "Contact for the SEC",
    "Your name and e-mail address, such as Ada Lovelace ada@example.org. The SEC requires them with every request.",
    is_secret=False,
)
PRICE_KEY = StorableSetting(
    "alpha_vantage.api_key",
    "Alpha Vantage key",
    "For daily prices and company overviews. A free key is at alphavantage.co/support/#api-key.",
)
NEWS_KEY = StorableSetting("news_api.api_key", "NewsAPI key", "For news. A free key is at newsapi.org/register.")
SINGLE = (CONTACT, PRICE_KEY, NEWS_KEY)
"""The settings that have one value, in the order of the page."""

CHANNELS = "alerts.channels"
WEBHOOKS = "reports.webhooks"
GROUPS = (CHANNELS, WEBHOOKS)
"""The settings that hold an address for each name: channels of alerts and reports, and signed webhooks of reports."""

_ABOUT = {
    CHANNELS: "An address of Apprise: mailto://, slack:// or json://.",
    WEBHOOKS: "https://:secret@host/path, with a secret of at least 16 characters that signs what is sent.",
}
_TITLES = {CHANNELS: "Channel", WEBHOOKS: "Webhook"}
_MOST_CHARACTERS = 2000


class SettingSource(StrEnum):
    """Where the value of a setting comes from; the environment, with `workbench.env`, goes before what is stored."""

    ENVIRONMENT = "environment"
    STORED = "stored"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StoredSetting:
    """A setting in the database, its value encrypted."""

    name: str
    sealed: bytes
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class SettingState:
    """A setting as it counts: `value` is None for a secret and for what is not set.

    `set_by` and `set_at` are of the stored value, also where the environment goes before it. A stored value that
    is not readable was encrypted with another key, and does not count.
    """

    setting: StorableSetting
    source: SettingSource
    value: str | None = None
    set_by: str | None = None
    set_at: datetime | None = None
    is_readable: bool = True


def parse_setting(name: str) -> StorableSetting:
    """The setting of a name such as `contact` or `alerts.channels.ops`.

    Raises NotFound for a setting that is not changed in the browser, InvalidRequest for a channel's name that is none.

    >>> parse_setting("alerts.channels.ops").variable
    'ALERTS__CHANNELS__OPS'
    """
    wanted = name.strip().lower()
    for setting in SINGLE:
        if setting.name == wanted:
            return setting
    group, _, channel = wanted.rpartition(".")
    if group not in GROUPS:
        known = ", ".join([*(each.name for each in SINGLE), *(f"{each}.NAME" for each in GROUPS)])
        raise NotFound(f"there is no stored setting {name!r}", hint=f"the stored settings are {known}")
    return in_group(group, channel)


def in_group(group: str, channel: str) -> StorableSetting:
    """The setting that holds the address of a channel or webhook; raises InvalidRequest for a name that is none."""
    from workbench.domain.alerts.rules import INBOX, parse_channel  # imports much of the domain, which few processes need

    channel = parse_channel(channel)
    if group == CHANNELS and channel == INBOX:
        raise InvalidRequest(f"{INBOX} is the channel of the workbench itself", hint="choose another name")
    return StorableSetting(f"{group}.{channel}", f"{_TITLES[group]} {channel}", _ABOUT[group])


def parse_value(setting: StorableSetting, value: str) -> str:
    """The value without surrounding blanks; raises InvalidRequest for an empty one, and for a reference to a secret.

    References (`secret:NAME`) are for the environment alone: what they name is not the administrator's of the browser.
    """
    value = value.strip()
    if not value or len(value) > _MOST_CHARACTERS or not value.isprintable():
        raise InvalidRequest(f"a value has 1 to {_MOST_CHARACTERS:,} printable characters")
    if value.startswith("secret:"):
        raise InvalidRequest(f"{setting.title}: a reference to a secret is set in the environment alone")
    return value
