"""The audit log is append-only and chained by hashes; old entries go away behind an anchor that keeps the chain verifiable."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# The text whose hash continues the chain. An array of JSON has one spelling in `jsonb`, whatever is in its fields.
_TEXT = """
create function audit_log_text(entry audit_logs) returns text language sql stable as $$
  select jsonb_build_array(entry.audit_id, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                           entry.actor, entry.action, entry.detail)::text
$$
"""
# One transaction at a time continues the chain; its entries have the numbers that follow.
_CHAIN = """
create function chain_audit_log() returns trigger language plpgsql as $$
declare
  last record;
begin
  perform pg_advisory_xact_lock(4702111221);
  select audit_id, hash into last from audit_logs order by audit_id desc limit 1;
  new.audit_id := coalesce(last.audit_id, 0) + 1;
  new.hash := sha256(coalesce(last.hash, ''::bytea) || convert_to(audit_log_text(new), 'UTF8'));
  return new;
end
$$
"""
_KEEP = """
create function keep_audit_log() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name = 'audit_logs' then
    if exists (select from audit_anchors where audit_id >= old.audit_id) then
      return old;
    end if;
  end if;
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end
$$
"""
# An anchor is the hash of the last entry that goes away. The newest entry stays, and so does what is not old.
_ANCHOR = """
create function check_audit_anchor() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(4702111221);
  if not exists (select from audit_logs where audit_id = new.audit_id and hash = new.hash)
     or not exists (select from audit_logs where audit_id > new.audit_id)
     or exists (select from audit_logs where audit_id <= new.audit_id and at > now() - interval '30 days') then
    raise exception 'audit entries stay for 30 days, and the newest one for ever' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$
"""
_TRIGGERS = (
    "create trigger chained before insert on audit_logs for each row execute function chain_audit_log()",
    "create trigger kept before update or delete on audit_logs for each row execute function keep_audit_log()",
    "create trigger kept_whole before truncate on audit_logs for each statement execute function keep_audit_log()",
    "create trigger checked before insert on audit_anchors for each row execute function check_audit_anchor()",
    "create trigger kept before update or delete on audit_anchors for each row execute function keep_audit_log()",
    "create trigger kept_whole before truncate on audit_anchors for each statement execute function keep_audit_log()",
)
_CHAIN_WHAT_IS_THERE = """
do $$
declare
  entry audit_logs;
  last bytea := ''::bytea;
begin
  for entry in select * from audit_logs order by audit_id loop
    last := sha256(last || convert_to(audit_log_text(entry), 'UTF8'));
    update audit_logs set hash = last where audit_id = entry.audit_id;
  end loop;
end
$$
"""


def upgrade() -> None:
    op.add_column(
        "audit_logs",
        sa.Column("hash", pg.BYTEA(), comment="SHA-256 of the hash of the entry before and this entry's text"),
    )
    op.create_table(
        "audit_anchors",
        sa.Column("audit_id", sa.BigInteger(), nullable=False, autoincrement=False, comment="the last entry that went away"),
        sa.Column("hash", pg.BYTEA(), nullable=False, comment="of that entry, with which the chain goes on"),
        sa.Column("removed_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_anchors")),
        comment="up to which entry the audit log was shortened",
    )
    for function in (_TEXT, _CHAIN, _KEEP, _ANCHOR, _CHAIN_WHAT_IS_THERE):
        op.execute(function)
    op.alter_column("audit_logs", "hash", nullable=False)
    op.create_index("ix_audit_logs_actor", "audit_logs", ["actor", "audit_id"])
    for trigger in _TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    for trigger in ("chained", "kept", "kept_whole"):
        op.execute(f"drop trigger {trigger} on audit_logs")
    op.drop_table("audit_anchors")
    for function in ("check_audit_anchor()", "keep_audit_log()", "chain_audit_log()", "audit_log_text(audit_logs)"):
        op.execute(f"drop function {function}")
    op.drop_index("ix_audit_logs_actor", table_name="audit_logs")
    op.drop_column("audit_logs", "hash")
