"""What a caller sends to create or preview an alert."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class AlertDraftIn(BaseModel):
    """What to watch for, for which company and when to notify; without company and watchlist, for all companies.

    A preview ignores the channel.
    """

    condition: str = Field(max_length=500, description="such as `filing 10-K`, `event results` or `net_margin@ttm < 5`")
    channel: str = Field(default="", max_length=100, description="one of `/alerts/channels`")
    ticker: str | None = Field(default=None, max_length=40, description="a ticker or CIK")
    watchlist: str | None = Field(default=None, max_length=200, description="one of the caller's watchlists")
    digest: Literal["daily", "weekly"] | None = Field(default=None, description="how often to notify; at once by default")
    digest_at: str | None = Field(default=None, max_length=10, description="HH:MM; 08:00 by default")
    digest_weekday: str | None = Field(default=None, max_length=20, description="of a weekly digest; Monday by default")
    quiet_hours: str | None = Field(default=None, max_length=20, description="HH:MM-HH:MM, without notifications")
    time_zone: str | None = Field(default=None, max_length=60, description="of all these times, such as Europe/Berlin")
    model_config = ConfigDict(extra="forbid")


class AlertIn(AlertDraftIn):
    """What to watch for, for which company, and how and when to notify; without company and watchlist, for all companies."""

    channel: str = Field(max_length=100, description="one of `/alerts/channels`")
