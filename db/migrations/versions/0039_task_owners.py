"""Whose a task is, and that it was cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_STATUS = "status in ('queued', 'running', 'finished', 'failed'{more})"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("owner", sa.Text(), comment="the user who asked for it; none for the workbench's own"))
    _replace_status(", 'cancelled'")


def downgrade() -> None:
    op.execute("update tasks set status = 'failed', error = 'cancelled' where status = 'cancelled'")
    _replace_status("")
    op.drop_column("tasks", "owner")


def _replace_status(more: str) -> None:
    """Checks new rows at once, and those that are there without holding up who writes."""
    name = op.f("ck_tasks_status")
    op.drop_constraint(name, "tasks")
    op.create_check_constraint(name, "tasks", sa.text(_STATUS.format(more=more)), postgresql_not_valid=True)
    op.execute(f"alter table tasks validate constraint {name}")
