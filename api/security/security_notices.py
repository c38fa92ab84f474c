"""Messages about the security of an account, through the notification channels of its user and of the operator."""

from __future__ import annotations

import hashlib
import html
import logging
from collections.abc import Iterable

from api.security.accounts import UnusualSignIn
from workbench.domain.alerts.notices import Message
from workbench.domain.errors import WorkbenchError
from workbench.ports import Notifier

logger = logging.getLogger(__name__)


class SecurityNotices:
    """Sends messages; one that cannot be sent is logged without its content, and nobody waits for it."""

    def __init__(self, notifier: Notifier, operator_channel: str | None) -> None:
        self._notifier = notifier
        self._operator_channel = operator_channel

    def unusual_sign_in(self, event: UnusualSignIn) -> None:
        """Tells the user and the operator of a sign-in from a new address after many failures."""
        lines = (
            f"{event.name} signed in from {event.address} at {event.at:%Y-%m-%d %H:%M} UTC, for the first time from there.",
            f"Before that, signing in with this name had failed {event.failures} times within a day.",
            "If this was not you, change the password and end the other sessions on the account page.",
        )
        title = f"Unusual sign-in of {event.name}"
        self._send({event.channel, self._operator_channel} - {None}, title, lines, f"{event.name} {event.at.isoformat()}")

    def reset_link(self, channel: str, link: str) -> None:
        """Sends a one-time link for a new password to its user."""
        lines = (
            "Somebody, probably you, asked for a new password for the workbench. Set it here within an hour:", link,
            "If it was not you, do nothing: the password stays as it is.",
        )  # fmt: skip
        self._send([channel], "A new password for the workbench", lines, link)

    def _send(self, channels: Iterable[str | None], title: str, lines: Iterable[str], subject: str) -> None:
        texts = list(lines)
        body = "".join(f"<p>{html.escape(line)}</p>" for line in texts)
        key = hashlib.sha256(f"{title} {subject}".encode()).hexdigest()[:32]
        message = Message(key, title, "\n\n".join(texts), body)
        for channel in channels:
            try:
                self._notifier.send(channel or "", message)
            except WorkbenchError as error:
                logger.warning("the message %r was not sent: %s", title, error)
