"""Notes of users on figures and passages, and which filings they have read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None

_OWNER = "a user's name, or local for the person at this machine"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("note_id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment=_OWNER),
        sa.Column("cik", sa.BigInteger(), comment="of a figure"),
        sa.Column("period", sa.Text(), comment="annual, quarterly or ttm"),
        sa.Column("figure", sa.Text(), comment="a line or ratio and the end of its period: revenue@2024-09-28"),
        sa.Column("document_id", sa.BigInteger(), comment="of a passage"),
        sa.Column("start_char", sa.Integer()),
        sa.Column("end_char", sa.Integer()),
        sa.Column("quote", sa.Text(), comment="the words of the passage when the note was written"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tags", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "shared_with",
            pg.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
            comment="the roles that may read it",
        ),
        sa.CheckConstraint(
            "num_nulls(cik, period, figure) = 0 and num_nonnulls(document_id, start_char, end_char, quote) = 0 "
            "or num_nonnulls(cik, period, figure) = 0 and num_nulls(document_id, start_char, end_char, quote) = 0",
            name=op.f("ck_notes_about"),
        ),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_notes_cik"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name=op.f("fk_notes_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_notes")),
        comment="what users write on figures and on passages of documents",
    )
    op.create_index("ix_notes_cik_figure", "notes", ["cik", "figure"])
    op.create_index("ix_notes_document_id", "notes", ["document_id"])
    op.create_table(
        "filing_reviews",
        sa.Column("owner", sa.Text(), nullable=False, comment=_OWNER),
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("owner", "accession", name=op.f("pk_filing_reviews")),
        comment="which filings a user has read",
    )


def downgrade() -> None:
    op.drop_table("filing_reviews")
    op.drop_table("notes")
