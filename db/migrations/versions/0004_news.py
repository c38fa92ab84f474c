"""News articles and the companies they speak of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "news_articles",
        sa.Column("article_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="canonical: one page, one address"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sentiment", sa.Double(), nullable=True, comment="-1 to 1 by sentiment_method; null when it says nothing"),
        sa.Column("sentiment_method", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_news_articles")),
        sa.UniqueConstraint("url", name=op.f("uq_news_articles_url")),
    )
    op.create_index(op.f("ix_news_articles_published_at"), "news_articles", ["published_at"])
    op.create_table(
        "news_mentions",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("cik", sa.BigInteger(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False, comment="0 to 1"),
        sa.Column("rule", sa.Text(), nullable=False, comment="the rule that found the company in the article"),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["news_articles.article_id"],
            name=op.f("fk_news_mentions_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["cik"], ["companies.cik"], name=op.f("fk_news_mentions_cik"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "cik", name=op.f("pk_news_mentions")),
    )
    op.create_index(op.f("ix_news_mentions_cik"), "news_mentions", ["cik"])


def downgrade() -> None:
    op.drop_table("news_mentions")
    op.drop_table("news_articles")
