"""API keys, watchlists, what vendors answered, and switches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_responses",
        sa.Column("response_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="newsapi, alpha-vantage ..."),
        sa.Column("url", sa.Text(), nullable=False, comment="the question, without the key"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True, comment="why there is no answer, in our words"),
        sa.Column("sha256", sa.Text(), nullable=True, comment="of the bytes in the archive"),
        sa.Column("body", pg.JSONB(), nullable=True, comment="null for a refusal, and for an answer that is not JSON"),
        sa.CheckConstraint(
            "outcome in ('answered', 'rate_limited', 'refused', 'unavailable')", name=op.f("ck_api_responses_outcome")
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_api_responses")),
        comment="what vendors of prices and news answered, one row a request",
    )
    op.create_index(
        "ix_api_responses_body",
        "api_responses",
        ["body"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"body": "jsonb_path_ops"},
    )
    op.create_index(
        "ix_api_responses_source_received_at", "api_responses", ["source", sa.text("received_at desc")], unique=False
    )
    op.create_table(
        "feature_flags",
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("flag", name=op.f("pk_feature_flags")),
        comment="switches that differ from their default, or were set to it by hand",
    )
    op.create_table(
        "watchlists",
        sa.Column("watchlist_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="a user's name, or local for the person at this machine"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("watchlist_id", name=op.f("pk_watchlists")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_watchlists_owner_name")),
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, comment="what its owner calls it"),
        sa.Column("prefix", sa.Text(), nullable=False, comment="how the key begins, to tell keys apart"),
        sa.Column("key_sha256", sa.Text(), nullable=False, comment="the key itself is kept nowhere"),
        sa.Column("scopes", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True, comment="null: never"),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True, comment="to the minute; null: never"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True, comment="null: still good"),
        sa.CheckConstraint("scopes <@ array['read', 'write'] and cardinality(scopes) > 0", name=op.f("ck_api_keys_scopes")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_api_keys_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_api_keys_key_sha256")),
    )
    op.create_index(
        "uq_api_keys_user_id_label",
        "api_keys",
        ["user_id", "label"],
        unique=True,
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.create_table(
        "watchlist_members",
        sa.Column("watchlist_id", sa.Integer(), nullable=False),
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_watchlist_members_cik"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["watchlist_id"], ["watchlists.watchlist_id"], name=op.f("fk_watchlist_members_watchlist_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("watchlist_id", "cik", name=op.f("pk_watchlist_members")),
    )
    op.create_index(op.f("ix_watchlist_members_cik"), "watchlist_members", ["cik"], unique=False)


def downgrade() -> None:
    for table in ("watchlist_members", "watchlists", "api_keys", "feature_flags", "api_responses"):
        op.drop_table(table)
