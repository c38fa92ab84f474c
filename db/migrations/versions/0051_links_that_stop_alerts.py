"""Links in mailed notifications that stop them."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "alert_notices",
        sa.Column(
            "unsubscribe_sha256", sa.Text(), comment="of the secret in the link that stops the alert's messages; null: no link"
        ),
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_alert_notices_unsubscribe_sha256", "alert_notices", ["unsubscribe_sha256"],
            postgresql_where=sa.text("unsubscribe_sha256 is not null"), postgresql_concurrently=True, if_not_exists=True,
        )  # fmt: skip


def downgrade() -> None:
    op.drop_column("alert_notices", "unsubscribe_sha256")
