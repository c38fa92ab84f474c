"""Units of work that failed, with their error, until they are done; and which companies' figures are of which rules."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "failed_units",
        sa.Column("kind", sa.Text(), nullable=False, comment="of work: facts, filing, metrics, notices ..."),
        sa.Column("unit", sa.Text(), nullable=False, comment="what failed: a company, an accession, a rule ..."),
        sa.Column("error_type", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False, comment="file, line and function that raised it"),
        sa.Column("data_version", sa.Text(), nullable=False, comment="of what it worked on; empty: not known"),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, comment="over this data by this code"),
        sa.Column("is_quarantined", sa.Boolean(), nullable=False, comment="passed over until data or code are others"),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "unit", name=op.f("pk_failed_units")),
        comment="units of work that failed, and were not done since",
    )
    op.create_index("ix_failed_units_last_failed_at", "failed_units", [sa.literal_column("last_failed_at DESC")])
    # Read by each question over all companies, whose figures are of these rules or are none.
    op.create_index(
        "ix_company_metric_states_reader",
        "company_metric_states",
        ["reader", "cik"],
        postgresql_ops={"reader": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_company_metric_states_reader", table_name="company_metric_states")
    op.drop_table("failed_units")
