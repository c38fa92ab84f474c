"""Runs of reports, kept, and schedules of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_schedules",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("notebook", sa.Text(), nullable=False),
        sa.Column("parameters", pg.JSONB(), nullable=False, comment="an open as_of is the day of each run"),
        sa.Column("cron", sa.Text(), nullable=False, comment="in UTC"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_report_schedules")),
        comment="reports that are run when their time comes",
    )
    op.create_table(
        "reports",
        sa.Column("report_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notebook", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parameters", pg.JSONB(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False, comment="code cells of the notebook"),
        sa.Column("cells_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("figures", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="how many it asked for"),
        sa.Column("error", sa.Text()),
        sa.Column("schedule", sa.Text(), comment="the name of the schedule that ran it, also when that is gone"),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("manifest", pg.JSONB(), comment="what it was made of; null until it has finished"),
        sa.Column("html_sha256", sa.Text(), comment="in the object store"),
        sa.Column("figures_file_sha256", sa.Text(), comment="in the object store: a line of JSON a figure"),
        sa.CheckConstraint("status in ('running', 'finished', 'failed')", name=op.f("ck_reports_status")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_reports")),
        comment="one row a run of a notebook",
    )
    op.create_index("ix_reports_started_at", "reports", [sa.text("started_at DESC")])


def downgrade() -> None:
    op.drop_table("reports")
    op.drop_table("report_schedules")
