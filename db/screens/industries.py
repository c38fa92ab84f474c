"""Industries, by the code that the SEC gives each company today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from db.companies import get_companies
from db.screens.company_metrics import known
from workbench.domain.identity import Cik, Company


@dataclass(frozen=True, slots=True)
class Industry:
    """One SIC code with what the SEC calls it, how many companies with figures have it, and the largest of them."""

    sic: str
    description: str
    companies: int
    largest: tuple[Company, ...]


_SHARED = """
    with ranked as (
        select c.cik, c.sic, c.sic_description, count(*) over (partition by c.sic) as companies,
               row_number() over (
                   partition by c.sic
                   order by m.currency <> 'USD', m.currency, (m.figures ->> 'revenue')::numeric desc nulls last, c.cik
               ) as place
        from companies c
        join company_metrics m on m.cik = c.cik and m.basis = 'annual' and {when}
        where c.sic is not null
    )
    select sic, max(sic_description) as description, max(companies) as companies, array_agg(cik order by place) as ciks
    from ranked where place <= :largest and companies > 1
    group by sic order by max(companies) desc, sic limit :limit
"""


def shared_industries(
    connection: sa.Connection, *, as_of: date | None = None, limit: int = 6, largest: int = 5
) -> list[Industry]:
    """Industries of more than one company with annual figures by the end of `as_of` (None: now), the most companies first.

    Of each the `largest` by revenue, those that report in dollars before others.
    """
    bound = {"day": as_of, "limit": limit, "largest": largest}
    rows = connection.execute(sa.text(_SHARED.format(when=known("m", as_of))), bound).all()
    results = {each.cik.number: each for each in get_companies(connection, [Cik(cik) for row in rows for cik in row.ciks])}
    return [Industry(row.sic, row.description or "", row.companies, tuple(results[cik] for cik in row.ciks)) for row in rows]
