"""Latest figures know of which version of the facts they are, so that a new filing changes only what follows from it."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column(
        "facts_version", sa.BigInteger, comment="that of fact_versions they were computed from; null: not known"
    )
    op.add_column("company_metric_states", column)


def downgrade() -> None:
    op.drop_column("company_metric_states", "facts_version")
