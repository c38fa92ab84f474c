-- One row a company, with its first share class.
select c.cik, t.ticker, c.name, c.sic, c.sic_description
from {{ source("workbench", "companies") }} c
left join {{ source("workbench", "company_tickers") }} t on t.cik = c.cik and t.position = 0
