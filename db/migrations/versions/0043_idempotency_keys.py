"""Idempotency keys with the answers to their requests, results of tasks, and an index of restatements by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None

_INDEX = "ix_stored_restatements_filed_on"


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.Text(), nullable=False, comment="the user who sent it"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False, comment="of the method, path, parameters and body"),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.SmallInteger(), comment="of the answer; null while the request is being answered"),
        sa.Column("headers", pg.JSONB(), comment="of the answer, pairs of name and value"),
        sa.Column("body", sa.LargeBinary(), comment="of the answer"),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency_keys")),
        comment="answers to requests with an Idempotency-Key, sent again when the request is repeated",
    )
    op.create_index("ix_idempotency_keys_begun_at", "idempotency_keys", ["begun_at"])
    op.add_column("tasks", sa.Column("result", sa.Text(), comment="the number of the document that it added"))
    op.execute("comment on column tasks.kind is 'report, embed, document, export'")
    with op.get_context().autocommit_block():
        # Its index is built while others read and write: it waits for transactions that are older, and nobody waits for it.
        op.execute("set lock_timeout = 0")
        op.execute(f"drop index concurrently if exists {_INDEX}")  # of a migration that was cut short
        op.execute(f"create index concurrently {_INDEX} on stored_restatements (filed_on, cik, place)")
        op.execute("set lock_timeout = '15s'")


def downgrade() -> None:
    op.drop_index(_INDEX, "stored_restatements")
    op.execute("delete from tasks where kind in ('document', 'export')")
    op.execute("comment on column tasks.kind is 'report, embed'")
    op.drop_column("tasks", "result")
    op.drop_table("idempotency_keys")
