"""Settings that administrators set in the browser, encrypted; running processes are notified of a change."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0052"
branch_labels = None
depends_on = None

# `workbench_changed` is the channel that db.operations.change_notifications listens on.
_FUNCTION = """
    create function notice_of_settings() returns trigger language plpgsql as $$
    begin
        perform pg_notify('workbench_changed', 'settings');
        return null;
    end $$
"""


def upgrade() -> None:
    op.create_table(
        "stored_settings",
        sa.Column("name", sa.Text, comment="its place among the settings, such as alpha_vantage.api_key"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the value, encrypted"),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_stored_settings"),
        comment="settings that administrators set in the browser; the environment goes before them",
    )
    op.execute(sa.text(_FUNCTION))
    op.execute(
        "create trigger settings_notice after insert or update or delete or truncate on stored_settings"
        " for each statement execute function notice_of_settings()"
    )


def downgrade() -> None:
    op.drop_table("stored_settings")
    op.execute("drop function notice_of_settings()")
