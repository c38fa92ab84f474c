"""The share classes that cover pages of reports list under their tickers."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed_share_classes",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False, comment="the ticker on the cover page, in the SEC's spelling"),
        sa.Column("member", sa.Text(), nullable=False, comment="of the axis of share classes in facts of this class"),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("cik", "accession", "symbol", name=op.f("pk_listed_share_classes")),
        comment="the share classes that cover pages of annual and quarterly reports list",
    )


def downgrade() -> None:
    op.drop_table("listed_share_classes")
