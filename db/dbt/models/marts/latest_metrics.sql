-- One row a company and kind of period (annual, quarterly, ttm): the latest it has reported, in full units of `currency`.
select
    m.cik, c.ticker, c.name, c.sic, m.basis, m.period_label, m.period_end, m.known_from, m.currency,
    {{ figures("m", [
        "revenue", "gross_profit", "operating_income", "net_income", "eps_diluted", "operating_cash_flow", "free_cash_flow",
        "total_assets", "total_liabilities", "stockholders_equity", "net_debt", "revenue_growth", "net_income_growth",
        "gross_margin", "operating_margin", "net_margin", "free_cash_flow_margin", "return_on_assets", "return_on_equity",
        "return_on_invested_capital", "current_ratio", "debt_to_equity", "net_debt_to_ebitda", "interest_coverage",
        "asset_turnover", "payout_ratio"]) }}
from {{ ref("stg_latest_figures") }} m
join {{ ref("stg_companies") }} c using (cik)
