"""Notices of whatever answers to searches follow from, beside the companies that are notified already."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

# `workbench_changed` is the channel that db.operations.change_notifications listens on. A transaction sends each notice once.
_FUNCTION = """
    create function notice_of_search() returns trigger language plpgsql as $$
    begin
        perform pg_notify('workbench_changed', 'search');
        return null;
    end $$
"""
_TABLES = (
    "companies",
    "document_embeddings",
    "document_notes",
    "document_statements",
    "document_subjects",
    "documents",
    "embedding_models",
    "filing_sections",
    "fiscal_year_offsets",
    "passages",
    "sec_filings",
)


def upgrade() -> None:
    op.execute(sa.text(_FUNCTION))
    for table in _TABLES:
        op.execute(
            f"create trigger search_notice after insert or update or delete or truncate on {table}"
            " for each statement execute function notice_of_search()"
        )


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"drop trigger search_notice on {table}")
    op.execute("drop function notice_of_search()")
