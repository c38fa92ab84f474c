"""The first tab of a company's page: the statement, trends, the share price, news, and companies like it."""

from __future__ import annotations

import panel as pn

from db.engine import Connection
from db.market.news import list_news
from db.market.overviews import overview_of
from db.market.prices import price_series
from workbench.domain.as_of import today
from workbench.domain.identity import Company
from workbench.domain.market.prices import PriceSeries
from workbench.pages.company.profile_panel import profile
from workbench.pages.company.similar_panel import similar_table
from workbench.pages.company.statement_panel import StatementPanel
from workbench.pages.company.tabs import TabContent, reading
from workbench.pages.frame.charts import CHART_HEIGHT, is_adjusted, price_chart
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import day
from workbench.pages.frame.messages import waiting
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.market.news_list import news_list
from workbench.runtime import Workbench
from workbench.search.similar import similar_companies

_TEMPLATE = "company/overview_tab.html"
_NEWS_SHOWN = 8
_SIMILAR_SHOWN = 5


def overview_tab(workbench: Workbench, company: Company, selection: Selection) -> TabContent:
    """The statement and the news at once, the rest when the page is on the screen."""
    as_of = selection.as_of
    with workbench.database.read() as connection:
        news = list_news(connection, company.cik, as_of=as_of, limit=_NEWS_SHOWN)
        overview = overview_of(connection, company.cik, as_of=as_of)
    statements = StatementPanel(workbench, company, selection)
    # The height of its chart from the start, so that the cards below do not move when it is drawn.
    empty = HtmlPanel(fragment("frame/markup.html", "head", "Share price"))
    prices = pn.Column(empty, sizing_mode="stretch_width", min_height=CHART_HEIGHT)
    similar = HtmlPanel(waiting())

    def show_prices(connection: Connection) -> None:
        # Adjusted closes are anchored at the last known day, so that the line ends at the traded price.
        known = price_series(connection, company.ticker, as_of=as_of or today()) if company.ticker else None
        prices.param.update(objects=_price_panels(company, known), min_height=None)

    def show_similar(connection: Connection) -> None:
        companies = similar_companies(connection, workbench.embedder.model, company, as_of=as_of, limit=_SIMILAR_SHOWN)
        similar.html = similar_table(companies, selection)

    panels: dict[str, pn.viewable.Viewable] = {
        "statement": statements.table,
        "trends": statements.trends,
        "prices": prices,
        "news": HtmlPanel(news_list(news, selection)),
        "similar": similar,
        **({"profile": HtmlPanel(profile(overview))} if overview is not None else {}),
        "sources": statements.sources,
    }
    steps = (statements.show_trends, *(reading(workbench, show) for show in (show_prices, show_similar)))
    return TabContent(panels, steps, statements.on_event, plain=("sources",))


def _price_panels(company: Company, prices: PriceSeries | None) -> list[pn.viewable.Viewable]:
    if prices is None or not prices.bars:
        reason = prices.notice if prices else f"{company.display_name} has no listed share class."
        return [HtmlPanel(fragment(_TEMPLATE, "no_price", reason))]
    last = prices.bars[-1]
    basis = "adjusted for splits and dividends" if is_adjusted(prices) else "as traded, not adjusted for splits"
    head = fragment(_TEMPLATE, "price_head", f"{last.close:,.2f}", day(last.traded_on), f"{prices.ticker}, {basis}")
    return [HtmlPanel(head), price_chart(prices), HtmlPanel(fragment(_TEMPLATE, "price_note", prices.notice))]
