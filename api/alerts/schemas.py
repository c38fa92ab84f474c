"""Alerts and notices as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.alerts.delivery_times import Cadence
from workbench.domain.alerts.notices import NoticeState
from workbench.domain.alerts.rules import AlertKind

_ALERT: dict[str, Any] = {
    "alert": 1,
    "owner": "ada",
    "condition": "filing 10-K,10-Q",
    "kind": "filing",
    "sentence": "A new 10-K or 10-Q: AAPL",
    "fault": None,
    "ticker": "AAPL",
    "cik": 320193,
    "watchlist": None,
    "channel": "ops",
    "cadence": "at_once",
    "digest_at": None,
    "digest_weekday": None,
    "quiet_hours": "22:00-07:00",
    "time_zone": "Europe/Berlin",
    "created_at": "2024-10-01T12:00:00+00:00",
}


_NOTICE: dict[str, Any] = {
    "subject": "0000320193-24-000123",
    "title": "AAPL filed a 10-K",
    "cik": 320193,
    "facts": [
        {"name": "Company", "value": "Apple Inc. (AAPL)"},
        {"name": "Filed", "value": "10-K 0000320193-24-000123 of 1 Nov 2024"},
    ],
    "link": "http://127.0.0.1:8000/reader?accession=0000320193-24-000123",
    "source_url": "https://www.sec.gov/Archives/edgar/data/320193/000032019324000123/0000320193-24-000123-index.htm",
}


class AlertDraftIn(BaseModel):
    """What to be told of, about whom and when; without company and watchlist it is everything. A draft's channel is not
    looked at.
    """

    condition: str = Field(max_length=500, description="such as `filing 10-K`, `event results` or `net_margin@ttm < 5`")
    channel: str = Field(default="", max_length=100, description="one of `/alerts/channels`")
    ticker: str | None = Field(default=None, max_length=40, description="a ticker or CIK")
    watchlist: str | None = Field(default=None, max_length=200, description="one of the asker's own")
    digest: Literal["daily", "weekly"] | None = Field(default=None, description="at once, when left out")
    digest_at: str | None = Field(default=None, max_length=10, description="HH:MM; 08:00 when left out")
    digest_weekday: str | None = Field(default=None, max_length=20, description="of a weekly one; Monday when left out")
    quiet_hours: str | None = Field(default=None, max_length=20, description="HH:MM-HH:MM, in which nothing goes out")
    time_zone: str | None = Field(default=None, max_length=60, description="of all these times, such as Europe/Berlin")
    model_config = ConfigDict(extra="forbid")


class AlertIn(AlertDraftIn):
    """What to be told of, about whom, through which channel and when; without company and watchlist it is everything."""

    channel: str = Field(max_length=100, description="one of `/alerts/channels`")


class AlertOut(BaseModel):
    """One alert; `sentence` says it in words, `fault` why it is no longer possible, null where it is. Times of day are HH:MM
    by the clock of `time_zone`.
    """

    alert: int
    owner: str
    condition: str
    kind: AlertKind
    sentence: str
    fault: str | None = None
    ticker: str | None = None
    cik: int | None = None
    watchlist: str | None = None
    channel: str
    cadence: Cadence
    digest_at: str | None = None
    digest_weekday: str | None = None
    quiet_hours: str | None = None
    time_zone: str
    created_at: datetime
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _ALERT})


class AlertsOut(BaseModel):
    """Alerts, in the order in which they were made."""

    alerts: list[AlertOut]
    model_config = ConfigDict(extra="forbid")


class ChannelsOut(BaseModel):
    """The names of the channels."""

    channels: list[str]
    model_config = ConfigDict(extra="forbid")


class NoticeFact(BaseModel):
    """One line of a notice."""

    name: str
    value: str
    model_config = ConfigDict(extra="forbid")


class NoticeOut(BaseModel):
    """What a reader is told. `subject` is what it is about: an alert tells of each once."""

    subject: str
    title: str
    cik: int | None
    facts: list[NoticeFact]
    link: str | None
    source_url: str | None
    model_config = ConfigDict(extra="forbid")


class PreviewOut(BaseModel):
    """What an alert would have told, the oldest first; `found` counts all, `notices` has the newest. A draft is number 0."""

    alert: AlertOut
    days: int
    found: int
    notices: list[NoticeOut]
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"alert": _ALERT, "days": 30, "found": 1, "notices": [_NOTICE]}},
    )


class DeliveryOut(NoticeOut):
    """A notice and what became of it. `due_at` is when it goes out at the earliest, `attempts` how often it was tried."""

    notice: int
    alert: int
    channel: str
    state: NoticeState
    found_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    error: str | None


class DeliveryPage(BaseModel):
    """Notices, the newest first."""

    notices: list[DeliveryOut]
    limit: int
    offset: int
    next_offset: int | None
    model_config = ConfigDict(extra="forbid")


_DELIVERY: dict[str, Any] = {
    "notice": 17,
    "alert": 1,
    "channel": "ops",
    "state": "sent",
    "found_at": "2024-11-01T10:15:02+00:00",
    "due_at": "2024-11-01T10:15:02+00:00",
    "attempts": 1,
    "sent_at": "2024-11-01T10:15:04+00:00",
    "error": None,
    **_NOTICE,
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "/alerts": {"alerts": [_ALERT]},
    "/alerts/channels": {"channels": ["ops"]},
    "/alerts/notices": {"notices": [_DELIVERY], "limit": 100, "offset": 0, "next_offset": None},
}
