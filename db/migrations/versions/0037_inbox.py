"""When an owner read a notification in the inbox; what changed most in items of the newest reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TEXT = "when its owner read it in the inbox; null: not yet"


def upgrade() -> None:
    # What was found before there was an inbox counts as read. A default that is one value for all rows touches none of them.
    column: sa.Column[object] = sa.Column(
        "read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), comment=_TEXT
    )
    op.add_column("alert_notices", column)
    op.alter_column("alert_notices", "read_at", server_default=None)
    op.create_index(
        "ix_alert_notices_unread", "alert_notices", ["rule_id"],
        postgresql_where=sa.text("read_at is null and state <> 'known'"),
    )  # fmt: skip
    op.create_table(
        "item_changes",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("accession", sa.Text(), nullable=False, comment="the newer report"),
        sa.Column("item", sa.Text(), nullable=False, comment="as in an address: 1A, II-1A; empty: nothing to compare with"),
        sa.Column("old_accession", sa.Text(), comment="the report before it"),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("changed_ratio", sa.Double(), nullable=False, comment="share of the words that differ, 0 to 1"),
        sa.Column("changes", sa.Integer(), nullable=False, comment="how many paragraphs changed"),
        sa.Column("weight", sa.Double(), nullable=False, comment="of the weightiest change, in bits"),
        sa.Column("notable", pg.JSONB(), nullable=False, comment="the weightiest changes: kind, weight and words"),
        sa.Column("rules", sa.SmallInteger(), nullable=False, comment="the version of the rules that it was computed by"),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_item_changes_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "accession", "item", name=op.f("pk_item_changes")),
        comment="what changed most in items of each company's newest reports, computed ahead",
    )
    op.create_index("ix_item_changes_filed_on", "item_changes", [sa.text("filed_on desc"), sa.text("weight desc")])


def downgrade() -> None:
    op.drop_table("item_changes")
    op.drop_index("ix_alert_notices_unread", table_name="alert_notices")
    op.drop_column("alert_notices", "read_at")
