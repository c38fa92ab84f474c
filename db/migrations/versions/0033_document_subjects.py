"""Whose an added document is, and where the primary statements stand in a document."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_subjects",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("company", sa.Text(), comment="as the document or its user names it"),
        sa.Column("company_keys", pg.ARRAY(sa.Text()), nullable=False, comment="names and tickers by which questions mean it"),
        sa.Column("fiscal_year", sa.SmallInteger()),
        sa.Column("fiscal_quarter", sa.SmallInteger()),
        sa.Column("is_corrected", sa.Boolean(), nullable=False, comment="a user said so"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.document_id"],
            name=op.f("fk_document_subjects_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_subjects")),
        comment="whose an added document is, and for which fiscal period",
    )
    op.create_index("ix_document_subjects_company_keys", "document_subjects", ["company_keys"], postgresql_using="gin")
    op.create_table(
        "document_statements",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("start_char", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("end_char", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="income, balance or cashflow"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.document_id"],
            name=op.f("fk_document_statements_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "start_char", name=op.f("pk_document_statements")),
        comment="where the primary financial statements stand in a document's text",
    )


def downgrade() -> None:
    op.drop_table("document_statements")
    op.drop_table("document_subjects")
