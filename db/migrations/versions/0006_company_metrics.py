"""Latest figures of each company by the days they were known, for screens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_metrics",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False, comment="annual, quarterly, ttm"),
        sa.Column("known_from", sa.Date(), nullable=False, comment="the day of the filing that made it so"),
        sa.Column("known_until", sa.Date(), nullable=True, comment="the day it was no longer so; null: still so"),
        sa.Column("period_label", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("figures", pg.JSONB(), nullable=False, comment="measure to number; what is refused is not there"),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_company_metrics_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "basis", "known_from", name=op.f("pk_company_metrics")),
        comment="the latest figures of a company, one row a kind of period and a stretch of days they stood",
    )
    op.create_index(
        "ix_company_metrics_current",
        "company_metrics",
        ["basis", "cik"],
        postgresql_where=sa.text("known_until is null"),
    )
    op.create_table(
        "company_metric_states",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False, comment="what else than facts the figures follow from"),
        sa.Column("days", pg.JSONB(), nullable=False, comment="day of filing to a checksum of the facts filed on it"),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_company_metric_states_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", name=op.f("pk_company_metric_states")),
        comment="which facts company_metrics was computed from",
    )


def downgrade() -> None:
    op.drop_table("company_metric_states")
    op.drop_table("company_metrics")
