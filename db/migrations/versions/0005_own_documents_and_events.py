"""Pages of documents, the same bytes once among those that people add, and the items of current reports as events."""

import json

import sqlalchemy as sa
from alembic import op

from workbench.domain.filings.events import EVENT_KINDS, UNKNOWN

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _name_index(where: str) -> None:
    op.drop_index("uq_documents_origin_name", table_name="documents")
    op.create_index(
        "uq_documents_origin_name",
        "documents",
        ["origin", "cik", "name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text(where),
    )


def upgrade() -> None:
    _name_index("accession is null and origin <> 'upload'")
    op.create_index(
        "uq_documents_upload_sha256", "documents", ["sha256"], unique=True, postgresql_where=sa.text("origin = 'upload'")
    )
    op.create_table(
        "document_pages",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("start_char", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True, comment="what the document calls the page, where that is not its number"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name=op.f("fk_document_pages_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "number", name=op.f("pk_document_pages")),
        comment="pages of documents that have them; those of filings are not kept",
    )
    op.create_table(
        "market_events",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False, comment="as Form 8-K numbers it: 2.02, before 23 August 2004: 12"),
        sa.Column("event_type", sa.Text(), nullable=False, comment="unknown for an item that the form's list has not"),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("report_on", sa.Date(), nullable=True, comment="of the earliest event reported"),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("source in ('index', 'document', 'both')", name=op.f("ck_market_events_source")),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_market_events_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "accession", "item", name=op.f("pk_market_events")),
        comment="items of current reports (Form 8-K): one row an item a filing",
    )
    op.create_index("ix_market_events_cik_filed_on", "market_events", ["cik", sa.text("filed_on DESC")])
    op.create_index("ix_market_events_event_type_filed_on", "market_events", ["event_type", sa.text("filed_on DESC")])
    _fill_events()


def _fill_events() -> None:
    """The events of filings that are here already; what saves them from now on is the same."""
    kinds = [{"item": item, "event_type": kind.event_type} for item, kind in EVENT_KINDS.items()]
    op.get_bind().execute(
        sa.text(
            "insert into market_events (cik, accession, item, event_type, form, report_on, filed_on, source) "
            "select distinct filing.cik, filing.accession, named.item, coalesce(kind.event_type, :unknown), filing.form, "
            "filing.report_on, filing.filed_on, 'index' from sec_filings filing cross join unnest(filing.items) named(item) "
            "left join jsonb_to_recordset(cast(:kinds as jsonb)) kind(item text, event_type text) on kind.item = named.item "
            "where filing.form ~ '^8-K(/|12|15|$)'"
        ),
        {"kinds": json.dumps(kinds), "unknown": UNKNOWN},
    )


def downgrade() -> None:
    op.drop_table("market_events")
    op.drop_table("document_pages")
    op.drop_index("uq_documents_upload_sha256", table_name="documents")
    # Two documents of one name could be told apart by their bytes; the older index tells them by name alone.
    op.execute(
        "update documents set name = name || ' (' || document_id || ')' where origin = 'upload' and exists (select from "
        "documents other where other.origin = 'upload' and other.cik is not distinct from documents.cik "
        "and other.name = documents.name and other.document_id < documents.document_id)"
    )
    _name_index("accession is null")
