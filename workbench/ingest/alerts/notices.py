"""Alert notifications: alert rules are checked against new data, and each match is sent once.

A notification is saved before it is sent, under its rule and subject, and one process at a time claims it. If a process dies
while sending, the claim expires and the notification is sent again. So no notification is lost. One is sent twice only if a
process dies between sending it and recording that; both messages then have the same idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from db import companies
from db.alerts import deliveries, matches, watchlists
from db.alerts import rules as alerts
from db.engine import Connection, Database
from db.operations.failed_units import is_units_own
from workbench.analysis.alerts.notices import notice_of
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import Message, Notice, NoticeState
from workbench.domain.alerts.rules import (
    INBOX,
    LATE_DAYS,
    LOOK_BACK_DAYS,
    AlertKind,
    AlertRule,
    check_scope,
    parse_channel,
    parse_condition,
)
from workbench.domain.errors import InvalidRequest, NotFound, SetupError, SourceError, SourceRefused, WorkbenchError
from workbench.domain.operations.failed_units import describe
from workbench.domain.operations.runs import IngestReport
from workbench.domain.screens.screen_history import ScreenMembers
from workbench.ingest import unit_of_work
from workbench.ingest.alerts.notice_message import compose, trial
from workbench.ingest.alerts.unsubscribing import unsubscribe_link
from workbench.ports import Notifier

KIND = "notices"

# Longer than any channel takes: each network step has a time-out of seconds.
LEASE = timedelta(minutes=15)
# Five minutes, doubled each time up to six hours: enough for a service that is down for a day.
MOST_ATTEMPTS = 10
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)
_LATE = timedelta(days=LATE_DAYS)


def add_rule(
    database: Database,
    notifier: Notifier,
    *,
    owner: str,
    condition: str,
    channel: str,
    schedule: Schedule,
    now: datetime,
    company: str | None = None,
    watchlist: str | None = None,
) -> AlertRule:
    """Creates a rule for data that arrives after `now`.

    `company` is a ticker or CIK; without it and a watchlist the rule covers all companies.

    Raises InvalidRequest for an invalid condition or one that does not fit the companies, NotFound for an unknown company,
    watchlist or channel.
    """
    wanted = parse_condition(condition)
    check_scope(wanted, company=company, watchlist=watchlist)
    name = parse_channel(channel)
    if name != INBOX and name not in notifier.channels:
        raise NotFound(
            f"there is no channel {name!r}",
            hint=f"channels: {', '.join((INBOX, *notifier.channels))}; an administrator adds one on the page Settings",
        )
    with database.write() as connection:
        about = companies.resolve(connection, company) if company else None
        rule = alerts.save_rule(
            connection, owner=owner, condition=wanted, channel=name, schedule=schedule, created_at=now, company=about,
            watchlist=watchlist,
        )  # fmt: skip
        _look(connection, rule, now)
    return rule


def draft(
    connection: Connection,
    *,
    owner: str,
    condition: str,
    schedule: Schedule,
    now: datetime,
    company: str | None = None,
    watchlist: str | None = None,
) -> AlertRule:
    """The rule that `add_rule` would create, with number 0 and no channel; saves nothing. Raises as `add_rule` does."""
    wanted = parse_condition(condition)
    check_scope(wanted, company=company, watchlist=watchlist)
    if watchlist is not None:
        watchlists.members(connection, owner, watchlist)
    about = companies.resolve(connection, company) if company else None
    return AlertRule(0, owner, wanted, about, watchlist, "", schedule, now)


def look(database: Database, *, now: datetime, on_failure: Callable[[IngestReport], None] = lambda _: None) -> IngestReport:
    """Checks every rule against data that arrived since its last check, and saves its matches as notifications to send.

    A failing rule does not affect the others; `on_failure` gets its report. Thresholds use the latest figures of the last
    refresh.
    """

    def work(tally: unit_of_work.Tally) -> None:
        with database.read() as connection:
            rules = alerts.list_rules(connection)
        for rule in rules:
            if rule.condition.fault:
                tally.drop(f"alert {rule.rule_id} is invalid: {rule.condition.fault}")
                continue
            done = unit_of_work.run(
                database, "alert", str(rule.rule_id), partial(_look_once, database, rule, now), is_idle_recorded=False
            )
            tally.saved["notices"] += done.saved.get("notices", 0)
            if done.outcome in ("failed", "quarantined"):
                on_failure(done)
                tally.drop(f"alert {rule.rule_id} {done.outcome}")

    return unit_of_work.run(database, KIND, "look", work, is_idle_recorded=False)


def _look_once(database: Database, rule: AlertRule, now: datetime, tally: unit_of_work.Tally) -> None:
    with database.write() as connection:
        if alerts.lock_rule(connection, rule.rule_id):
            tally.saved["notices"] = _look(connection, rule, now)


def send_due(database: Database, notifier: Notifier, *, clock: Callable[[], datetime], base: str) -> Iterator[IngestReport]:
    """Sends the due notifications, message by message, and yields a report of each; skips a channel after it fails.

    Links lead to the pages under `base`.
    """
    failed: set[str] = set()
    while True:
        now = clock()
        with database.write() as connection:
            batch = deliveries.claim(connection, now, lease=LEASE, passing_over=failed)
        if batch is None:
            return
        yield _send(database, notifier, batch, partial(_compose, database, batch, base), now=now, failed=failed)


def _compose(database: Database, batch: deliveries.Batch, base: str) -> Message:
    return compose(batch.notices, base, unsubscribe=unsubscribe_link(database, batch.notice_ids, base))


def preview(database: Database, rule: AlertRule, *, since: date, now: datetime) -> list[Notice]:
    """The notifications for everything filed (or run) on or after `since`, oldest first; saves nothing.

    Raises InvalidRequest for a rule whose condition has become invalid.
    """
    if rule.condition.fault:
        raise InvalidRequest(f"alert {rule.rule_id} is invalid: {rule.condition.fault}", hint="remove it")
    with database.read() as connection:
        if rule.condition.kind is AlertKind.SCREEN:
            before = matches.screened_on(connection, rule.condition, since)
            return [notice_of(match) for match in matches.find_screened(connection, rule.condition, before, now.date())[0]]
        if not rule.condition.has_companies:
            start = datetime.combine(since, datetime.min.time(), tzinfo=now.tzinfo)
            return [notice_of(match) for match in matches.find_runs(connection, rule.condition, start, rule.owner)]
        scope = dict.fromkeys(alerts.companies_of(connection, rule), since)
        result = map(notice_of, matches.find_in_companies(connection, rule.condition, scope))
        return list({notice.subject: notice for notice in result}.values())


def send_trial(notifier: Notifier, channel: str, *, base: str) -> None:
    """Sends a test message; raises as the notifier does."""
    notifier.send(parse_channel(channel), trial(channel, base))


def _look(connection: Connection, rule: AlertRule, now: datetime) -> int:
    """Saves new matches of the rule as notifications; returns their number."""
    due_at = rule.schedule.due_at(now)
    state = NoticeState.SENT if rule.channel == INBOX else NoticeState.PENDING
    if rule.condition.kind is AlertKind.SCREEN:
        moves = _moves_of_screen(connection, rule, now)
        return deliveries.save_notices(connection, rule.rule_id, moves, state=state, found_at=now, due_at=due_at)
    if not rule.condition.has_companies:
        since = max(rule.created_at, now - timedelta(days=LOOK_BACK_DAYS))
        runs = map(notice_of, matches.find_runs(connection, rule.condition, since, rule.owner))
        return deliveries.save_notices(connection, rule.rule_id, runs, state=state, found_at=now, due_at=due_at)
    known = alerts.baselines(connection, rule.rule_id)
    scope = alerts.companies_of(connection, rule)
    met = {cik: now.date() - _LATE for cik in scope if cik not in known}
    # Data that exists when a company first comes under the rule is not sent: neither data older than the rule nor a company's
    # first load.
    old = matches.find_known(connection, rule.condition, met) if met else ()
    known_before = map(notice_of, old)
    deliveries.save_notices(connection, rule.rule_id, known_before, state=NoticeState.KNOWN, found_at=now, due_at=due_at)
    earliest = now.date() - timedelta(days=LOOK_BACK_DAYS)
    looked = {
        cik: max(known[cik].since - _LATE, earliest)
        for cik in scope
        if cik in known and (rule.condition.kind is not AlertKind.RESTATEMENT or known[cik].has_new_facts)
    }
    new = matches.find_in_companies(connection, rule.condition, looked, rule_id=rule.rule_id) if looked else ()
    fresh = map(notice_of, new)
    result = deliveries.save_notices(connection, rule.rule_id, fresh, state=state, found_at=now, due_at=due_at)
    alerts.save_baselines(connection, rule.rule_id, {cik: known[cik].since if cik in known else now.date() for cik in scope})
    return result


def _moves_of_screen(connection: Connection, rule: AlertRule, now: datetime) -> list[Notice]:
    """What entered and left the rule's screen since the last look, whose members the rule knows; nothing at the first."""
    known = ScreenMembers(frozenset(alerts.baselines(connection, rule.rule_id)))
    moves, members = matches.find_screened(connection, rule.condition, known, now.date())
    alerts.save_baselines(connection, rule.rule_id, dict.fromkeys(members.passing, now.date()))
    return [notice_of(match) for match in moves] if now > rule.created_at else []


