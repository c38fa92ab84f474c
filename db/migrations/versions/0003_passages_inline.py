"""The words of a passage stand in its row: ranking reads thousands of them, and each would be a look-up elsewhere."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table passages set (toast_tuple_target = 8160)")


def downgrade() -> None:
    op.execute("alter table passages reset (toast_tuple_target)")
