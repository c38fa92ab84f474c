-- One row a company and fiscal year, by the facts known now, in full units of `currency`.
with years as (
    select cik, period_end, min(fiscal_year) as fiscal_year, min(currency) as currency
    from {{ ref("stg_annual_figures") }}
    group by cik, period_end
    -- A balance sheet date without a year that ends on it is the opening of the first year, not one of its own.
    having bool_or(statement <> 'balance')
)

select
    y.cik, c.ticker, c.name, c.sic, y.fiscal_year, y.period_end, y.currency,
    {{ figures("i", [
        "revenue", "cost_of_revenue", "gross_profit", "research_and_development", "selling_general_administrative",
        "operating_income", "interest_expense", "income_before_tax", "income_tax", "net_income", "eps_basic", "eps_diluted",
        "weighted_average_shares_diluted", "dividends_per_share"]) }},
    {{ figures("b", [
        "cash_and_equivalents", "receivables", "inventory", "current_assets", "property_plant_equipment_net", "goodwill",
        "total_assets", "accounts_payable", "current_liabilities", "long_term_debt", "total_liabilities",
        "stockholders_equity", "total_equity", "liabilities_and_equity"]) }},
    {{ figures("f", [
        "operating_cash_flow", "depreciation_amortization", "share_based_compensation", "capital_expenditure",
        "investing_cash_flow", "dividends_paid", "share_repurchases", "financing_cash_flow", "net_change_in_cash",
        "free_cash_flow"]) }}
from years y
join {{ ref("stg_companies") }} c using (cik)
left join {{ ref("stg_annual_figures") }} i on i.cik = y.cik and i.period_end = y.period_end and i.statement = 'income'
left join {{ ref("stg_annual_figures") }} b on b.cik = y.cik and b.period_end = y.period_end and b.statement = 'balance'
left join {{ ref("stg_annual_figures") }} f on f.cik = y.cik and f.period_end = y.period_end and f.statement = 'cashflow'
