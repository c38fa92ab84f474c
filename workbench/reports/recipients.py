"""Who can get scheduled reports."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.domain.errors import NotFound
from workbench.domain.operations.report_deliveries import WEBHOOK, parse_recipients
from workbench.runtime import Workbench


def checked_recipients(workbench: Workbench, texts: Iterable[str]) -> tuple[str, ...]:
    """The recipients by their names; raises InvalidRequest for an invalid name, NotFound for a channel that is not there."""
    recipients = parse_recipients(texts)
    there = [*workbench.notifier.channels, *(WEBHOOK + name for name in workbench.webhooks.channels)]
    for recipient in recipients:
        if recipient not in there:
            hint = f"there are {', '.join(there)}" if there else "set WORKBENCH_ALERTS__CHANNELS__NAME"
            raise NotFound(f"there is no channel {recipient!r}", hint=hint)
    return recipients
