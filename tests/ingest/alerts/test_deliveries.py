"""What was found is told in its time, once, whatever becomes of the processes that tell it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db.alerts import deliveries
from db.companies import save_company
from db.engine import Database
from tests.ingest.alerts.alerting import APPLE, BASE, MONDAY, WALMART, arrive, filing, rule, states, tell
from tests.notifiers import MailServer, MemoryNotifier, Webhook
from workbench.adapters.notifier import AppriseNotifier
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import NoticeState
from workbench.domain.errors import NotFound, SetupError, SourceRefused, SourceUnavailable
from workbench.domain.identity import Company
from workbench.ingest.alerts.notices import LEASE, MOST_ATTEMPTS, look


def test_quiet_hours_hold_back_and_retries_too(here: Database, notifier: MemoryNotifier) -> None:
    berlin = Schedule.parse(zone="Europe/Berlin", quiet="22:00-07:00")
    rule(here, notifier, schedule=berlin)
    arrive(here, filing(2))
    late = datetime(2024, 11, 4, 20, 58, tzinfo=UTC)  # 21:58 in Berlin
    notifier.error = lambda: SourceUnavailable("away")
    tell(here, notifier, late)
    notifier.error = lambda: None
    arrive(here, filing(3))
    for moment in (late + timedelta(minutes=7), datetime(2024, 11, 5, 5, 59, tzinfo=UTC)):
        tell(here, notifier, moment)
        assert notifier.received == []
    tell(here, notifier, datetime(2024, 11, 5, 6, 0, tzinfo=UTC))
    assert notifier.titles == ["AAPL filed a 10-Q"] * 2


def test_a_digest_tells_all_in_one_message(here: Database, notifier: MemoryNotifier) -> None:
    daily = Schedule.parse(zone="America/New_York", digest="daily", at="07:00")
    rule(here, notifier, "filing 10-Q", schedule=daily)
    rule(here, notifier, "event results", company="AAPL", schedule=daily)
    rule(here, notifier, "filing 8-K", channel="desk", schedule=daily)
    arrive(here, *(filing(number) for number in range(2, 32)))
    tell(here, notifier)
    arrive(here, filing(40, company=WALMART), filing(41, "8-K", items=("2.02",)))
    tell(here, notifier, datetime(2024, 11, 5, 11, 59, tzinfo=UTC))
    assert notifier.received == []
    tell(here, notifier, datetime(2024, 11, 5, 12, 0, tzinfo=UTC))
    assert sorted((channel, message.title) for channel, message in notifier.received) == [
        ("desk", "AAPL filed an 8-K"), ("ops", "32 notices: AAPL, WMT")
    ]  # fmt: skip
    text = next(message.text for channel, message in notifier.received if channel == "ops")
    assert text.count("  Company  ") == 20
    assert text.count("\n- AAPL filed a 10-Q  http://workbench.example:8000/reader?") == 10
    assert "Alert 1: A new 10-Q: everything\nAlert 2: A current report of results: AAPL\n" in text
    assert {state for state, _, _ in states(here)} == {"sent"}


def test_many_at_once_are_gathered(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier)
    arrive(here, *(filing(number) for number in range(2, 13)))
    tell(here, notifier)
    assert notifier.titles == ["11 notices: AAPL"]


def test_what_may_pass_is_tried_again_later_and_later(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier)
    rule(here, notifier, channel="desk")
    arrive(here, filing(2))
    notifier.error = lambda: SourceUnavailable("the service of the channel ops does not answer", retry_after_seconds=1800)
    done = tell(here, notifier)
    assert [(each.kind, each.subject, each.outcome, each.is_transient) for each in done] == [
        ("notices", "look", "saved", False), ("notices", "ops", "failed", True), ("notices", "desk", "failed", True)
    ]  # fmt: skip
    assert [each.outcome for each in tell(here, notifier, MONDAY + timedelta(minutes=29))] == ["unchanged"]
    notifier.error = lambda: None
    tell(here, notifier, MONDAY + timedelta(minutes=30))
    assert notifier.titles == ["AAPL filed a 10-Q"] * 2
    assert len({message.key for _, message in notifier.received}) == 2
    assert states(here)[-1] == ("sent", 2, None)


def test_after_enough_tries_it_is_given_up_and_can_be_sent_again(here: Database, notifier: MemoryNotifier) -> None:
    made = rule(here, notifier)
    arrive(here, filing(2))
    notifier.error = lambda: SourceUnavailable("away")
    now, tries = MONDAY, 0
    while tries < MOST_ATTEMPTS + 5 and now < MONDAY + timedelta(days=5):
        tries += [each.outcome for each in tell(here, notifier, now)].count("failed")
        now += timedelta(hours=1)
    assert tries == MOST_ATTEMPTS
    assert states(here)[-1] == ("failed", MOST_ATTEMPTS, "away")
    notifier.error = lambda: None
    with here.write() as connection:
        assert deliveries.send_again(connection, [made.rule_id], now) == 1
    tell(here, notifier, now)
    assert notifier.titles == ["AAPL filed a 10-Q"]


@pytest.mark.parametrize("error", [SourceRefused("401"), SetupError("no address"), NotFound("no channel")])
def test_what_will_not_pass_is_given_up_at_once(here: Database, notifier: MemoryNotifier, error: Any) -> None:
    rule(here, notifier)
    arrive(here, filing(2))
    notifier.error = lambda: error
    (_, done) = tell(here, notifier)
    assert (done.outcome, done.is_transient) == ("failed", False)
    assert "workbench alerts resend" in (done.error or "")
    assert states(here)[-1] == ("failed", 1, error.message)


# A process that looks for what is due and sends it; `die` kills it in the middle of sending, before or after it has.
SENDER = """
import os, signal, sys, time
from datetime import datetime
from db.engine import Database
from workbench.adapters.notifier import AppriseNotifier
from workbench.ingest.alerts.notices import look, send_due
url, address, now, die, started = sys.argv[1:]
class Notifier(AppriseNotifier):
    def send(self, channel, message):
        if die == "before": os.kill(os.getpid(), signal.SIGKILL)
        super().send(channel, message)
        if die == "after": os.kill(os.getpid(), signal.SIGKILL)
