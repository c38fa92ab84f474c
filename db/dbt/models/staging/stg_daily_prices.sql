-- One row a share, source and trading day. A series has an adjusted price only where its source adjusts all of it.
select
    ticker,
    source,
    traded_on,
    date_trunc('month', traded_on)::date as month_on,
    case when count(adjusted_close) over series = count(*) over series then adjusted_close else close end as price,
    count(adjusted_close) over series = count(*) over series as is_adjusted,
    volume_shares
from {{ source("workbench", "stock_prices") }}
window series as (partition by ticker, source)
