"""Rules look at what came in: what is new to them, about whom, and what is nothing to tell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db.alerts import rules, watchlists
from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from db.operations import runs
from tests.ingest.alerts.alerting import APPLE, BASE, MONDAY, WALMART, arrive, filing, rule, states, tell
from tests.notifiers import MemoryNotifier
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.alerts.notices import draft, look, preview


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
    assert "  Company     Apple (AAPL)\n  Filed       8-K 0000320193-24-000002 of 4 Nov 2024\n" in message.text
    assert f"  Page        {BASE}/reader?accession=0000320193-24-000002\n" in message.text
    assert "https://www.sec.gov/Archives/edgar/data/320193/000032019324000002/0000320193-24-000002-index.htm" in message.html
    assert "Alert 1: A new 10-Q or 8-K: AAPL" in message.text


def test_a_rule_that_is_no_longer_possible_is_passed_over_and_counted(here: Database, notifier: MemoryNotifier) -> None:
    gone, stays = rule(here, notifier, "net_margin < 5"), rule(here, notifier, "filing 8-K")
    with here.write() as connection:  # as if a later map of concepts had no such line
        connection.execute(
            sa.text("update alert_rules set condition = 'sparkle < 5' where rule_id = :id"), {"id": gone.rule_id}
        )
    arrive(here, filing(2, "8-K"))
    looked = tell(here, notifier)[0]
    assert notifier.titles == ["AAPL filed an 8-K"]
    reason = "'sparkle' is not a statement line or a ratio"
    assert looked.dropped == {f"alert {gone.rule_id} is invalid: {reason}": 1}
    with here.read() as connection:
        listed = rules.list_rules(connection)
    assert [(each.rule_id, each.condition.fault) for each in listed] == [(gone.rule_id, reason), (stays.rule_id, "")]
    with pytest.raises(InvalidRequest, match="is invalid"):
        preview(here, listed[0], since=date(2024, 1, 1), now=MONDAY)


def test_a_draft_is_checked_like_a_rule_and_keeps_nothing(here: Database) -> None:
    asked = {"owner": "local", "schedule": Schedule(), "now": MONDAY}
    arrive(here, filing(2, "8-K"))
    with here.read() as connection:
        made = draft(connection, condition="filing 8-K", company="AAPL", **asked)
        assert (made.sentence, rules.list_rules(connection)) == ("A new 8-K: AAPL", [])
        for wrong, error in (({"company": "ZZZZ"}, NotFound), ({"watchlist": "none"}, NotFound)):
            with pytest.raises(error):
                draft(connection, condition="filing", **asked, **wrong)
        with pytest.raises(InvalidRequest):
            draft(connection, condition="weather", **asked)
    found = preview(here, made, since=date(2024, 11, 1), now=MONDAY)
    assert [each.title for each in found] == ["AAPL filed an 8-K"]


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
        ({"condition": "weather"}, InvalidRequest, "not an alert condition"),
        ({"condition": "sic in 7372"}, InvalidRequest, "not an alert condition"),
        ({"condition": "nett_margin > 3"}, InvalidRequest, "not a statement line"),
        ({"condition": "event wedding"}, InvalidRequest, "no event type"),
        ({"condition": "restatement joke"}, InvalidRequest, "not a kind of change"),
        ({"condition": "filing 10-K;drop"}, InvalidRequest, "not a form such as"),
        ({"condition": "failed run", "company": "AAPL"}, InvalidRequest, "do not apply to companies"),
        ({"condition": "report", "watchlist": "x"}, InvalidRequest, "do not apply to companies"),
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
        assert rules.list_rules(connection) == []


def test_a_rule_is_read_as_it_was_made_and_goes_with_its_notices(here: Database, notifier: MemoryNotifier) -> None:
    schedule = Schedule.parse(zone="Asia/Tokyo", digest="weekly", at="6:15", weekday="sunday", quiet="23:00-06:30")
    made = rule(here, notifier, "every net_margin@ttm < 5", company="WMT", channel="Desk", schedule=schedule)
    with here.read() as connection:
        found = rules.get_rule(connection, made.rule_id)
    assert found == made
    assert (found.schedule, found.channel, str(found.condition)) == (schedule, "desk", "every net_margin@ttm < 5")
    assert found.sentence == "Net margin over the trailing twelve months below 5 %, each time it is filed: WMT"
    rule(here, notifier)
    arrive(here, filing(2))
    look(here, now=MONDAY)
    with here.write() as connection:
        for each in rules.list_rules(connection):
            rules.delete_rule(connection, each.rule_id)
    assert states(here) == []
    assert [each.outcome for each in tell(here, notifier)] == ["unchanged"]