moment = datetime.fromisoformat(now)
database = Database(url)
database.engine.connect().close()
open(started + str(os.getpid()), "w").close()
while not os.path.exists(started + "go"): time.sleep(0.005)
look(database, now=moment)
print(sum(each.saved.get("sent notices", 0) for each in send_due(database, Notifier({"ops": address}), clock=lambda: moment, base="http://x")))
"""


class Senders:
    """Starts such processes, which begin together."""

    def __init__(self, database: Database, address: str, folder: Path) -> None:
        self._database, self._address, self._started = database, address, f"{folder}/started-"

    def run(self, *deaths: str, now: datetime = MONDAY) -> list[tuple[int, str]]:
        for old in Path(self._started).parent.glob("started-*"):
            old.unlink()
        url = self._database.url.replace("postgresql+psycopg://", "postgresql://")
        children = [
            subprocess.Popen(
                [sys.executable, "-c", SENDER, url, self._address, now.isoformat(), die, self._started],
                stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
            )
            for die in deaths
        ]  # fmt: skip
        waited = threading.Event()
        while len(list(Path(self._started).parent.glob("started-*"))) < len(children):
            assert all(child.poll() is None for child in children)
            waited.wait(0.02)
        Path(self._started + "go").touch()
        outputs = [child.communicate(timeout=60)[0].strip() for child in children]
        return [(child.returncode, output) for child, output in zip(children, outputs, strict=True)]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as hook:
        yield hook


@pytest.fixture
def senders(here: Database, webhook: Webhook, tmp_path: Path) -> Senders:
    return Senders(here, f"json://127.0.0.1:{webhook.port}/", tmp_path)


def test_two_processes_at_once_send_each_notice_once(here: Database, webhook: Webhook, senders: Senders) -> None:
    notifier = MemoryNotifier()
    for form in ("10-Q", "8-K", "10-K"):  # nine for each rule, and no more at once than are sent one by one
        rule(here, notifier, f"filing {form}", owner=form)
        arrive(here, *(filing(100 * len(form) + number, form) for number in range(9)))
        arrive(here, *(filing(100 * len(form) + number + 50, form, company=WALMART) for number in range(1)))
    done = senders.run("", "")
    assert [code for code, _ in done] == [0, 0]
    sent = [received.text for received in webhook.received]
    with here.read() as connection:
        told = deliveries.list_deliveries(connection, limit=None)
    assert {each.state for each in told} == {NoticeState.SENT}
    assert {each.attempts for each in told} == {1}
    assert len(sent) == len(set(sent)) == len(told)
    assert sum(int(output) for _, output in done) == len(told)


@pytest.mark.parametrize(("die", "arrived"), [("before", 0), ("after", 1)])
def test_a_sender_that_dies_is_followed_by_another(
    here: Database, webhook: Webhook, senders: Senders, die: str, arrived: int
) -> None:
    rule(here, MemoryNotifier())
    arrive(here, filing(2))
    assert senders.run(die)[0][0] == -signal.SIGKILL
    assert len(webhook.received) == arrived
    assert states(here)[-1] == ("sending", 1, None)
    assert senders.run("", now=MONDAY + LEASE - timedelta(seconds=1)) == [(0, "0")]
    assert senders.run("", now=MONDAY + LEASE) == [(0, "1")]
    assert [received.title for received in webhook.received] == ["AAPL filed a 10-Q"] * (arrived + 1)
    assert len({received.key for received in webhook.received}) == 1  # so that a receiver knows the second for the first
    assert states(here)[-1] == ("sent", 2, None)


def test_what_kills_every_sender_is_given_up_and_holds_nothing_up(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier)
    arrive(here, filing(2))
    look(here, now=MONDAY)
    now = MONDAY
    for _ in range(MOST_ATTEMPTS):
        with here.write() as connection:
            assert deliveries.claim(connection, now, lease=LEASE) is not None
        now += LEASE
    arrive(here, filing(3))
    tell(here, notifier, now)
    assert notifier.titles == []  # the channel is left alone for this time ...
    tell(here, notifier, now + timedelta(minutes=15))
    assert notifier.titles == ["AAPL filed a 10-Q"]  # ... and the next one goes out
    assert [state for state, _, _ in states(here)][-2:] == ["failed", "sent"]


def test_claims_of_many_threads_never_share_a_notice(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier, schedule=Schedule.parse(zone="UTC", digest="daily", at="13:00"))
    rule(here, notifier, "filing", channel="desk")
    arrive(here, *(filing(number) for number in range(2, 10)))
    look(here, now=MONDAY)
    later = MONDAY + timedelta(hours=2)

    def take(_: int) -> tuple[int, ...]:
        with here.write() as connection:
            batch = deliveries.claim(connection, later, lease=LEASE)
        return batch.notice_ids if batch else ()

    with ThreadPoolExecutor(6) as pool:
        taken = [ids for ids in pool.map(take, range(12)) if ids]
    assert sorted(len(ids) for ids in taken) == [1] * 8 + [8]
    assert len({number for ids in taken for number in ids}) == 16


def test_a_mail_reads_well(here: Database) -> None:
    with MailServer() as server:
        notifier = AppriseNotifier({"ops": f"mailto://127.0.0.1:{server.port}?from=w@example.org&to=ada@example.org"})
        rule(here, notifier, company="AAPL")
        with here.write() as connection:
            save_company(connection, Company(APPLE.cik, "Apple <Inc> & Sons", APPLE.listings))
        arrive(here, filing(2, "10-K", description="Annual report"))
        tell(here, notifier)
    (mail,) = server.received
    assert mail.title == "AAPL filed a 10-K"
    assert (
        "Company: Apple <Inc> & Sons (AAPL)\nFiled: 10-K 0000320193-24-000002 of 4 Nov 2024\nWhat: Annual report\n"
        in mail.text
    )
    assert f"Page: {BASE}/reader?accession=0000320193-24-000002\n" in mail.text
    assert "Apple &lt;Inc&gt; &amp; Sons" in mail.html


def test_the_database_holds_no_address(here: Database) -> None:
    with Webhook() as hook:
        notifier = AppriseNotifier({"ops": f"json://me:hunter2hunter2@127.0.0.1:{hook.port}/hunter2hunter2"})
        rule(here, notifier)
        for status in (503, 401):
            hook.status = status
            arrive(here, filing(status))
            tell(here, notifier, MONDAY + timedelta(hours=status))
    with here.read() as connection:
        for table in ("alert_rules", "alert_notices", "ingest_runs"):
            rows = connection.scalars(sa.text(f"select t::text from {table} t")).all()
            assert rows
            assert not [row for row in rows if "hunter2" in row]
