"""Standard names: the mappings of extension concepts, the result of a check, and what comments call notifications."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OLD, _NEW = "reached_lines", "extension_concept_mappings"
# Table, column (None: the table itself) and its comments before and after.
_COMMENTS = (
    (
        "stored_statement_columns", "content",
        "JSON: the period, a figure with its facts a line, verdicts",
        "JSON: the period, a figure with its facts a line, check results",
    ),
    ("alert_rules", None, "what somebody wants to be told of", "what an owner wants to be notified of"),
    (
        "alert_notices", "subject",
        "with the rule the natural key: told once", "with the rule the natural key: sent once",
    ),
    ("alert_notices", "content", "what the reader is told", "what the notification says"),
    ("api_keys", "key_sha256", "the key itself is kept nowhere", "the key itself is not stored"),
    (
        "document_pages", None,
        "pages of documents that have them; those of filings are not kept",
        "pages of documents that have them; those of filings are not stored",
    ),
)  # fmt: skip


def upgrade() -> None:
    # Renames change the catalogue alone: rows, index entries and the predicate of the partial index stay as they are.
    _rename_table(_OLD, _NEW)
    _rename_result("verdict", "result")
    for table, column, _, after in _COMMENTS:
        _comment(table, column, after)


def downgrade() -> None:
    for table, column, before, _ in _COMMENTS:
        _comment(table, column, before)
    _rename_result("result", "verdict")
    _rename_table(_NEW, _OLD)


def _rename_table(old: str, new: str) -> None:
    op.rename_table(old, new)
    op.execute(f"alter index uq_{old}_place rename to uq_{new}_place")
    # PostgreSQL 18 names the constraints of columns that are not null too; earlier ones do not.
    named = sa.text("select conname from pg_constraint where conrelid = cast(:table as regclass) order by conname")
    for name in op.get_bind().scalars(named, {"table": new}).all():
        op.execute(f'alter table {new} rename constraint "{name}" to "{name.replace(old, new)}"')


def _rename_result(old: str, new: str) -> None:
    op.alter_column("statement_checks", old, new_column_name=new)
    op.execute(f"alter table statement_checks rename constraint ck_statement_checks_{old} to ck_statement_checks_{new}")


def _comment(table: str, column: str | None, comment: str) -> None:
    place = f"table {table}" if column is None else f"column {table}.{column}"
    op.execute(f"comment on {place} is '{comment}'")
