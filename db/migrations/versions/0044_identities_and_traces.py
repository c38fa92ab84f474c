"""Accounts at identity providers, and users without a password; the trace of a task; links that stop reports."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="who the user is at the issuer; mail addresses identify nobody"
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sets_role", sa.Boolean(), nullable=False, comment="whether the role follows the provider's groups"),
        sa.Column("linked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name=op.f("fk_provider_identities_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_provider_identities")),
        comment="accounts at identity providers with which users sign in",
    )
    op.create_index(op.f("ix_provider_identities_user_id"), "provider_identities", ["user_id"])
    op.alter_column("users", "password_hash", nullable=True, comment="null: the user signs in with a provider alone")
    op.add_column(
        "tasks", sa.Column("traceparent", sa.Text(), comment="the span that queued it (W3C Trace Context); null: no traces")
    )
    op.add_column(
        "report_deliveries",
        sa.Column(
            "unsubscribe_sha256", sa.Text(), comment="of the secret in the link that stops these reports; null: no link"
        ),
    )
    op.create_index("ix_report_deliveries_unsubscribe_sha256", "report_deliveries", ["unsubscribe_sha256"])


def downgrade() -> None:
    op.execute("update users set password_hash = '!' where password_hash is null")  # a hash that no password has
    op.alter_column("users", "password_hash", nullable=False, comment=None)
    op.drop_table("provider_identities")
    op.drop_column("tasks", "traceparent")
    op.drop_column("report_deliveries", "unsubscribe_sha256")
