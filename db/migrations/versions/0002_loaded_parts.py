"""Which archived bytes are loaded; runs may be skipped."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OUTCOMES = "'saved', 'unchanged', 'failed', 'quarantined'"


def upgrade() -> None:
    op.create_table(
        "loaded_parts",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False, comment="submissions, facts"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False, comment="name and version of what read the bytes"),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_loaded_parts_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", "part", name=op.f("pk_loaded_parts")),
        comment="which archived bytes stand in the tables, so that the same bytes again are no work",
    )
    op.drop_constraint(op.f("ck_ingest_runs_outcome"), "ingest_runs")
    op.create_check_constraint(op.f("ck_ingest_runs_outcome"), "ingest_runs", f"outcome in ({_OUTCOMES}, 'skipped')")


def downgrade() -> None:
    op.execute("update ingest_runs set outcome = 'unchanged' where outcome = 'skipped'")
    op.drop_constraint(op.f("ck_ingest_runs_outcome"), "ingest_runs")
    op.create_check_constraint(op.f("ck_ingest_runs_outcome"), "ingest_runs", f"outcome in ({_OUTCOMES})")
    op.drop_table("loaded_parts")
