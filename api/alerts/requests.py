"""What a caller sends to create or preview an alert."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.alerts.rules import INBOX


class AlertDraftIn(BaseModel):
    """An alert to preview. Without a company or watchlist it covers all companies.

    A preview ignores the channel.
    """

    condition: str = Field(
        max_length=2000, description="For example `filing 10-K`, `event results` `net_margin@ttm < 5` or `screen pe < 15`."
    )
    channel: str = Field(default="", max_length=100, description="A channel of `/alerts/channels`.")
    ticker: str | None = Field(default=None, max_length=40, description="A ticker or CIK.")
    watchlist: str | None = Field(default=None, max_length=200, description="A watchlist of the caller.")
    digest: Literal["daily", "weekly"] | None = Field(default=None, description="How often to notify; immediately by default.")
    digest_at: str | None = Field(default=None, max_length=10, description="Time of the digest, HH:MM; 08:00 by default.")
    digest_weekday: str | None = Field(default=None, max_length=20, description="Day of a weekly digest; Monday by default.")
    quiet_hours: str | None = Field(default=None, max_length=20, description="HH:MM-HH:MM during which nothing is sent.")
    time_zone: str | None = Field(default=None, max_length=60, description="Time zone of these times, such as Europe/Berlin.")
    model_config = ConfigDict(extra="forbid")


class AlertIn(AlertDraftIn):
    """An alert: its condition, its companies, its channel and its schedule."""

    channel: str = Field(
        default=INBOX, max_length=100, description="A channel of `/alerts/channels`; by default the inbox of the workbench."
    )


class ReadIn(BaseModel):
    """What the caller has read in the inbox."""

    notice: int | None = Field(default=None, ge=1, le=2**63 - 1, description="The number of a notification; all by default.")
    model_config = ConfigDict(extra="forbid")
