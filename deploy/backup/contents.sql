-- What a database holds, one thing a line, in any order: dump.sh writes it beside the dump, load.sh compares.
-- Names, definitions and counts that are the same on every server a dump may go to; psql runs it with --tuples-only --no-align.
select 'extension ' || extname || case extname when 'timescaledb' then ' ' || extversion else '' end
from pg_extension where extname <> 'plpgsql';

-- The relations that are the database's own: no extension's, no schema of TimescaleDB's.
\set own 'select c.oid, c.relkind, n.nspname || \'.\' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ \'^(pg_|_?timescaledb|information_schema$|toolkit_)\' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = \'e\')'

select format('select %L || count(*) from %s', 'table ' || name || ' rows ', oid::regclass)
from (:own) r where relkind in ('r', 'p') \gexec

select format('select %L || count(*) from %s', 'view ' || name || ' rows ', oid::regclass)
from (:own) r where relkind in ('v', 'm') \gexec

select 'column ' || r.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
from (:own) r join pg_attribute a on a.attrelid = r.oid
where r.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped;

select 'constraint ' || r.name || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
from (:own) r join pg_constraint c on c.conrelid = r.oid
where c.contype in ('p', 'u', 'f', 'c', 'x');

select 'index ' || r.name || ' ' || pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' INVALID' end
from (:own) r join pg_index i on i.indrelid = r.oid;

select 'trigger ' || r.name || ' ' || t.tgname
from (:own) r join pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal;

select 'function ' || n.nspname || '.' || p.proname
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = 'public' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

select exists (select from pg_extension where extname = 'timescaledb') as is_timescale \gset
\if :is_timescale
select 'hypertable ' || hypertable_schema || '.' || hypertable_name || ' chunks ' || num_chunks
    || ' compression ' || compression_enabled
from timescaledb_information.hypertables;
select 'aggregate ' || view_schema || '.' || view_name from timescaledb_information.continuous_aggregates;
select 'policy ' || proc_name || ' ' || coalesce(hypertable_name, '') || ' every ' || schedule_interval || ' ' || config
from timescaledb_information.jobs where job_id >= 1000;
\endif
