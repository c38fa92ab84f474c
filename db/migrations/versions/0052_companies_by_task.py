"""Tasks load companies, too: comments of their kind and result."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("comment on column tasks.kind is 'report, embed, document, export, company'")
    op.execute("comment on column tasks.result is 'what it made: the number of a document, the CIK of a company'")


def downgrade() -> None:
    op.execute("delete from tasks where kind = 'company'")
    op.execute("comment on column tasks.kind is 'report, embed, document, export'")
    op.execute("comment on column tasks.result is 'the number of the document that it added'")