def _send(
    database: Database,
    notifier: Notifier,
    batch: deliveries.Batch,
    message: Callable[[], Message],
    *,
    now: datetime,
    failed: set[str],
) -> IngestReport:
    """Sends one message and records the outcome by the class of its error; adds a failing channel to `failed`.

    A message that fails with any other error is retried as if its service were unavailable.
    """

    def work(tally: unit_of_work.Tally) -> None:
        try:
            if batch.attempts > MOST_ATTEMPTS:
                raise SourceRefused(f"{batch.attempts} processes died while sending through {batch.channel}")
            notifier.send(batch.channel, message())
        except (SourceError, SetupError, NotFound) as error:
            failed.add(batch.channel)
            with database.write() as connection:
                if error.is_transient:
                    at = now + _pause(batch.attempts, error)
                    deliveries.note_retry(connection, batch, error.with_hint, at, most_attempts=MOST_ATTEMPTS)
                else:
                    deliveries.note_failed(connection, batch, error.with_hint)
            if error.is_transient:
                raise
            raise NotFound(error.message, hint="fix it, then run `workbench alerts resend`") from None
        except Exception as error:
            if is_units_own(error):
                with database.write() as connection:
                    at = now + _pause(batch.attempts, None)
                    why = str(describe(error))
                    deliveries.note_retry(connection, batch, why, at, most_attempts=MOST_ATTEMPTS)
            raise
        with database.write() as connection:
            deliveries.note_sent(connection, batch, now)
        tally.saved["sent notices"] = len(batch.notice_ids)

    return unit_of_work.run(database, KIND, batch.channel, work, unit=f"{batch.channel} notice {batch.notice_ids[0]}")


def _pause(attempts: int, error: WorkbenchError | None) -> timedelta:
    wanted = timedelta(seconds=error.retry_after_seconds or 0) if isinstance(error, SourceError) else timedelta()
    pause: timedelta = min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE)
    return max(wanted, pause)
