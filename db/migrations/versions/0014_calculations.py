"""How filings say their own figures add up."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calculation_linkbases",
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.Text(), comment="the archived bytes; null where the filing has none"),
        sa.Column("reader", sa.Text(), nullable=False, comment="name and version of what read the bytes"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("outcome in ('read', 'none', 'unreadable')", name=op.f("ck_calculation_linkbases_outcome")),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_calculation_linkbases_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("accession", name=op.f("pk_calculation_linkbases")),
        comment="which filings' calculation linkbases were read; none: the filing has none",
    )
    op.create_index("ix_calculation_linkbases_cik", "calculation_linkbases", ["cik"])
    op.create_table(
        "calculation_arcs",
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place among the arcs of the linkbase"),
        sa.Column("role", sa.Text(), nullable=False, comment="the statement or note"),
        sa.Column("total_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Numeric(), nullable=False, comment="what the term is multiplied by in the total"),
        sa.ForeignKeyConstraint(
            ["accession"], ["calculation_linkbases.accession"], name=op.f("fk_calculation_arcs_accession"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["total_id"], ["concepts.concept_id"], name=op.f("fk_calculation_arcs_total_id")),
        sa.ForeignKeyConstraint(["term_id"], ["concepts.concept_id"], name=op.f("fk_calculation_arcs_term_id")),
        sa.PrimaryKeyConstraint("accession", "ordinal", name=op.f("pk_calculation_arcs")),
        comment="which concepts make up which total, as a filing says",
    )
    op.create_table(
        "reached_lines",
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("accession", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False, comment="income, balance, cashflow"),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.SmallInteger(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("period_start", sa.Date(), comment="null for an instant"),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_reached_lines_cik"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["accession"], ["calculation_linkbases.accession"], name=op.f("fk_reached_lines_accession"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.concept_id"], name=op.f("fk_reached_lines_concept_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_reached_lines_unit_id")),
        comment="concepts outside the concept map that a filing's own calculations prove to be a line",
    )
    op.create_index(
        "uq_reached_lines_place",
        "reached_lines",
        ["cik", "accession", "statement", "line", "concept_id", "unit_id", "period_end", "period_start"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_table("reached_lines")
    op.drop_table("calculation_arcs")
    op.drop_table("calculation_linkbases")
