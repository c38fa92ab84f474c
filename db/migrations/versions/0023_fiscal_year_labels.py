"""What companies call their fiscal years: as each report states it, and what follows for all years of the company."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stated_fiscal_years",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False, comment="the last day of the report's own period"),
        sa.Column("fiscal_year", sa.SmallInteger(), nullable=False, comment="as the report states it"),
        sa.Column(
            "months_left", sa.SmallInteger(), nullable=False, comment="from period_end to the end of that year; annual: 0"
        ),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("is_from_document", sa.Boolean(), nullable=False, comment="from the filing itself; else from companyfacts"),
        sa.PrimaryKeyConstraint("cik", "accession", name=op.f("pk_stated_fiscal_years")),
        comment="the fiscal year that each annual and quarterly report states for its own period",
    )
    op.create_table(
        "fiscal_year_offsets",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year_end", sa.Date(), nullable=False, comment="a day on which such a year ends, in any year"),
        sa.Column("known_from", sa.Date(), nullable=False, comment="the day of the filing that made it so"),
        sa.Column(
            "years", sa.SmallInteger(), nullable=False, comment="-1: named by the calendar year before the one it ends in"
        ),
        sa.PrimaryKeyConstraint("cik", "year_end", "known_from", name=op.f("pk_fiscal_year_offsets")),
        comment="how companies name fiscal years, where it is not by the calendar year they end in",
    )


def downgrade() -> None:
    op.drop_table("fiscal_year_offsets")
    op.drop_table("stated_fiscal_years")
