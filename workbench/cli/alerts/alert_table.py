"""Alerts and notifications as tables for a terminal."""

from __future__ import annotations

from datetime import UTC

from rich.table import Table

from workbench.cli.console import new_table
from workbench.domain.alerts.notices import Delivery

_UNBROKEN = ("Alert", "Notification", "Found (UTC)")


def alert_table(*columns: str) -> Table:
    """An empty table; numbers and times are never broken."""
    table = new_table()
    for name in columns:
        table.add_column(name, no_wrap=name in _UNBROKEN)
    return table


def delivery_state(delivery: Delivery) -> str:
    """When it was sent or is due, or why it was not sent; times in UTC."""
    if delivery.sent_at is not None:
        return f"sent {delivery.sent_at.astimezone(UTC):%Y-%m-%d %H:%M}"
    if delivery.state == "pending":
        failed = f", attempt {delivery.attempts} failed: {delivery.error}" if delivery.error else ""
        return f"due {delivery.due_at.astimezone(UTC):%Y-%m-%d %H:%M}{failed}"
    return f"{delivery.state.value}: {delivery.error}" if delivery.error else delivery.state.value
