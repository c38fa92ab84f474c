"""The verdicts on statements, kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statement_checks",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False, comment="income, balance, cashflow"),
        sa.Column("period", sa.Text(), nullable=False, comment="annual, quarterly"),
        sa.Column("name", sa.Text(), nullable=False, comment="which check"),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("period_label", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, comment="the figures in words"),
        sa.Column(
            "checked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="when it was first so",
        ),
        sa.CheckConstraint("verdict in ('passed', 'failed', 'not_applicable')", name=op.f("ck_statement_checks_verdict")),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_statement_checks_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "statement", "period", "name", "period_end", name=op.f("pk_statement_checks")),
        comment="whether each statement of each period adds up, by the facts known now",
    )
    op.create_index(
        "ix_statement_checks_failed",
        "statement_checks",
        ["period_end"],
        postgresql_where=sa.text("verdict = 'failed'"),
    )


def downgrade() -> None:
    op.drop_table("statement_checks")
