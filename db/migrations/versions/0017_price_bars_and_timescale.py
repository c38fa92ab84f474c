"""Weekly and monthly bars and filings per day as views; hypertables and continuous aggregates where TimescaleDB is loaded.

Names and columns are the same with and without TimescaleDB: no query knows which it asks. What was chosen, and by which
figures: `docs/decisions/0024-timescaledb.md`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Days a chunk when the table is made; settings may change it for chunks to come.
_CHUNK_DAYS = {"stock_prices": 365, "market_events": 365}
_TIME = {"stock_prices": "traded_on", "market_events": "filed_on"}
_SEGMENT = {"stock_prices": "ticker, source", "market_events": "event_type"}
_ORDER = {"stock_prices": "traded_on", "market_events": "filed_on, cik, accession, item"}
_BUCKETS = {"weekly_prices": "week", "monthly_prices": "month"}

_PLAIN_BARS = """
create view {view} as
select ticker, source, date_trunc('{unit}', traded_on)::date as starts_on, max(traded_on) as last_traded_on,
       (array_agg(open order by traded_on))[1] as open, max(high) as high, min(low) as low,
       (array_agg(close order by traded_on desc))[1] as close,
       sum(volume_shares) as volume_shares, count(*) as trading_days
from stock_prices group by ticker, source, date_trunc('{unit}', traded_on)::date
"""

_CONTINUOUS_BARS = """
create materialized view {view} with (timescaledb.continuous, timescaledb.materialized_only = false) as
select ticker, source, time_bucket(interval '1 {unit}', traded_on) as starts_on, max(traded_on) as last_traded_on,
       first(open, traded_on) as open, max(high) as high, min(low) as low, last(close, traded_on) as close,
       sum(volume_shares) as volume_shares, count(*) as trading_days
from stock_prices group by ticker, source, time_bucket(interval '1 {unit}', traded_on)
with no data
"""

_FILINGS_PER_DAY = """
create view filings_per_day as
select form, filed_on, count(distinct accession) as filings from sec_filings group by form, filed_on
"""


def upgrade() -> None:
    if _loads_timescaledb():
        op.execute("create extension if not exists timescaledb")
        for table in _TIME:
            _make_hypertable(table)
        with op.get_context().autocommit_block():
            for view, unit in _BUCKETS.items():
                op.execute(_CONTINUOUS_BARS.format(view=view, unit=unit))
                op.execute(
                    f"select add_continuous_aggregate_policy('{view}', start_offset => null,"
                    f" end_offset => interval '1 {unit}', schedule_interval => interval '1 hour')"
                )
    else:
        _key_events("cik", "accession", "item", "filed_on")
        for view, unit in _BUCKETS.items():
            op.execute(_PLAIN_BARS.format(view=view, unit=unit))
    op.execute(_FILINGS_PER_DAY)
    op.create_table(
        "event_archives",
        sa.Column("archive_id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False, comment="the first filing date in it"),
        sa.Column("before_on", sa.Date(), nullable=False, comment="every event filed before is archived, here or earlier"),
        sa.Column("key", sa.Text(), nullable=False, comment="of the Parquet file in the object store"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("archive_id", name=op.f("pk_event_archives")),
        sa.UniqueConstraint("key", name=op.f("uq_event_archives_key")),
        comment="market events that left the table, as Parquet",
    )


def downgrade() -> None:
    op.drop_table("event_archives")
    op.execute("drop view filings_per_day")
    if _is_hypertable("stock_prices"):
        for view in _BUCKETS:
            op.execute(f"drop materialized view {view}")
        for table in _TIME:
            _make_plain(table)
    else:
        for view in _BUCKETS:
            op.execute(f"drop view {view}")
        _key_events("cik", "accession", "item")


def _loads_timescaledb() -> bool:
    # Making an extension that the server did not preload ends the session; its loader defines this setting.
    on_offer = sa.text(
        "select exists (select from pg_available_extensions where name = 'timescaledb')"
        " and current_setting('timescaledb.disable_load', true) is not null"
    )
    return bool(op.get_bind().scalar(on_offer))


def _is_hypertable(table: str) -> bool:
    bind = op.get_bind()
    if bind.scalar(sa.text("select to_regclass('timescaledb_information.hypertables')")) is None:
        return False
    found = sa.text("select exists (select from timescaledb_information.hypertables where hypertable_name = :name)")
    return bool(bind.scalar(found, {"name": table}))


def _key_events(*columns: str) -> None:
    """Gives market_events another primary key; its index is built while others read and write."""
    names = ", ".join(columns)
    with op.get_context().autocommit_block():
        # It waits for transactions that are older, and nobody waits for it.
        op.execute("set lock_timeout = 0")
        op.execute("drop index concurrently if exists pk_market_events_new")  # of a migration that was cut short
        op.execute(f"create unique index concurrently pk_market_events_new on market_events ({names})")
        op.execute("set lock_timeout = '15s'")
    op.execute("alter table market_events drop constraint pk_market_events")
    op.execute("alter table market_events add constraint pk_market_events primary key using index pk_market_events_new")


def _make_hypertable(table: str) -> None:
    _copy_aside(table)
    if table == "market_events":
        op.execute("alter table market_events_new add primary key (cik, accession, item, filed_on)")
    op.execute(
        f"select create_hypertable('{table}_new', by_range('{_TIME[table]}', interval '{_CHUNK_DAYS[table]} days'),"
        " create_default_indexes => false)"
    )
    _swap(table)
    op.execute(
        f"alter table {table} set (timescaledb.compress, timescaledb.compress_segmentby = '{_SEGMENT[table]}',"
        f" timescaledb.compress_orderby = '{_ORDER[table]}')"
    )
    op.execute(f"select add_compression_policy('{table}', interval '30 days')")


def _make_plain(table: str) -> None:
    _copy_aside(table)
    if table == "market_events":
        op.execute("alter table market_events_new add primary key (cik, accession, item)")
    _swap(table)


def _copy_aside(table: str) -> None:
    """An empty table of the same columns, checks, comments and indexes. Others may read meanwhile, and write afterwards."""
    op.execute(f"lock table {table} in share row exclusive mode")
    op.execute(f"create table {table}_new (like {table} including all excluding indexes)")
    if table == "stock_prices":
        op.execute("alter table stock_prices_new add primary key (ticker, source, traded_on)")


def _swap(table: str) -> None:
    comment = op.get_bind().scalar(sa.text("select obj_description(cast(:name as regclass))"), {"name": table})
    op.execute(f"insert into {table}_new select * from {table} order by {_TIME[table]}")  # noqa: S608
    op.execute(f"drop table {table}")
    op.execute(f"alter table {table}_new rename to {table}")
    op.execute(f"alter table {table} rename constraint {table}_new_pkey to pk_{table}")
    if comment:
        op.create_table_comment(table, comment)
    if table == "market_events":
        op.execute(
            "alter table market_events add constraint fk_market_events_cik foreign key (cik) references companies"
            " on delete cascade"
        )
        op.execute("create index ix_market_events_cik_filed_on on market_events (cik, filed_on desc)")
        op.execute("create index ix_market_events_event_type_filed_on on market_events (event_type, filed_on desc)")
