"""When an embedding model was complete, and the mean vector of a filing."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import Vector

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "embedding_models",
        sa.Column(
            "completed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="first time that no passage lacked its vector; null before",
        ),
    )
    op.create_table(
        "filing_vectors",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.SmallInteger(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False, comment="how many vectors the mean is of"),
        sa.Column("embedding", Vector(), nullable=False, comment="mean of the vectors of the document's passages"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.document_id"],
            name=op.f("fk_filing_vectors_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["embedding_models.model_id"], name=op.f("fk_filing_vectors_model_id_embedding_models")
        ),
        sa.PrimaryKeyConstraint("document_id", "model_id", name=op.f("pk_filing_vectors")),
    )


def downgrade() -> None:
    op.drop_table("filing_vectors")
    op.drop_column("embedding_models", "completed_at")
