"""Who gets a scheduled report, how far each delivery is, and the notebook of a run that failed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    nobody = sa.text("'{}'::text[]")
    op.add_column(
        "report_schedules",
        sa.Column(
            "recipients", pg.ARRAY(sa.Text), nullable=False, server_default=nobody, comment="channels that get each report"
        ),
    )
    op.add_column("report_schedules", sa.Column("failure_channel", sa.Text, comment="where its owner reads that a run failed"))
    op.add_column(
        "reports",
        sa.Column(
            "failed_notebook_sha256", sa.Text, comment="in the object store: the notebook with the error of a failed run"
        ),
    )
    op.add_column("reports", sa.Column("cancel_requested_at", sa.DateTime(timezone=True)))
    op.create_table(
        "report_deliveries",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False, comment="the name of a channel, or webhook: and its name"),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'pending'")),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.CheckConstraint("state in ('pending', 'sending', 'sent', 'failed')", name=op.f("ck_report_deliveries_state")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.report_id"], name=op.f("fk_report_deliveries_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "recipient", name=op.f("pk_report_deliveries")),
        comment="one row a report run and recipient",
    )
    op.create_index(
        "ix_report_deliveries_due_at",
        "report_deliveries",
        ["due_at"],
        postgresql_where=sa.text("state in ('pending', 'sending')"),
    )


def downgrade() -> None:
    op.drop_table("report_deliveries")
    op.drop_column("reports", "cancel_requested_at")
    op.drop_column("reports", "failed_notebook_sha256")
    op.drop_column("report_schedules", "failure_channel")
    op.drop_column("report_schedules", "recipients")
