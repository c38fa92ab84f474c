"""What each company says of itself as one vector a report, and the companies nearest to each."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import Vector

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_profiles",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.SmallInteger(), nullable=False),
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False, comment="how many vectors the mean is of"),
        sa.Column("embedding", Vector(), nullable=False, comment="mean of the vectors of Items 1 and 1A"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.document_id"],
            name=op.f("fk_company_profiles_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["embedding_models.model_id"], name=op.f("fk_company_profiles_model_id_embedding_models")
        ),
        sa.PrimaryKeyConstraint("document_id", "model_id", name=op.f("pk_company_profiles")),
        comment="what a company says of itself in one annual report",
    )
    op.create_index("ix_company_profiles_model_id_cik_filed_on", "company_profiles", ["model_id", "cik", "filed_on"])
    op.create_table(
        "company_similarity",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("other_document_id", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.SmallInteger(), nullable=False),
        sa.Column("text_similarity", sa.Double(), nullable=False, comment="cosine of the two profiles"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.document_id"],
            name=op.f("fk_company_similarity_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_document_id"],
            ["documents.document_id"],
            name=op.f("fk_company_similarity_other_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["embedding_models.model_id"], name=op.f("fk_company_similarity_model_id_embedding_models")
        ),
        sa.PrimaryKeyConstraint("document_id", "other_document_id", "model_id", name=op.f("pk_company_similarity")),
        comment="the companies whose newest report is nearest to each company's newest one",
    )


def downgrade() -> None:
    op.drop_table("company_similarity")
    op.drop_index("ix_company_profiles_model_id_cik_filed_on", table_name="company_profiles")
    op.drop_table("company_profiles")
