-- One row a company and kind of period: what is known now.
select cik, basis, known_from, period_label, period_end, currency, figures
from {{ source("workbench", "company_metrics") }}
where known_until is null
