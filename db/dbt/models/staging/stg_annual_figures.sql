-- One row a company, statement and fiscal year.
select cik, statement, period_end, fiscal_year, period_label, currency, figures
from {{ source("workbench", "annual_figures") }}
