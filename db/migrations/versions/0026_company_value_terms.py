"""What valuation measures follow from beside the close, by stretches of days, for screens as of any day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_value_terms",
        sa.Column("cik", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("known_from", sa.Date(), nullable=False, comment="the first day of the stretch"),
        sa.Column("known_until", sa.Date(), comment="the day that ends the stretch, not in it; null for the last one"),
        sa.Column("source", sa.Text(), nullable=False, comment="of the closes"),
        sa.Column(
            "terms", pg.JSONB(astext_type=sa.Text()), nullable=False,
            comment="share count, splits, and two linear terms of each measure",
        ),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_company_value_terms_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "known_from", name=op.f("pk_company_value_terms")),
        comment="what valuation measures follow from beside the close, one row a company and a stretch of days",
    )  # fmt: skip
    op.create_table(
        "company_value_states",
        sa.Column("cik", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("reader", sa.Text(), nullable=False, comment="what else than facts and prices the terms follow from"),
        sa.Column("facts_version", sa.BigInteger(), nullable=False, comment="that of fact_versions they were computed from"),
        sa.Column("listed", sa.Text(), nullable=False, comment="the company's tickers, first class first"),
        sa.Column(
            "examined_until", sa.Date(), nullable=False, comment="the last day up to which the terms are those of every day"
        ),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_company_value_states_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", name=op.f("pk_company_value_states")),
        comment="which facts and prices company_value_terms was computed from",
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("company_value_states")
    op.drop_table("company_value_terms")
