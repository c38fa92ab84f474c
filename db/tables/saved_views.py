"""Saved views of the screen, chart and comparison pages."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables.base import NOW, metadata, shared_with

saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("view_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, comment="a user's name, or local for the person at this machine"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("parameters", pg.JSONB, nullable=False, comment="those of its page that are set, as text by name"),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    shared_with(),
    sa.UniqueConstraint("owner", "name"),
    sa.CheckConstraint("kind in ('screen', 'chart', 'comparison')", name="kind"),
    comment="screens, charts and comparisons that somebody saved under a name",
)
