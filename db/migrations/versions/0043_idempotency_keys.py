"""Answers to requests with an Idempotency-Key, sent again when the request is repeated; results of tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    op.execute("delete from tasks where kind in ('document', 'export')")
    op.execute("comment on column tasks.kind is 'report, embed'")
    op.drop_column("tasks", "result")
    op.drop_table("idempotency_keys")
