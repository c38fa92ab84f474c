"""A market of made companies in the tables that screens read, and what such a market is filled up with."""

from __future__ import annotations

import json

import sqlalchemy as sa

from db.engine import Database
from db.statements.rules_digest import RULES, SIC
from workbench.domain.as_of import today
from workbench.domain.measures.valuation import multiples

_MARKET = """
insert into companies (cik, name, sic) select n, 'Company ' || n, (1000 + n)::text from generate_series(1, :n) n;

insert into company_tickers (ticker, cik, position) select 'T' || n, n, 0 from generate_series(1, :n) n;

insert into fact_versions (cik, version) select n, 3 from generate_series(1, :n) n;

insert into company_metric_states (cik, reader, days)
select n, :rules || (1000 + n), '{"2024-01-02": 1}' from generate_series(1, :n) n;

insert into company_metrics (cik, basis, known_from, period_label, period_end, currency, figures)
select n, basis, :day - 90, 'FY 2024', :day - 120, 'USD',
       cast(:figures as jsonb) || jsonb_build_object('revenue', n * 1e6)
from generate_series(1, :n) n, unnest(array['annual', 'ttm', 'quarterly']) basis;

insert into company_values (cik, reader, facts_version, listed, holds_until, traded_on, figures, reasons)
select n, :rules || (1000 + n) || ' state ', 3, 'T' || n, :day + 6, :day - 1,
       case when n % 10 = 0 then '{}' else jsonb_build_object('pe', n % 40 + 1, 'market_cap', n * 1e7, 'pb', n % 7) end,
       case when n % 10 = 0 then '{"pe": "no_share_count"}'::jsonb else '{}' end
from generate_series(1, :n - :unpriced) n;

insert into company_value_states (cik, reader, facts_version, listed, examined_until)
select n, :rules || (1000 + n) || ' state ', 3, 'T' || n, :day from generate_series(1, :n - :unpriced) n;

insert into company_value_terms (cik, known_from, known_until, source, terms)
select n, :day - 90 * stretch, :day - 90 * (stretch - 1), 'vendor',
       jsonb_build_object('shares', (n * 1e5)::text, 'splits', '[1, 1]'::jsonb, 'measures', cast(:terms as jsonb)
           || case when n % 10 = 0 then '{"pe": "no_share_count"}'::jsonb
              else jsonb_build_object('pe', jsonb_build_array('0', '1', (n * 1e6 / (n % 40 + 1))::text, '0')) end)
from generate_series(1, :n - :unpriced) n, generate_series(1, 40) stretch;

insert into stock_prices (ticker, source, traded_on, open, high, low, close, volume_shares)
select 'T' || n, 'vendor', :day - d, 10, 10, 10, 10, 100
from generate_series(1, :n - :unpriced) n, generate_series(1, 60) d
"""


# Of each made company, out of what recorded companies and documents have: as if it had filed the same under its own numbers.
_FACTS = """
insert into financial_metrics
    (cik, concept_id, unit_id, dimensions_id, period_start, period_end, filed_on, value, accession, form)
select n, f.concept_id, f.unit_id, f.dimensions_id, f.period_start, f.period_end, f.filed_on, f.value, f.accession, f.form
from generate_series(1, :n) n, lateral (
    select * from financial_metrics where cik = (cast(:sources as bigint[]))[n % cardinality(cast(:sources as bigint[])) + 1]
    order by filed_on desc, accession limit :each) f
"""
_INDEX = """
insert into sec_filings (cik, accession, form, filed_on, report_on, items, primary_document, is_xbrl)
select n, lpad(n::text, 10, '0') || substr(f.accession, 11), f.form, f.filed_on, f.report_on, f.items, f.primary_document,
       f.is_xbrl
from generate_series(1, :n) n, lateral (
    select * from sec_filings where cik = (cast(:sources as bigint[]))[n % cardinality(cast(:sources as bigint[])) + 1]
    order by filed_on desc limit :each) f
on conflict do nothing
"""
_TEXT = """
create temporary table recorded on commit drop as
select row_number() over (order by p.passage_id) - 1 as number, p.*, e.model_id, e.embedding
from passages p join document_embeddings e using (passage_id);

create unique index on recorded (number);

alter table passages disable trigger words_of_passage;

insert into documents (origin, name, cik, accession, form, filed_on, sha256, text_sha256, extractor, chars)
select 'filing', 'made.htm', n, lpad(n::text, 10, '0') || '-24-000001', '10-K', date '2024-11-01', '', '', 'made/1', 1
from generate_series(1, :n) n;

insert into passages (document_id, ordinal, start_char, end_char, part, item, page, text, cik, form, filed_on, words, context)
select d.document_id, k, r.start_char, r.end_char, r.part, r.item, r.page, r.text, d.cik, d.form, d.filed_on, r.words,
       r.context
from documents d, generate_series(0, :each - 1) k
join recorded r on true
where d.extractor = 'made/1' and r.number = (d.cik * :each + k) % (select count(*) from recorded);

insert into document_embeddings (passage_id, model_id, embedding)
select p.passage_id, r.model_id, r.embedding
from documents d join passages p using (document_id)
join recorded r on r.number = (d.cik * :each + p.ordinal) % (select count(*) from recorded)
where d.extractor = 'made/1';

alter table passages enable trigger words_of_passage
"""


def fill(database: Database, companies: int, *, unpriced: int) -> None:
    """Companies 1, 2, 3 … with figures of three kinds of period; all but the last `unpriced` have closes and stored values."""
    figures = json.dumps({f"measure_{number}": 1234567890123 + number for number in range(120)})
    terms = json.dumps({name: ["1000000", "1", "123456789", "0"] for name in multiples()})
    asked = {
        "terms": terms,
        "n": companies,
        "unpriced": unpriced,
        "rules": f"{RULES}{SIC}",
        "day": today(),
        "figures": figures,
    }
    _execute(database, _MARKET.replace(":day", "cast(:day as date)"), asked)
    tidy(database)


def file_reports(database: Database, companies: int, sources: list[int], *, facts: int, filings: int, passages: int) -> None:
    """For each of the first `companies` so many facts and index rows of the `sources`, and passages of all that are there."""
    _execute(database, _FACTS, {"n": companies, "sources": sources, "each": facts})
    _execute(database, _INDEX, {"n": companies, "sources": sources, "each": filings})
    _execute(database, _TEXT, {"n": companies, "each": passages})
    tidy(database)


def tidy(database: Database) -> None:
    """Statistics as after the night's work."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze"))


def _execute(database: Database, statements: str, asked: dict[str, object]) -> None:
    with database.write() as connection:
        for statement in statements.split(";\n\n"):
            bound = {name: value for name, value in asked.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), bound)
