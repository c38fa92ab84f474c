"""Valuations at the last close, stored for screens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_values",
        sa.Column("cik", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("reader", sa.Text(), nullable=False, comment="what else than facts and prices the figures follow from"),
        sa.Column("facts_version", sa.BigInteger(), nullable=False, comment="that of fact_versions it was computed from"),
        sa.Column("listed", sa.Text(), nullable=False, comment="the company's tickers, first class first"),
        sa.Column("holds_until", sa.Date(), nullable=False, comment="the last day; -infinity: a close or a report came in"),
        sa.Column("traded_on", sa.Date(), comment="of the close; null: there is none"),
        sa.Column("figures", pg.JSONB(astext_type=sa.Text()), nullable=False, comment="measure to number"),
        sa.Column("reasons", pg.JSONB(astext_type=sa.Text()), nullable=False, comment="refused measure to reason code"),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_company_values_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", name=op.f("pk_company_values")),
        comment="valuation measures of a company at its last close, as known now",
    )


def downgrade() -> None:
    op.drop_table("company_values")
