-- One row a share, source and month. `return_ratio` is over the last price of the month before, 0.05 for five percent; it is
-- null for the first month of a series, after a month without prices, and where prices are not adjusted: a split would be one.
with months as (
    select
        ticker, source, month_on, bool_and(is_adjusted) as is_adjusted, count(*) as trading_days,
        max(traded_on) as last_traded_on, (array_agg(price order by traded_on desc))[1] as last_price,
        sum(volume_shares) as volume_shares
    from {{ ref("stg_daily_prices") }}
    group by ticker, source, month_on
),

following as (
    select
        *,
        lag(last_price) over series as price_before,
        lag(month_on) over series = (month_on - interval '1 month')::date as is_next
    from months
    window series as (partition by ticker, source order by month_on)
)

select
    ticker, source, month_on, is_adjusted, trading_days, last_traded_on, last_price, volume_shares,
    case when is_adjusted and is_next then last_price / nullif(price_before, 0) - 1 end as return_ratio
from following
