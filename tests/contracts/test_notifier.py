"""What every Notifier does: in memory, by mail, by webhook, by signed webhook."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.notifiers import MailServer, MemoryNotifier, Received, Webhook
from workbench.adapters.notifier import AppriseNotifier
from workbench.adapters.signed_webhooks import SignedWebhooks
from workbench.domain.alerts.notices import Message
from workbench.domain.errors import NotFound, RateLimited, SetupError, SourceRefused, SourceUnavailable, WorkbenchError
from workbench.ports import Notifier

PASSWORD = "correct-horse-battery-staple"
MESSAGE = Message(
    key="4f0c",
    title="AAPL filed a 10-K",
    text="AAPL filed a 10-K\n  Filed  1 Nov 2024 <&> ü\n",
    html="<h3>AAPL filed a 10-K</h3><p>ü</p>",
)


@dataclass
class Channel:
    """A notifier with one channel `ops`, and its other end: `failing` makes that end answer as the name says."""

    notifier: Notifier
    end: MemoryNotifier | MailServer | Webhook

    def received(self) -> list[Received]:
        if isinstance(self.end, MemoryNotifier):
            return [Received(each.title, each.text, each.key, each.html) for _, each in self.end.received]
        return self.end.received

    def fail(self, *, is_transient: bool) -> None:
        if isinstance(self.end, MemoryNotifier):
            self.end.error = lambda: SourceUnavailable("away") if is_transient else SourceRefused("no")
        elif isinstance(self.end, MailServer):
            self.end.answer = "451 busy" if is_transient else "550 not here"
        else:
            self.end.status = 503 if is_transient else 404


@pytest.fixture(params=["memory", "mail", "webhook", "signed webhook"])
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    if request.param == "memory":
        memory = MemoryNotifier()
        yield Channel(memory, memory)
    elif request.param == "mail":
        with MailServer() as server:
            yield Channel(AppriseNotifier({"ops": mail(server)}), server)
    elif request.param == "signed webhook":
        with Webhook() as hook:
            yield Channel(SignedWebhooks({"ops": f"http://:{PASSWORD}@127.0.0.1:{hook.port}/"}), hook)
    else:
        with Webhook() as hook:
            yield Channel(AppriseNotifier({"ops": f"json://me:{PASSWORD}@127.0.0.1:{hook.port}/{PASSWORD}"}), hook)


def mail(server: MailServer, password: str | None = None) -> str:
    user = f"me:{password}@" if password else ""
    return f"mailto://{user}127.0.0.1:{server.port}?from=workbench@example.org&to=ada@example.org"


def test_mail_has_the_address_that_stops_it_in_its_head() -> None:
    for address, one_click in (("https://w.example/unsubscribe?token=a", "List-Unsubscribe=One-Click"), ("http://w/u", None)):
        with MailServer() as server:
            AppriseNotifier({"ops": mail(server)}).send("ops", replace(MESSAGE, unsubscribe=address))
        (received,) = server.received
        assert received.head["List-Unsubscribe"].replace(" ", "") == f"<{address}>"
        assert received.head.get("List-Unsubscribe-Post") == one_click


def test_a_message_arrives_as_it_was_written(channel: Channel) -> None:
    assert list(channel.notifier.channels) == ["ops"]
    channel.notifier.send("ops", MESSAGE)
    (received,) = channel.received()
    assert (received.title, received.key) == (MESSAGE.title, MESSAGE.key)
    assert "AAPL filed a 10-K" in received.text
    assert "ü" in received.text
    if not isinstance(channel.end, Webhook):
        assert "<h3>AAPL filed a 10-K</h3>" in received.html
    else:
        assert received.text.strip() == MESSAGE.text.strip()


def test_another_name_is_not_found(channel: Channel) -> None:
    with pytest.raises(NotFound, match="desk"):
        channel.notifier.send("desk", MESSAGE)
    assert channel.received() == []


@pytest.mark.parametrize(("is_transient", "kind"), [(True, SourceUnavailable), (False, SourceRefused)])
def test_what_the_other_end_says_decides_whether_it_may_pass(
    channel: Channel, is_transient: bool, kind: type[WorkbenchError]
) -> None:
    channel.fail(is_transient=is_transient)
    with pytest.raises(kind):
        channel.notifier.send("ops", MESSAGE)
    assert channel.received() == []


def test_a_mail_server_that_wants_a_password(caplog: pytest.LogCaptureFixture) -> None:
    with MailServer(password=PASSWORD) as server:
        AppriseNotifier({"ops": mail(server, PASSWORD)}).send("ops", MESSAGE)
        with pytest.raises(SourceRefused, match="535"):
            AppriseNotifier({"ops": mail(server, "wrong")}).send("ops", MESSAGE)
    assert len(server.received) == 1


def test_too_many_requests_is_told_apart() -> None:
    with Webhook() as hook:
        hook.status = 429
        with pytest.raises(RateLimited):
            AppriseNotifier({"ops": f"json://127.0.0.1:{hook.port}/"}).send("ops", MESSAGE)


@pytest.mark.parametrize("address", ["nonsense", "", "foo://bar", f"slack://{PASSWORD}", "mailto://"])
def test_an_address_that_is_none_names_its_channel_alone(address: str) -> None:
    with pytest.raises(SetupError, match="channel ops") as refused:
        AppriseNotifier({"ops": address}).send("ops", MESSAGE)
    assert PASSWORD not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize("status", [200, 401, 500])
def test_an_address_shows_in_no_log_and_no_error(
    status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with Webhook() as hook, caplog.at_level(logging.DEBUG):
        hook.status = status
        error = ""
        try:
            AppriseNotifier({"ops": f"json://me:{PASSWORD}@127.0.0.1:{hook.port}/{PASSWORD}"}).send("ops", MESSAGE)
        except WorkbenchError as failure:
            error = f"{failure!r} {failure.hint}"
    assert hook.paths == [f"/{PASSWORD}"]
    shown = [error, caplog.text, *capfd.readouterr()]
    assert not [text for text in shown if PASSWORD in text]
    assert bool(error) == (status != 200)


def test_nobody_at_the_other_end() -> None:
    with Webhook() as hook:
        port = hook.port
    for address in (f"json://127.0.0.1:{port}/", f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org"):
        with pytest.raises(SourceUnavailable, match="does not answer"):
            AppriseNotifier({"ops": address}).send("ops", MESSAGE)
