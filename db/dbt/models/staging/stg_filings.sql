-- One row a filing and filer.
select cik, accession, form, filed_on, date_trunc('month', filed_on)::date as month_on
from {{ source("workbench", "sec_filings") }}
