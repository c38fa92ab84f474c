"""Sessions, signing keys, second factors and one-time links; changes of callers are notified."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_CHANNEL = "workbench_changed"  # db/operations/change_notifications.py listens on it

# The subject of a notification is its first argument and the column that the second one names: session:6f1c...
_FUNCTION = f"""
    create function notice_of_row() returns trigger language plpgsql as $$
    begin
        perform pg_notify('{_CHANNEL}', tg_argv[0] || ':' || (to_jsonb(coalesce(old, new)) ->> tg_argv[1]));
        return null;
    end $$
"""
# The last use of sessions and keys changes all the time and says nothing about them.
_TRIGGERS = {
    "sessions": ("update of ended_at, expires_at or delete", "'session', 'session_id'"),
    "users": ("update of role, is_active, password_hash or delete", "'user', 'user_id'"),
    "api_keys": ("update of revoked_at, expires_at, scopes or delete", "'user', 'user_id'"),
    "signing_keys": ("insert or update or delete", "'signing_key', 'kid'"),
}
_TABLES = ("password_resets", "recovery_codes", "second_factors", "signing_keys", "refresh_tokens", "sessions")


def upgrade() -> None:
    op.add_column("users", sa.Column("channel", sa.Text(), comment="notification channel that reaches the user; null: none"))
    _sessions()
    _second_factors()
    _links()
    op.execute(sa.text(_FUNCTION.replace(":", r"\:")))
    for table, (events, arguments) in _TRIGGERS.items():
        op.execute(
            f"create trigger notice_of_row after {events} on {table} for each row execute function notice_of_row({arguments})"
        )


def downgrade() -> None:
    for table in _TRIGGERS:
        op.execute(f"drop trigger notice_of_row on {table}")
    op.execute("drop function notice_of_row()")
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("users", "channel")


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", pg.UUID(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cookie_sha256", sa.Text(), comment="of a browser; the cookie itself is not stored"),
        sa.Column("method", sa.Text(), nullable=False, comment="how the user signed in"),
        sa.Column("address", sa.Text(), nullable=False, comment="from which the user signed in"),
        sa.Column("client", sa.Text(), nullable=False, comment="the browser or program, by its User-Agent header"),
        _at("created_at"),
        _at("last_used_at", comment="to the minute"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), comment="null: not before it expires"),
        sa.Column("end_reason", sa.Text()),
        sa.CheckConstraint("kind in ('browser', 'program')", name=op.f("ck_sessions_kind")),
        sa.CheckConstraint("(kind = 'browser') = (cookie_sha256 is not null)", name=op.f("ck_sessions_cookie")),
        sa.CheckConstraint("(ended_at is null) = (end_reason is null)", name=op.f("ck_sessions_ended")),
        _user("sessions"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("cookie_sha256", name=op.f("uq_sessions_cookie_sha256")),
        comment="sign-ins of browsers and programs, each until it expires or is ended",
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_sha256", sa.Text(), nullable=False, comment="the token itself is not stored"),
        sa.Column("session_id", pg.UUID(as_uuid=False), nullable=False),
        _at("created_at"),
        sa.Column("used_at", sa.DateTime(timezone=True), comment="null: not yet; a second use ends the session"),
        sa.Column("used_from", sa.Text(), comment="the address"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_refresh_tokens_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_refresh_tokens")),
        comment="each is exchanged once for an access token and the next refresh token of its session",
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"])
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Text(), nullable=False, comment="names the key in the head of a token"),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False, comment="encrypted with a key of the settings"),
        _at("created_at"),
        sa.Column("verifies_until", sa.DateTime(timezone=True), comment="null: it signs, or verifies until the next rotation"),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
        comment="keys that sign access tokens; the newest signs, those before it verify until their tokens have ended",
    )


def _second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False, comment="encrypted with a key of the settings"),
        _at("created_at"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), comment="null: not asked for yet"),
        sa.Column(
            "last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False, comment="of the last code, in 30 s"
        ),
        _user("second_factors"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
        comment="secrets of one-time codes (TOTP)",
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), comment="null: not yet"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["second_factors.user_id"], name=op.f("fk_recovery_codes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_sha256", name=op.f("pk_recovery_codes")),
        comment="codes that replace a one-time code, each once",
    )


def _links() -> None:
    op.create_table(
        "password_resets",
        sa.Column("token_sha256", sa.Text(), nullable=False, comment="the link itself is not stored"),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _at("created_at"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _user("password_resets"),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_password_resets")),
        comment="one-time links with which a user sets a new password",
    )
    op.create_index(op.f("ix_password_resets_user_id"), "password_resets", ["user_id"])


def _at(name: str, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False, comment=comment)


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE")
