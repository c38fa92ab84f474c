"""Where a filing's own document marks its facts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inline_readings",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False, comment="name and version of what read the bytes"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome in ('read', 'none', 'unreadable')", name=op.f("ck_inline_readings_outcome")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name=op.f("fk_inline_readings_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_inline_readings")),
        comment="which archived documents were read for inline XBRL; none: the document has none",
    )
    op.create_table(
        "fact_elements",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place among the numeric elements of the document"),
        sa.Column("element_id", sa.Text()),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.SmallInteger(), nullable=False),
        sa.Column("dimensions_id", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), comment="null for an instant"),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(), comment="null for nil"),
        sa.Column("decimals", sa.SmallInteger(), comment="-6: exact to the million; null: exact"),
        sa.Column("start_char", sa.Integer(), comment="in the extracted text; null for an element nobody sees"),
        sa.Column("end_char", sa.Integer()),
        sa.Column("printed", sa.Text(), comment="the text from start_char to end_char"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name=op.f("fk_fact_elements_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["concept_id"], ["concepts.concept_id"], name=op.f("fk_fact_elements_concept_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_fact_elements_unit_id")),
        sa.ForeignKeyConstraint(
            ["dimensions_id"], ["dimension_sets.dimensions_id"], name=op.f("fk_fact_elements_dimensions_id")
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_fact_elements")),
        comment="where a filing's own document marks its XBRL facts",
    )


def downgrade() -> None:
    op.drop_table("fact_elements")
    op.drop_table("inline_readings")
