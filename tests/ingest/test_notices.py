"""Rules look at what came in; what they find is told once, in its time, whatever becomes of the processes that tell it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db import alerts, deliveries, runs, watchlists
from db.companies import save_company
from db.engine import Database
from db.filings import save_filings
from tests.notifiers import MailServer, MemoryNotifier, Webhook
from workbench.adapters.notifier import AppriseNotifier
from workbench.domain.alerts import AlertRule
from workbench.domain.delivery_times import Schedule
from workbench.domain.errors import InvalidRequest, NotFound, SetupError, SourceRefused, SourceUnavailable
from workbench.domain.filings import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.notices import NoticeState
from workbench.domain.runs import IngestReport
from workbench.ingest.notices import LEASE, MOST_ATTEMPTS, add_rule, look, preview, send_due

BASE = "http://workbench.example:8000"
APPLE = Company(Cik(320193), "Apple Inc.", (Listing(Ticker("AAPL"), "Nasdaq"),))
WALMART = Company(Cik(104169), "Walmart Inc.", (Listing(Ticker("WMT"), "NYSE"),))
# 4 November 2024 was a Monday.
MONDAY = datetime(2024, 11, 4, 12, tzinfo=UTC)
THAT_DAY = MONDAY.date()


def filing(number: int, form: str = "10-Q", day: date = THAT_DAY, company: Company = APPLE, **more: Any) -> Filing:
    return Filing(company.cik, Accession(f"{company.cik.padded}-24-{number:06d}"), form, day, **more)


def arrive(database: Database, *filings: Filing) -> None:
    with database.write() as connection:
        save_filings(connection, filings)


@pytest.fixture
def notifier() -> MemoryNotifier:
    return MemoryNotifier(["desk", "ops"])


@pytest.fixture
def here(database: Database) -> Database:
    """Apple and Walmart, with a filing each from before."""
    with database.write() as connection:
        for company in (APPLE, WALMART):
            save_company(connection, company)
    arrive(database, filing(1, "10-K", date(2024, 11, 1)), filing(1, "10-Q", date(2024, 8, 30), WALMART))
    return database


def rule(database: Database, notifier: Any, condition: str = "filing", now: datetime = MONDAY, **more: Any) -> AlertRule:
    schedule = more.pop("schedule", Schedule())
    given = {"owner": "local", "channel": "ops", **more}
    return add_rule(database, notifier, condition=condition, schedule=schedule, now=now, **given)


def tell(database: Database, notifier: Any, now: datetime = MONDAY) -> list[IngestReport]:
    done = [look(database, now=now)]
    return done + list(send_due(database, notifier, clock=lambda: now, base=BASE))


def states(database: Database) -> list[tuple[str, int, str | None]]:
    with database.read() as connection:
        rows = deliveries.list_deliveries(connection, states=list(NoticeState), limit=None)
    return [(row.state.value, row.attempts, row.error) for row in reversed(rows)]


def test_what_came_before_is_not_told_and_what_comes_is_told_once(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier, "filing 10-Q,8-K", company="AAPL")
    tell(here, notifier)
    assert notifier.received == []
    arrive(
        here,
        filing(2, "8-K", report_on=date(2024, 11, 2)),
        filing(3, "10-Q", date(2024, 11, 1)),  # on Friday, and in the index on Monday
        filing(4, "10-Q/A"),
        filing(5, "10-Q", company=WALMART),
        filing(6, "10-Q", date(2021, 5, 3)),  # an old one that is loaded late
    )
    for hours in (1, 2, 30 * 24):
        tell(here, notifier, MONDAY + timedelta(hours=hours))
    assert notifier.titles == ["AAPL filed a 10-Q", "AAPL filed an 8-K"]
    channel, message = notifier.received[1]
    assert channel == "ops"
    assert "  Company     Apple Inc. (AAPL)\n  Filed       8-K 0000320193-24-000002 of 4 Nov 2024\n" in message.text
    assert f"  Page        {BASE}/reader?accession=0000320193-24-000002\n" in message.text
    assert "https://www.sec.gov/Archives/edgar/data/320193/000032019324000002/0000320193-24-000002-index.htm" in message.html
    assert "Alert 1: A new 10-Q or 8-K: AAPL" in message.text


def test_the_first_load_of_a_company_tells_nothing_and_the_next_filing_does(
    database: Database, notifier: MemoryNotifier
) -> None:
    rule(database, notifier)  # on everything, and nothing is here
    with database.write() as connection:
        save_company(connection, APPLE)
        save_filings(connection, [filing(number, "4", MONDAY.date() - timedelta(days=number)) for number in range(200)])
    tell(database, notifier)
    assert notifier.received == []
    arrive(database, filing(300, "10-K"))
    tell(database, notifier, MONDAY + timedelta(hours=1))
    assert notifier.titles == ["AAPL filed a 10-K"]


def test_a_watchlist_is_followed_as_it_changes(here: Database, notifier: MemoryNotifier) -> None:
    with here.write() as connection:
        watchlists.create(connection, "ada", "tech")
        watchlists.add_members(connection, "ada", "tech", [APPLE.cik])
    with pytest.raises(NotFound, match="tech"):
        rule(here, notifier, watchlist="tech")  # the local user has no such list
    rule(here, notifier, owner="ada", watchlist="tech")
    arrive(here, filing(2), filing(2, company=WALMART))
    tell(here, notifier)
    with here.write() as connection:  # what Walmart filed before it was put on the list is not told
        watchlists.add_members(connection, "ada", "tech", [WALMART.cik])
    tell(here, notifier, MONDAY + timedelta(hours=1))
    arrive(here, filing(3, company=WALMART))
    tell(here, notifier, MONDAY + timedelta(hours=2))
    with here.write() as connection:
        watchlists.remove_members(connection, "ada", "tech", [APPLE.cik])
    arrive(here, filing(4))
    tell(here, notifier, MONDAY + timedelta(hours=3))
    assert notifier.titles == ["AAPL filed a 10-Q", "WMT filed a 10-Q"]


def test_a_filing_of_two_companies_is_told_once(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier)
    joint = filing(7, "8-K")
    arrive(here, joint, Filing(WALMART.cik, joint.accession, "8-K", joint.filed_on))
    tell(here, notifier)
    assert notifier.titles == ["WMT filed an 8-K"]


def test_events_are_told_by_their_type_one_notice_a_report(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier, "event results,people", company="320193")
    arrive(
        here,
        filing(2, "8-K", report_on=date(2024, 11, 3), items=("2.02", "5.02", "9.01")),
        filing(3, "8-K", items=("8.01", "9.01")),
    )
    tell(here, notifier)
    assert notifier.titles == ["AAPL: Results and financial condition; Directors and officers: departures, elections, pay"]
    text = notifier.received[0][1].text
    assert "  Happened    3 Nov 2024\n  Item 2.02   Results and financial condition\n" in text
    assert "9.01" not in text


def run_of(outcome: Any, minutes: int, subject: str = "prices") -> IngestReport:
    at = MONDAY + timedelta(minutes=minutes)
    return IngestReport("flow", subject, outcome, at, at, error="503" if outcome == "failed" else None)


def test_a_failed_run_is_told_when_it_begins_to_fail(here: Database, notifier: MemoryNotifier) -> None:
    with here.write() as connection:
        runs.save(connection, run_of("failed", -1, "news"))
    rule(here, notifier, "failed run")
    outcomes = [("failed", 1), ("failed", 2), ("unchanged", 3), ("failed", 4)]
    for outcome, minutes in outcomes:
        with here.write() as connection:
            runs.save(connection, run_of(outcome, minutes))
            runs.save(connection, IngestReport("filing", "1", "failed", MONDAY, MONDAY + timedelta(minutes=minutes)))
            runs.save(connection, run_of("failed", minutes, "news"))  # has failed since before the rule
        tell(here, notifier, MONDAY + timedelta(minutes=minutes))
    assert notifier.titles == ["The job prices failed"] * 2
    assert "  Why      503" in notifier.received[0][1].text


def test_a_scheduled_report_is_told_when_it_is_done(here: Database, notifier: MemoryNotifier) -> None:
    def keep(schedule: str | None, status: str, minutes: int) -> None:
        with here.write() as connection:
            connection.execute(
                sa.text(
                    "insert into reports (notebook, title, parameters, as_of, status, cells, figures, schedule, finished_at) "
                    "values ('company_review', 'Company review: AAPL', '{}', '2024-11-03', :status, 5, 1234, :schedule, :at)"
                ),
                {"schedule": schedule, "status": status, "at": MONDAY + timedelta(minutes=minutes)},
            )

    rule(here, notifier, "report apple-weekly,other")
    keep("apple-weekly", "finished", -1)
    keep("apple-weekly", "running", 1)
    keep("apple-weekly", "finished", 2)
    keep("third", "finished", 3)
    keep(None, "finished", 4)
    tell(here, notifier, MONDAY + timedelta(minutes=15))
    tell(here, notifier, MONDAY + timedelta(minutes=30))
    assert notifier.titles == ["Report: Company review: AAPL"]
    text = notifier.received[0][1].text
    assert "  Schedule  apple-weekly\n  As of     3 Nov 2024\n  Figures   1,234\n" in text
    assert f"  Page      {BASE}/api/v1/reports/3/file\n" in text


def test_a_preview_tells_of_the_past_and_keeps_nothing(here: Database, notifier: MemoryNotifier) -> None:
    made = rule(here, notifier, "filing 10-K,10-Q")
    found = preview(here, made, since=date(2024, 8, 1), now=MONDAY)
    assert [notice.title for notice in found] == ["WMT filed a 10-Q", "AAPL filed a 10-K"]
    tell(here, notifier)
    assert notifier.received == []


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"condition": "weather"}, InvalidRequest, "nothing that an alert can be on"),
        ({"condition": "sic in 7372"}, InvalidRequest, "nothing that an alert can be on"),
        ({"condition": "nett_margin > 3"}, InvalidRequest, "no line of a statement"),
        ({"condition": "event wedding"}, InvalidRequest, "no event type"),
        ({"condition": "restatement joke"}, InvalidRequest, "no kind of change"),
        ({"condition": "filing 10-K;drop"}, InvalidRequest, "no form"),
        ({"condition": "failed run", "company": "AAPL"}, InvalidRequest, "of no company"),
        ({"condition": "report", "watchlist": "x"}, InvalidRequest, "of no company"),
        ({"company": "AAPL", "watchlist": "x"}, InvalidRequest, "not both"),
        ({"company": "ZZZZ"}, NotFound, "ZZZZ"),
        ({"channel": "pigeon"}, NotFound, "no channel 'pigeon'"),
    ],
)
def test_a_wrong_rule_is_refused_and_nothing_is_kept(
    here: Database, notifier: MemoryNotifier, given: dict[str, str], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        rule(here, notifier, **given)
    with here.read() as connection:
        assert alerts.list_rules(connection) == []


def test_a_rule_is_read_as_it_was_made_and_goes_with_its_notices(here: Database, notifier: MemoryNotifier) -> None:
    schedule = Schedule.parse(zone="Asia/Tokyo", digest="weekly", at="6:15", weekday="sunday", quiet="23:00-06:30")
    made = rule(here, notifier, "every net_margin@ttm < 5", company="WMT", channel="Desk", schedule=schedule)
    with here.read() as connection:
        found = alerts.get_rule(connection, made.rule_id)
    assert found == made
    assert (found.schedule, found.channel, str(found.condition)) == (schedule, "desk", "every net_margin@ttm < 5")
    assert found.sentence == "Net margin over the trailing twelve months below 5 %, each time it is filed: WMT"
    rule(here, notifier)
    arrive(here, filing(2))
    look(here, now=MONDAY)
    with here.write() as connection:
        for each in alerts.list_rules(connection):
            alerts.delete_rule(connection, each.rule_id)
    assert states(here) == []
    assert [each.outcome for each in tell(here, notifier)] == ["unchanged"]


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
    assert text.endswith("Alert 1: A new 10-Q: everything\nAlert 2: A current report of results: AAPL\n")
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
    assert [(each.kind, each.subject, each.outcome, each.may_pass) for each in done] == [
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
    assert (done.outcome, done.may_pass) == ("failed", False)
    assert "workbench alerts resend" in (done.error or "")
    assert states(here)[-1] == ("failed", 1, error.message)


# A process that looks for what is due and sends it; `die` kills it in the middle of sending, before or after it has.
SENDER = """
import os, signal, sys, time
from datetime import datetime
from db.engine import Database
from workbench.adapters.notifier import AppriseNotifier
from workbench.ingest.notices import look, send_due
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
                stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
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
            save_company(connection, Company(APPLE.cik, "Apple <Inc> & Co", APPLE.listings))
        arrive(here, filing(2, "10-K", description="Annual report"))
        tell(here, notifier)
    (mail,) = server.received
    assert mail.title == "AAPL filed a 10-K"
    assert (
        "Company: Apple <Inc> & Co (AAPL)\nFiled: 10-K 0000320193-24-000002 of 4 Nov 2024\nWhat: Annual report\n" in mail.text
    )
    assert f"Page: {BASE}/reader?accession=0000320193-24-000002\n" in mail.text
    assert "Apple &lt;Inc&gt; &amp; Co" in mail.html


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
