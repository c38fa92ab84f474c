"""Queued tasks, stored answers with the version of what they follow from, and notices of whatever answers follow from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# `workbench_changed` is the channel that db.operations.change_notifications listens on.
_FUNCTIONS = {
    # What a company's statements and ratios follow from: an answer of an older version is never sent again.
    "answers_of_row": """
    begin
        insert into answer_versions as v (cik, version)
        select cik, 1 from (select distinct unnest(array[old.cik, new.cik]) as cik) as changed
        where cik is not null order by cik
        on conflict (cik) do update set version = v.version + 1;
        perform pg_notify('workbench_changed', 'company:' || coalesce(new.cik, old.cik));
        return null;
    end
    """,
    "answers_of_rows": """
    begin
        insert into answer_versions as v (cik, version) select distinct cik, 1 from changed order by cik
        on conflict (cik) do update set version = v.version + 1;
        perform pg_notify('workbench_changed', 'company:' || cik) from (select distinct cik from changed) as each;
        return null;
    end
    """,
    "notice_of_filings": """
    begin
        perform pg_notify('workbench_changed', 'company:' || cik) from (select distinct cik from changed) as each;
        if tg_op <> 'INSERT' then
            perform pg_notify('workbench_changed', 'filing:' || accession)
            from (select distinct accession from changed) as each;
        end if;
        return null;
    end
    """,
    "notice_of_document": """
    begin
        perform pg_notify('workbench_changed', 'filing:' || accession)
        from (select distinct unnest(array[old.accession, new.accession]) as accession) as changed
        where accession is not null;
        return null;
    end
    """,
    "notice_of_sections": """
    begin
        perform pg_notify('workbench_changed', 'filing:' || d.accession)
        from (select distinct document_id from changed) as each join documents d using (document_id)
        where d.accession is not null;
        return null;
    end
    """,
    "notice_of_task": """
    begin
        perform pg_notify('workbench_changed', 'tasks');
        return null;
    end
    """,
}
_ROW_TRIGGERS = (
    ("companies", "answers", "update", "answers_of_row"),
    ("company_tickers", "answers", "insert or update or delete", "answers_of_row"),
    ("fact_versions", "answers", "insert or update", "answers_of_row"),
    ("company_metric_states", "answers", "insert or update or delete", "answers_of_row"),
    ("documents", "notice", "insert or update or delete", "notice_of_document"),
)
_STATEMENT_TRIGGERS = (("tasks", "notice", "insert", "notice_of_task"),)
# A trigger that sees the changed rows of a whole statement is for one kind of statement.
_TRANSITION_TRIGGERS = (
    ("statement_checks", "answers_of_rows"),
    ("sec_filings", "notice_of_filings"),
    ("filing_sections", "notice_of_sections"),
)
_KINDS = {"insert": "new", "update": "new", "delete": "old"}


def upgrade() -> None:
    _create_tables()
    for name, body in _FUNCTIONS.items():
        text = f"create function {name}() returns trigger language plpgsql as $$ {body} $$"
        op.execute(sa.text(text.replace(":", r"\:")))
    for table, name, events, function in _ROW_TRIGGERS:
        op.execute(f"create trigger {name} after {events} on {table} for each row execute function {function}()")
    for table, name, events, function in _STATEMENT_TRIGGERS:
        op.execute(f"create trigger {name} after {events} on {table} for each statement execute function {function}()")
    for table, function in _TRANSITION_TRIGGERS:
        for kind, which in _KINDS.items():
            op.execute(
                f"create trigger {kind}_notice after {kind} on {table} referencing {which} table as changed"
                f" for each statement execute function {function}()"
            )


def _create_tables() -> None:
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="report, embed"),
        sa.Column("parameters", pg.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False, comment="how often it was started"),
        sa.Column("queued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.CheckConstraint("status in ('queued', 'running', 'finished', 'failed')", name=op.f("ck_tasks_status")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_tasks")),
        comment="work that requests leave to the process that runs jobs",
    )
    op.create_index(
        op.f("ix_tasks_kind_task_id"), "tasks", ["kind", "task_id"],
        postgresql_where=sa.text("status in ('queued', 'running')"),
    )  # fmt: skip
    op.create_index(op.f("ix_tasks_finished_at"), "tasks", ["finished_at"])
    op.create_table(
        "answer_versions",
        sa.Column("cik", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="one more after each change"),
        sa.PrimaryKeyConstraint("cik", name=op.f("pk_answer_versions")),
        comment="the version of all that a company's statements and ratios follow from; triggers count it",
    )
    op.create_table(
        "stored_answers",
        sa.Column("question", sa.Text(), nullable=False, comment="path and parameters"),
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="that of answer_versions it follows from"),
        sa.Column("code", sa.Text(), nullable=False, comment="a digest of the code that wrote it"),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("gzipped", sa.LargeBinary(), nullable=False, comment="the JSON, compressed"),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("question", name=op.f("pk_stored_answers")),
        comment="answers of the API as they are sent",
    )
    op.create_index(op.f("ix_stored_answers_stored_at"), "stored_answers", ["stored_at"])
    # It is compressed already.
    op.execute("alter table stored_answers alter column gzipped set storage external")


def downgrade() -> None:
    for table, _ in _TRANSITION_TRIGGERS:
        for kind in _KINDS:
            op.execute(f"drop trigger {kind}_notice on {table}")
    for table, name, *_ in (*_ROW_TRIGGERS, *_STATEMENT_TRIGGERS):
        op.execute(f"drop trigger {name} on {table}")
    for name in _FUNCTIONS:
        op.execute(f"drop function {name}()")
    for table in ("stored_answers", "answer_versions", "tasks"):
        op.drop_table(table)
