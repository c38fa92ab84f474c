"""Since when a column of a stored statement has been what it is, and for which splits its figures are adjusted."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "stored_statements",
        sa.Column("splits", sa.Text(), comment="JSON: the stock splits for which its figures are adjusted; null: not known"),
    )
    op.add_column(
        "stored_statement_columns",
        sa.Column("settled_on", sa.Date(), comment="as of this and later days it is the same; null: not known"),
    )


def downgrade() -> None:
    op.drop_column("stored_statement_columns", "settled_on")
    op.drop_column("stored_statements", "splits")
