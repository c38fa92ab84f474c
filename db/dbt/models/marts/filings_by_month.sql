-- One row a form and month of filing.
select form, month_on, count(distinct accession) as filings, count(distinct cik) as companies
from {{ ref("stg_filings") }}
group by form, month_on
