"""Accounts, API keys and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.text("true")),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.CheckConstraint("role in ('viewer', 'analyst', 'researcher', 'operator', 'administrator')", name="role"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("key_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    sa.Column("label", sa.Text, nullable=False, comment="what its owner calls it"),
    sa.Column("prefix", sa.Text, nullable=False, comment="how the key begins, to tell keys apart"),
    sa.Column("key_sha256", sa.Text, nullable=False, unique=True, comment="the key itself is not stored"),
    sa.Column("scopes", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("expires_at", sa.DateTime(timezone=True), comment="null: never"),
    sa.Column("last_used_at", sa.DateTime(timezone=True), comment="to the minute; null: never"),
    sa.Column("revoked_at", sa.DateTime(timezone=True), comment="null: still good"),
    sa.CheckConstraint("scopes <@ array['read', 'write'] and cardinality(scopes) > 0", name="scopes"),
    sa.Index(
        "uq_api_keys_user_id_label", "user_id", "label", unique=True, postgresql_where=sa.text("revoked_at is null")
    ),
)  # fmt: skip

# Triggers number and chain the entries, and refuse to change them (migration 0031).
audit_logs = sa.Table(
    "audit_logs",
    metadata,
    sa.Column("audit_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("detail", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column(
        "hash",
        pg.BYTEA,
        nullable=False,
        comment="SHA-256 of the hash of the entry before and this entry's text",
    ),
    sa.Index("ix_audit_logs_actor", "actor", "audit_id"),
    sa.Index("ix_audit_logs_at", "at"),
    sa.Index("ix_audit_logs_detail", "detail", postgresql_using="gin"),
)

audit_anchors = sa.Table(
    "audit_anchors",
    metadata,
    sa.Column("audit_id", sa.BigInteger, primary_key=True, autoincrement=False, comment="the last entry that went away"),
    sa.Column("hash", pg.BYTEA, nullable=False, comment="of that entry, with which the chain goes on"),
    sa.Column("removed_by", sa.Text, nullable=False),
    sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    comment="up to which entry the audit log was shortened",
)
