"""When the end of a task was asked for; names of report schedules are each owner's own."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tasks", sa.Column("cancel_requested_at", sa.DateTime(timezone=True), comment="when its owner asked for its end")
    )
    op.drop_constraint("pk_report_schedules", "report_schedules")
    op.create_primary_key("pk_report_schedules", "report_schedules", ["owner", "name"])
    op.execute("comment on column reports.schedule is 'the name of its owner''s schedule that ran it, also when that is gone'")


def downgrade() -> None:
    op.execute("comment on column reports.schedule is 'the name of the schedule that ran it, also when that is gone'")
    # The schedules of all but the first owner of a name get the owner's name added.
    op.execute(
        "update report_schedules s set name = s.name || '-' || s.owner where exists"
        " (select from report_schedules o where o.name = s.name and o.owner < s.owner)"
    )
    op.drop_constraint("pk_report_schedules", "report_schedules")
    op.create_primary_key("pk_report_schedules", "report_schedules", ["name"])
    op.drop_column("tasks", "cancel_requested_at")
