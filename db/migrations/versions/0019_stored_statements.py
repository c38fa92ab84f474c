"""Statements as they are read, stored beside the facts they follow from."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_statements",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False, comment="income, balance, cashflow"),
        sa.Column("period", sa.Text(), nullable=False, comment="annual, quarterly, ttm"),
        sa.Column("industry", sa.Text(), nullable=False, comment="whose lines it has"),
        sa.Column("reader", sa.Text(), nullable=False, comment="what else than facts it follows from"),
        sa.Column("facts_version", sa.BigInteger(), nullable=False, comment="that of fact_versions it was computed from"),
        sa.Column("last_filed_on", sa.Date(), nullable=True, comment="when the last of its facts was filed"),
        sa.Column("columns", sa.Integer(), nullable=False, comment="how many periods it has"),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_stored_statements_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "statement", "period", name=op.f("pk_stored_statements")),
        comment="the statements of a company by the facts known now, as they are read; good while reader and version are",
    )
    op.create_table(
        "stored_statement_columns",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False, comment="0 is the oldest period"),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON: the period, a figure with its facts a line, verdicts"),
        sa.ForeignKeyConstraint(
            ["cik", "statement", "period"],
            ["stored_statements.cik", "stored_statements.statement", "stored_statements.period"],
            name=op.f("fk_stored_statement_columns_cik"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cik", "statement", "period", "place", name=op.f("pk_stored_statement_columns")),
        comment="a period of a stored statement",
    )


def downgrade() -> None:
    op.drop_table("stored_statement_columns")
    op.drop_table("stored_statements")
