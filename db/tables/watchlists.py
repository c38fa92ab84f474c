"""Watchlists."""

from __future__ import annotations

import sqlalchemy as sa

from db.tables.base import NOW, metadata, shared_with

watchlists = sa.Table(
    "watchlists",
    metadata,
    sa.Column("watchlist_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, comment="a user's name, or local for the person at this machine"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    shared_with(),
    sa.UniqueConstraint("owner", "name"),
)

watchlist_members = sa.Table(
    "watchlist_members",
    metadata,
    sa.Column("watchlist_id", sa.ForeignKey("watchlists.watchlist_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("cik", sa.ForeignKey("companies.cik", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
)
