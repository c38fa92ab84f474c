"""Screens, charts and comparisons that somebody saved under a name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("view_id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="a user's name, or local for the person at this machine"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", pg.JSONB(), nullable=False, comment="those of its page that are set, as text by name"),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "shared_with",
            pg.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
            comment="the roles that may read it",
        ),
        sa.CheckConstraint("kind in ('screen', 'chart', 'comparison')", name=op.f("ck_saved_views_kind")),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_views_owner_name")),
        comment="screens, charts and comparisons that somebody saved under a name",
    )


def downgrade() -> None:
    op.drop_table("saved_views")
