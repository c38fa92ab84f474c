"""Alert rules and notifications."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata, shared_with

alert_rules = sa.Table(
    "alert_rules",
    metadata,
    sa.Column("rule_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, comment="a user's name, or local for the person at this machine"),
    sa.Column("condition", sa.Text, nullable=False, comment="as it is written: filing 10-K, net_margin@ttm < 5 ..."),
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), comment="null: not about one company"),
    sa.Column(
        "watchlist_id", sa.ForeignKey("watchlists.watchlist_id", ondelete="CASCADE"), comment="null: not about a watchlist"
    ),
    sa.Column("channel", sa.Text, nullable=False, comment="its name in the settings, which alone know the address"),
    sa.Column("cadence", sa.Text, nullable=False),
    sa.Column("digest_at", sa.Time, nullable=False, comment="when a digest goes out, by the clock of time_zone"),
    sa.Column("digest_weekday", sa.SmallInteger, nullable=False, comment="of a weekly digest; 0 is Monday"),
    sa.Column("quiet_from", sa.Time, comment="null: no quiet hours"),
    sa.Column("quiet_until", sa.Time),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    shared_with(),
    sa.CheckConstraint("cadence in ('at_once', 'daily', 'weekly')", name="cadence"),
    sa.CheckConstraint("cik is null or watchlist_id is null", name="scope"),
    sa.CheckConstraint("(quiet_from is null) = (quiet_until is null)", name="quiet"),
    comment="what an owner wants to be notified of",
)

alert_baselines = sa.Table(
    "alert_baselines",
    metadata,
    sa.Column("rule_id", sa.ForeignKey("alert_rules.rule_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True),
    sa.Column("since_on", sa.Date, nullable=False, comment="the day from which the rule speaks of the company"),
    sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False, comment="by the database's clock"),
    comment="which companies a rule knows: what was there before is nothing to tell",
)

alert_notices = sa.Table(
    "alert_notices",
    metadata,
    sa.Column("notice_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("rule_id", sa.ForeignKey("alert_rules.rule_id", ondelete="CASCADE"), nullable=False),
    sa.Column("subject", sa.Text, nullable=False, comment="with the rule the natural key: sent once"),
    sa.Column("content", pg.JSONB, nullable=False, comment="what the notification says"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    sa.Column("claimed_until", sa.DateTime(timezone=True), comment="of one that is being sent: then its sender is given up"),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.Column("error", sa.Text, comment="what went wrong last"),
    sa.Column("read_at", sa.DateTime(timezone=True), comment="when its owner read it in the inbox; null: not yet"),
    sa.Column(
        "unsubscribe_sha256", sa.Text, comment="of the secret in the link that stops the alert's messages; null: no link"
    ),
    sa.UniqueConstraint("rule_id", "subject"),
    sa.CheckConstraint("state in ('known', 'pending', 'sending', 'sent', 'failed')", name="state"),
    sa.Index("ix_alert_notices_due_at", "due_at", postgresql_where=sa.text("state in ('pending', 'sending')")),
    sa.Index("ix_alert_notices_unread", "rule_id", postgresql_where=sa.text("read_at is null and state <> 'known'")),
    sa.Index(
        "ix_alert_notices_unsubscribe_sha256",
        "unsubscribe_sha256",
        postgresql_where=sa.text("unsubscribe_sha256 is not null"),
    ),
    comment="what was found by rules, and what became of it",
)
