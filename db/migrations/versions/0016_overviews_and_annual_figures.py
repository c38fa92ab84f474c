"""What vendors say of companies, and the annual statements as figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_overviews",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False, comment="the first day the source was found to say so"),
        sa.Column("checked_on", sa.Date(), nullable=False, comment="the last day it was found to say so"),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("exchange", sa.Text()),
        sa.Column("currency", sa.Text(), comment="of all money in the row"),
        sa.Column("country", sa.Text()),
        sa.Column("sector", sa.Text()),
        sa.Column("industry", sa.Text()),
        sa.Column("website", sa.Text()),
        sa.Column("fiscal_year_end", sa.Text(), comment="a month, as the source spells it"),
        sa.Column("latest_quarter_on", sa.Date()),
        sa.Column("outstanding_shares", sa.BigInteger()),
        sa.Column("float_shares", sa.BigInteger()),
        sa.Column("market_capitalization", sa.Numeric()),
        sa.Column("dividend_per_share", sa.Numeric()),
        sa.Column("dividend_on", sa.Date()),
        sa.Column("ex_dividend_on", sa.Date()),
        sa.Column("analyst_target_price", sa.Numeric()),
        sa.Column("beta", sa.Numeric()),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_company_overviews_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "source", "known_from", name=op.f("pk_company_overviews")),
        comment="what a vendor says of a listed company; a row that is all nulls: it does not know the share",
    )
    op.create_table(
        "annual_figures",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False, comment="income, balance, cashflow"),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("period_label", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("figures", pg.JSONB(), nullable=False, comment="line to number in full units; what is refused is not there"),
        sa.CheckConstraint("statement in ('income', 'balance', 'cashflow')", name=op.f("ck_annual_figures_statement")),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_annual_figures_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "statement", "period_end", name=op.f("pk_annual_figures")),
        comment="the annual statements by the facts known now: one row a statement and fiscal year",
    )
    # Companies that are here have none yet: the next refresh computes theirs.
    op.execute("update company_metric_states set reader = ''")


def downgrade() -> None:
    op.drop_table("annual_figures")
    op.drop_table("company_overviews")
