"""Five roles, and owners of documents, reports and schedules, which they may share with roles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ROLES = "('viewer', 'analyst', 'researcher', 'operator', 'administrator')"
_OWNER = "a user's name, or local for the person at this machine"
_SHARED = "the roles that may read it"
_SHARED_TABLES = ("documents", "reports", "report_schedules", "watchlists", "alert_rules")


def upgrade() -> None:
    op.drop_constraint(op.f("ck_users_role"), "users")
    op.execute("update users set role = 'viewer' where role = 'reader'")
    op.create_check_constraint(op.f("ck_users_role"), "users", f"role in {_ROLES}")
    # Columns whose default is a constant are added without touching a row.
    op.add_column(
        "documents", sa.Column("owner", sa.Text(), comment="of an upload, a user's name or local; null: everybody's")
    )
    for table in ("reports", "report_schedules"):
        op.add_column(table, sa.Column("owner", sa.Text(), server_default=sa.text("'local'"), nullable=False, comment=_OWNER))
    for table in _SHARED_TABLES:
        shared: sa.Column[list[str]] = sa.Column(
            "shared_with", pg.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False, comment=_SHARED
        )
        op.add_column(table, shared)
    # Until now everybody saw these: nothing that somebody reads goes away.
    documents = sa.table("documents", sa.column("owner"), sa.column("shared_with"), sa.column("origin"))
    is_upload = documents.c.origin == "upload"
    op.execute(sa.update(documents).where(is_upload).values(owner="local", shared_with=_everybody()))
    for table in ("reports", "report_schedules"):
        op.execute(sa.update(sa.table(table, sa.column("shared_with"))).values(shared_with=_everybody()))
    # What companies have in common does not follow from uploads; the next embedding fills it again.
    uploads = sa.select(sa.column("document_id", sa.BigInteger())).select_from(documents).where(is_upload)
    similar = sa.table("company_similarity", sa.column("document_id"), sa.column("other_document_id"))
    op.execute(sa.delete(similar).where(sa.or_(similar.c.document_id.in_(uploads), similar.c.other_document_id.in_(uploads))))
    profiles = sa.table("company_profiles", sa.column("document_id"))
    op.execute(sa.delete(profiles).where(profiles.c.document_id.in_(uploads)))
    op.drop_index("uq_documents_upload_sha256", table_name="documents")
    op.create_index(
        "uq_documents_upload_owner_sha256", "documents", ["owner", "sha256"],
        unique=True, postgresql_where=sa.text("origin = 'upload'"),
    )  # fmt: skip
    op.execute(
        "alter table documents add constraint ck_documents_owner check ((origin = 'upload') = (owner is not null)) not valid"
    )
    op.execute("alter table documents validate constraint ck_documents_owner")


def _everybody() -> sa.TextClause:
    return sa.text("array['viewer', 'analyst', 'researcher', 'operator', 'administrator']")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_documents_owner"), "documents")
    op.drop_index("uq_documents_upload_owner_sha256", table_name="documents")
    # Of the same bytes that several people added, the first stays.
    op.execute(
        "delete from documents d using documents e where d.origin = 'upload' and e.origin = 'upload'"
        " and d.sha256 = e.sha256 and d.document_id > e.document_id"
    )
    op.create_index(
        "uq_documents_upload_sha256", "documents", ["sha256"], unique=True, postgresql_where=sa.text("origin = 'upload'")
    )
    for table in reversed(_SHARED_TABLES):
        op.drop_column(table, "shared_with")
    for table in ("report_schedules", "reports", "documents"):
        op.drop_column(table, "owner")
    op.drop_constraint(op.f("ck_users_role"), "users")
    op.execute("update users set role = 'reader' where role = 'viewer'")
    op.execute("update users set role = 'analyst' where role = 'researcher'")
    # Operators had more than a reader has: an administrator has to say what becomes of them.
    op.execute("update users set role = 'reader' where role = 'operator'")
    op.create_check_constraint(op.f("ck_users_role"), "users", "role in ('administrator', 'analyst', 'reader')")
