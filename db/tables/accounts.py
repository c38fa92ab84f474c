"""Accounts, sessions, API keys and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("password_hash", sa.Text, comment="null: the user signs in with a provider alone"),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.text("true")),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("channel", sa.Text, comment="notification channel that reaches the user; null: none"),
    sa.CheckConstraint("role in ('viewer', 'analyst', 'researcher', 'operator', 'administrator')", name="role"),
)

provider_identities = sa.Table(
    "provider_identities",
    metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True, comment="who the user is at the issuer; mail addresses identify nobody"),
    sa.Column("user_id", sa.ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("sets_role", sa.Boolean, nullable=False, comment="whether the role follows the provider's groups"),
    sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    comment="accounts at identity providers with which users sign in",
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("session_id", pg.UUID(as_uuid=False), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("cookie_sha256", sa.Text, unique=True, comment="of a browser; the cookie itself is not stored"),
    sa.Column("method", sa.Text, nullable=False, comment="how the user signed in"),
    sa.Column("address", sa.Text, nullable=False, comment="from which the user signed in"),
    sa.Column("client", sa.Text, nullable=False, comment="the browser or program, by its User-Agent header"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW, comment="to the minute"),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True), comment="null: not before it expires"),
    sa.Column("end_reason", sa.Text),
    sa.CheckConstraint("kind in ('browser', 'program')", name="kind"),
    sa.CheckConstraint("(kind = 'browser') = (cookie_sha256 is not null)", name="cookie"),
    sa.CheckConstraint("(ended_at is null) = (end_reason is null)", name="ended"),
    sa.Index("ix_sessions_expires_at", "expires_at"),
    comment="sign-ins of browsers and programs, each until it expires or is ended",
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    sa.Column("token_sha256", sa.Text, primary_key=True, comment="the token itself is not stored"),
    sa.Column("session_id", sa.ForeignKey("sessions.session_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("used_at", sa.DateTime(timezone=True), comment="null: not yet; a second use ends the session"),
    sa.Column("used_from", sa.Text, comment="the address"),
    comment="each is exchanged once for an access token and the next refresh token of its session",
)

signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("kid", sa.Text, primary_key=True, comment="names the key in the head of a token"),
    sa.Column("sealed_key", sa.LargeBinary, nullable=False, comment="encrypted with a key of the settings"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("verifies_until", sa.DateTime(timezone=True), comment="null: it signs, or verifies until the next rotation"),
    comment="keys that sign access tokens; the newest signs, those before it verify until their tokens have ended",
)

second_factors = sa.Table(
    "second_factors",
    metadata,
    sa.Column("user_id", sa.ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sealed_secret", sa.LargeBinary, nullable=False, comment="encrypted with a key of the settings"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("confirmed_at", sa.DateTime(timezone=True), comment="null: not asked for yet"),
    sa.Column("last_step", sa.BigInteger, nullable=False, server_default=sa.text("0"), comment="of the last code, in 30 s"),
    comment="secrets of one-time codes (TOTP)",
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("user_id", sa.ForeignKey("second_factors.user_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("code_sha256", sa.Text, primary_key=True),
    sa.Column("used_at", sa.DateTime(timezone=True), comment="null: not yet"),
    comment="codes that replace a one-time code, each once",
)

password_resets = sa.Table(
    "password_resets",
    metadata,
    sa.Column("token_sha256", sa.Text, primary_key=True, comment="the link itself is not stored"),
    sa.Column("user_id", sa.ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    comment="one-time links with which a user sets a new password",
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
