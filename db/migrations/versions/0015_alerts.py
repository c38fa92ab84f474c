"""Alert rules, the companies that each knows, and the notices that were found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("rule_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="a user's name, or local for the person at this machine"),
        sa.Column("condition", sa.Text(), nullable=False, comment="as it is written: filing 10-K, net_margin@ttm < 5 ..."),
        sa.Column("cik", sa.BigInteger(), nullable=True, comment="null: not about one company"),
        sa.Column("watchlist_id", sa.Integer(), nullable=True, comment="null: not about a watchlist"),
        sa.Column("channel", sa.Text(), nullable=False, comment="its name in the settings, which alone know the address"),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False, comment="when a digest goes out, by the clock of time_zone"),
        sa.Column("digest_weekday", sa.SmallInteger(), nullable=False, comment="of a weekly digest; 0 is Monday"),
        sa.Column("quiet_from", sa.Time(), nullable=True, comment="null: no quiet hours"),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cadence in ('at_once', 'daily', 'weekly')", name=op.f("ck_alert_rules_cadence")),
        sa.CheckConstraint("cik is null or watchlist_id is null", name=op.f("ck_alert_rules_scope")),
        sa.CheckConstraint("(quiet_from is null) = (quiet_until is null)", name=op.f("ck_alert_rules_quiet")),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_alert_rules_cik"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["watchlist_id"], ["watchlists.watchlist_id"], name=op.f("fk_alert_rules_watchlist_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_alert_rules")),
        comment="what somebody wants to be told of",
    )
    op.create_table(
        "alert_baselines",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False, comment="the day from which the rule speaks of the company"),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False, comment="by the database's clock"),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_alert_baselines_cik"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["alert_rules.rule_id"], name=op.f("fk_alert_baselines_rule_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rule_id", "cik", name=op.f("pk_alert_baselines")),
        comment="which companies a rule knows: what was there before is nothing to tell",
    )
    op.create_table(
        "alert_notices",
        sa.Column("notice_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="with the rule the natural key: told once"),
        sa.Column("content", pg.JSONB(), nullable=False, comment="what the reader is told"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "claimed_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of one that is being sent: then its sender is given up",
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="what went wrong last"),
        sa.CheckConstraint("state in ('known', 'pending', 'sending', 'sent', 'failed')", name=op.f("ck_alert_notices_state")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["alert_rules.rule_id"], name=op.f("fk_alert_notices_rule_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_alert_notices")),
        sa.UniqueConstraint("rule_id", "subject", name=op.f("uq_alert_notices_rule_id_subject")),
        comment="what was found by rules, and what became of it",
    )
    op.create_index(
        "ix_alert_notices_due_at", "alert_notices", ["due_at"], postgresql_where=sa.text("state in ('pending', 'sending')")
    )


def downgrade() -> None:
    for table in ("alert_notices", "alert_baselines", "alert_rules"):
        op.drop_table(table)
