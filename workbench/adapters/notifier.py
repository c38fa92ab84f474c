"""Notification channels by Apprise: mail, Slack, webhooks and more, each an address that is a secret."""

from __future__ import annotations

import logging
import mimetypes
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import apprise
from apprise.attachment.file import AttachFile
from apprise.plugins.email.base import NotifyEmail

from workbench.deadlines.deadline import within
from workbench.domain.alerts.notices import Message, MessageFile
from workbench.domain.errors import NotFound, RateLimited, SetupError, SourceError, SourceRefused, SourceUnavailable
from workbench.secret_values import Secret, current

_HINT = "docs/operations.md shows addresses for mail, Slack and webhooks"
_ASSET = apprise.AppriseAsset(
    app_id="Corporate Intelligence Workbench",
    app_desc="notices of a Corporate Intelligence Workbench",
    app_url="",
    async_mode=False,
    secure_logging=True,
)
# What Apprise says of a failure: an HTTP status, or within an exception of smtplib a reply code.
_HTTP_STATUS = re.compile(r"\berror=(\d{3})\b")
_SMTP_CODE = re.compile(r"Socket Exception: .*?\((\d{3}), b?['\"]")
_KEY_HEADER = "Idempotency-Key"

_log_records: ContextVar[list[str] | None] = ContextVar("log_records", default=None)


class _Overheard(logging.Filter):
    """Collects what Apprise logs for the message being sent, and passes none of it on: its records hold addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        records = _log_records.get()
        if records is not None:
            records.append(record.getMessage())
        return False


_logger = logging.getLogger("apprise")
_logger.addFilter(_Overheard())
_logger.setLevel(logging.DEBUG)
# The HTTP library's name the path of the address.
logging.getLogger("urllib3").setLevel(logging.INFO)


class AppriseNotifier:
    """Sends through `addresses`, a channel's name to its address, which may change; nothing is sent before the first message.

    A message is handed over within `timeout_seconds`, whatever the service does; after that it counts as not delivered.
    """

    def __init__(self, addresses: Mapping[str, Secret], *, timeout_seconds: float = 30.0) -> None:
        self._addresses = addresses
        self._timeout_seconds = timeout_seconds

    @property
    def channels(self) -> Sequence[str]:
        """The names there are, in alphabetical order."""
        return sorted(self._addresses)

    def send(self, channel: str, message: Message) -> None:
        """Sends the message as HTML where the channel takes that, else as text; raises as the port says."""
        plugin = self._plugin(channel)
        headers = getattr(plugin, "headers", None)
        if isinstance(headers, dict):  # of mail and of webhooks
            headers.setdefault(_KEY_HEADER, message.key)
            if message.unsubscribe is not None and isinstance(plugin, NotifyEmail):
                headers |= _unsubscribe_headers(message.unsubscribe)
        takes_html = plugin.notify_format == apprise.NotifyFormat.HTML
        for limit in ("socket_connect_timeout", "socket_read_timeout"):  # of one step; its connections are out of reach
            setattr(plugin, limit, min(getattr(plugin, limit), self._timeout_seconds))

        def notify(files: apprise.AppriseAttachment | None) -> bool:
            return bool(
                plugin.notify(
                    title=" ".join(message.title.split()),
                    body=message.html if takes_html else message.text,
                    body_format=apprise.NotifyFormat.HTML if takes_html else apprise.NotifyFormat.TEXT,
                    notify_type=apprise.NotifyType.INFO,
                    attach=files,
                )
            )

        takes_files = message.files and plugin.attachment_support
        with _recorded() as records, _attached(message.files if takes_files else ()) as files:
            try:
                is_sent = within(self._timeout_seconds, partial(notify, files))
            except TimeoutError:
                text = f"the service of the channel {channel} does not answer within {self._timeout_seconds:g} seconds"
                raise SourceUnavailable(text) from None
        if not is_sent:
            raise _failure(channel, records)

    def _plugin(self, channel: str) -> Any:
        address = self._addresses.get(channel)
        if address is None:
            there = f"there are {', '.join(self.channels)}" if self._addresses else "none is set"
            add = f"add it on the page Settings, or set WORKBENCH_ALERTS__CHANNELS__{channel.upper()}"
            raise NotFound(f"there is no channel {channel!r}", hint=f"{there}; {add}")
        return _plugin_of(channel, current(address))


def check_address(channel: str, address: str) -> None:
    """Raises SetupError for an address that Apprise does not know; contacts nobody."""
    _plugin_of(channel, address)


def _plugin_of(channel: str, address: str) -> Any:
    with _recorded():
        plugin = apprise.Apprise.instantiate(address, asset=_ASSET, suppress_exceptions=True)
    if plugin is None:
        raise SetupError(f"the address of the channel {channel} is none that Apprise knows", hint=_HINT)
    return plugin


def _unsubscribe_headers(address: str) -> Mapping[str, str]:
    """By these mail programs show a button; one click is for encrypted addresses alone (RFC 8058, section 3.1)."""
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if address.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{address}>", **one_click}


@contextmanager
def _attached(files: Sequence[MessageFile]) -> Iterator[apprise.AppriseAttachment | None]:
    """The files as Apprise takes them, on the disk for as long as the block; None without one."""
    if not files:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="message-") as folder:
        attachment = apprise.AppriseAttachment()
        for file in files:
            path = Path(folder) / Path(file.name).name
            path.write_bytes(file.content)
            # Apprise refuses a type that the machine's table does not have; then it is guessed from the name.
            known = file.media_type if file.media_type in mimetypes.types_map.values() else None
            attached = AttachFile(str(path), name=file.name, mimetype=known)  # type: ignore[no-untyped-call]
            attachment.add(attached)
        yield attachment


@contextmanager
def _recorded() -> Iterator[list[str]]:
    """What Apprise logs meanwhile, the only place where it says why a message did not go through."""
    records: list[str] = []
    token = _log_records.set(records)
    try:
        yield records
    finally:
        _log_records.reset(token)


def _failure(channel: str, records: Sequence[str]) -> SourceError:
    """The error by the code that the other end answered with; without one it gave no answer."""
    log = "\n".join(records)
    if match := _SMTP_CODE.search(log):
        code = int(match[1])
        text = f"the mail server of the channel {channel} answered {code}"
        return SourceRefused(text, hint=_HINT) if code >= 500 else SourceUnavailable(text)
    if match := _HTTP_STATUS.search(log):
        status = int(match[1])
        text = f"the service of the channel {channel} answered {status}"
        if status == 429:
            return RateLimited(text)
        return SourceRefused(text, hint=_HINT) if 300 <= status < 500 and status != 408 else SourceUnavailable(text)
    return SourceUnavailable(f"the service of the channel {channel} does not answer")
