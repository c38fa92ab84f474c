"""A number for each company that is another after each change of its facts."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact_versions",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="one more after each change of the company's facts"),
        sa.PrimaryKeyConstraint("cik", name=op.f("pk_fact_versions")),
        comment="by which an answer that follows from a company's facts is known to hold still",
    )


def downgrade() -> None:
    op.drop_table("fact_versions")
