"""What filings changed, stored beside the facts it follows from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_restatement_lists",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False, comment="the rules it was computed by"),
        sa.Column("facts_version", sa.BigInteger(), nullable=False, comment="that of fact_versions it was computed from"),
        sa.Column("filings_from", sa.Date(), nullable=True, comment="when the first filing with figures was filed"),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_stored_restatement_lists_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cik", name=op.f("pk_stored_restatement_lists")),
        comment="companies whose restatements are stored; valid while reader and version are the current ones",
    )
    op.create_table(
        "stored_restatements",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False, comment="0 is what matters most"),
        sa.Column("kind", sa.Text(), nullable=False, comment="the kind of the change that matters most"),
        sa.Column("kinds", pg.ARRAY(sa.Text()), nullable=False, comment="the kinds of all its changes"),
        sa.Column("filed_on", sa.Date(), nullable=False, comment="when the filing that changed it was filed"),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON: each changed period with both facts"),
        sa.ForeignKeyConstraint(
            ["cik"],
            ["stored_restatement_lists.cik"],
            name=op.f("fk_stored_restatements_cik"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cik", "place", name=op.f("pk_stored_restatements")),
        comment="a concept that a filing changed, one row over all its periods",
    )


def downgrade() -> None:
    op.drop_table("stored_restatements")
    op.drop_table("stored_restatement_lists")
