"""Notes of documents; the title and head of a table with its later passages, and their words among those of the passage.

A trigger takes the place of the generated column: to change its expression would write the whole table again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_WORDS = """
create function words_of_passage() returns trigger language plpgsql as $$
begin
    new.words := to_tsvector('english', concat_ws(E'\\n', new.context, new.text));
    return new;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "document_notes",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("start_char", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("end_char", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="as printed"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name=op.f("fk_document_notes_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "start_char", name=op.f("pk_document_notes")),
        comment="where the notes to the financial statements stand in a document's text",
    )
    op.add_column(
        "passages",
        sa.Column("context", sa.Text(), comment="title, units, head and labels of a table within which the passage begins"),
    )
    op.execute("alter table passages alter column words drop expression")
    op.execute("comment on column passages.words is 'of context and text, by the trigger words_of_passage'")
    op.execute(_WORDS)
    op.execute(
        "create trigger words_of_passage before insert or update of context, text on passages"
        " for each row execute function words_of_passage()"
    )


def downgrade() -> None:
    op.execute("drop trigger words_of_passage on passages")
    op.execute("drop function words_of_passage()")
    op.execute("alter table passages drop column words")
    op.execute("alter table passages add column words tsvector generated always as (to_tsvector('english', text)) stored")
    op.execute("create index ix_passages_words on passages using gin (words)")
    op.drop_column("passages", "context")
    op.drop_table("document_notes")
