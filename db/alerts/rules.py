"""Alert rules, and the companies that each has checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from db.companies import get_companies
from db.ownership import readable
from db.tables import alert_baselines, alert_rules, companies, loaded_parts, watchlist_members, watchlists
from workbench.domain.alerts.delivery_times import Cadence, QuietHours, Schedule
from workbench.domain.alerts.rules import AlertRule, Condition, stored_condition
from workbench.domain.errors import NotFound
from workbench.domain.identity import Cik, Company
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Role

# A load stamps its rows when its transaction begins and shows them when it ends: none lasts longer than this.
_LONGEST_LOAD = sa.text("interval '1 hour'")


def save_rule(
    connection: sa.Connection,
    *,
    owner: str,
    condition: Condition,
    channel: str,
    schedule: Schedule,
    created_at: datetime,
    company: Company | None = None,
    watchlist: str | None = None,
) -> AlertRule:
    """A new rule; raises NotFound if the owner has no such watchlist."""
    rule_id = connection.scalar(
        sa.insert(alert_rules)
        .values(
            owner=owner,
            condition=str(condition),
            cik=company.cik.number if company else None,
            watchlist_id=_watchlist_id(connection, owner, watchlist) if watchlist is not None else None,
            channel=channel,
            cadence=schedule.cadence.value,
            digest_at=schedule.at,
            digest_weekday=schedule.weekday,
            quiet_from=schedule.quiet.start if schedule.quiet else None,
            quiet_until=schedule.quiet.end if schedule.quiet else None,
            time_zone=schedule.zone,
            created_at=created_at,
        )
        .returning(alert_rules.c.rule_id)
    )
    return get_rule(connection, int(rule_id or 0))


def _watchlist_id(connection: sa.Connection, owner: str, name: str) -> int:
    lists = watchlists.c
    result: int | None = connection.scalar(
        sa.select(lists.watchlist_id).where(lists.owner == owner, lists.name == name.strip())
    )
    if result is None:
        raise NotFound(f"there is no watchlist {name.strip()!r}", hint="list them with `workbench watchlist list`")
    return result


def get_rule(connection: sa.Connection, rule_id: int, *, owner: str | None = None, caller: Caller = LOCAL) -> AlertRule:
    """The rule with this number that the caller may read, of this owner if `owner` is given; raises NotFound."""
    own = alert_rules.c.owner == owner if owner is not None else sa.true()
    results = _rules(connection, sa.and_(alert_rules.c.rule_id == rule_id, own, readable(alert_rules, caller)))
    if not results:
        raise NotFound(f"there is no alert {rule_id}", hint="list them with `workbench alerts list`")
    return results[0]


def list_rules(connection: sa.Connection, owner: str | None = None, *, caller: Caller = LOCAL) -> list[AlertRule]:
    """The rules of one owner, or of all, that the caller may read, in order of creation.

    Includes rules whose condition has become invalid; `condition.fault` gives the reason.
    """
    own = alert_rules.c.owner == owner if owner is not None else sa.true()
    return _rules(connection, sa.and_(own, readable(alert_rules, caller)))


def rules_of(connection: sa.Connection, rule_ids: Sequence[int]) -> list[AlertRule]:
    """Those of these rules that are there, by number."""
    return _rules(connection, alert_rules.c.rule_id.in_(rule_ids)) if rule_ids else []


def delete_rule(connection: sa.Connection, rule_id: int) -> None:
    """Deletes the rule and its notifications, including pending ones."""
    connection.execute(sa.delete(alert_rules).where(alert_rules.c.rule_id == rule_id))


def lock_rule(connection: sa.Connection, rule_id: int) -> bool:
    """Whether the rule exists and no other process checks it; locks it until the transaction ends."""
    query = sa.select(alert_rules.c.rule_id).where(alert_rules.c.rule_id == rule_id)
    return connection.scalar(query.with_for_update(skip_locked=True, key_share=True)) is not None


def companies_of(connection: sa.Connection, rule: AlertRule) -> list[Cik]:
    """The companies that a rule currently covers, by CIK."""
    if rule.company is not None:
        return [rule.company.cik]
    query = sa.select(companies.c.cik)
    if rule.watchlist is not None:
        lists, on_it = watchlists, watchlist_members
        query = (
            sa.select(on_it.c.cik)
            .join(lists, lists.c.watchlist_id == on_it.c.watchlist_id)
            .where(lists.c.owner == rule.owner, lists.c.name == rule.watchlist)
        )
    return [Cik(number) for number in sorted(connection.scalars(query))]


class Baseline(NamedTuple):
    """The day from which a rule covers a company, and whether it may have new facts since the last check."""

    since: date
    has_new_facts: bool


def baselines(connection: sa.Connection, rule_id: int) -> dict[Cik, Baseline]:
    """The companies that a rule has checked, with their baselines."""
    table = alert_baselines
    is_newer = loaded_parts.c.loaded_at > table.c.looked_at - _LONGEST_LOAD
    has_new = sa.exists().where(loaded_parts.c.cik == table.c.cik, is_newer)
    query = sa.select(table.c.cik, table.c.since_on, has_new.label("has_new_facts")).where(table.c.rule_id == rule_id)
    return {Cik(row.cik): Baseline(row.since_on, row.has_new_facts) for row in connection.execute(query)}


def save_baselines(connection: sa.Connection, rule_id: int, since: Mapping[Cik, date]) -> None:
    """Records that the rule checked exactly these companies, new ones from their day on."""
    values = {"rule_id": rule_id, "ciks": [cik.number for cik in since], "days": list(since.values())}
    connection.execute(
        sa.text("delete from alert_baselines where rule_id = :rule_id and cik <> all (cast(:ciks as bigint[]))"), values
    )
    connection.execute(
        sa.text(
            "insert into alert_baselines (rule_id, cik, since_on, looked_at) "
            "select :rule_id, cik, since_on, now() "
            "from unnest(cast(:ciks as bigint[]), cast(:days as date[])) as known (cik, since_on) "
            "on conflict (rule_id, cik) do update set looked_at = excluded.looked_at"
        ),
        values,
    )


def _rules(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[AlertRule]:
    query = (
        sa.select(alert_rules, watchlists.c.name.label("watchlist"))
        .join(watchlists, watchlists.c.watchlist_id == alert_rules.c.watchlist_id, isouter=True)
        .where(which)
        .order_by(alert_rules.c.rule_id)
    )
    rows = connection.execute(query).all()
    about = {company.cik.number: company for company in get_companies(connection, [Cik(r.cik) for r in rows if r.cik])}
    return [_rule(row, about.get(row.cik)) for row in rows]


def _rule(row: Any, company: Company | None) -> AlertRule:
    quiet = QuietHours(row.quiet_from, row.quiet_until, row.time_zone) if row.quiet_from is not None else None
    return AlertRule(
        rule_id=row.rule_id,
        owner=row.owner,
        condition=stored_condition(row.condition),
        company=company,
        watchlist=row.watchlist,
        channel=row.channel,
        schedule=Schedule(Cadence(row.cadence), row.time_zone, row.digest_at, row.digest_weekday, quiet),
        created_at=row.created_at,
        shared_with=tuple(Role(role) for role in row.shared_with),
    )
