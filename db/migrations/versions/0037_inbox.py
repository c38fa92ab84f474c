"""When an owner read a notification in the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0033"
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


def downgrade() -> None:
    op.drop_index("ix_alert_notices_unread", table_name="alert_notices")
    op.drop_column("alert_notices", "read_at")
