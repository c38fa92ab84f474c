"""Completion in IPython: within quotes, Tab offers tickers, and the names of lines, ratios and valuation measures."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from db.companies import search_companies
from db.engine import Database
from workbench.domain.errors import WorkbenchError
from workbench.domain.measures.catalogue import screened_measures

# An open quote before the word: an even number of quotes of its kind came before it.
_IN_QUOTES = re.compile(r"""^(?:[^"']|"[^"]*"|'[^']*')*["'][^"']*$""")
_MOST = 30


def offer_names(database: Database) -> None:
    """Adds the completion to the IPython that runs, such as a notebook's kernel; does nothing in another interpreter."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.Completer.custom_matchers.append(matcher(database, lambda: str(shell.Completer.text_until_cursor)))


def matcher(database: Database, line: Callable[[], str]) -> Callable[[str], list[str]]:
    """The function that IPython asks for what a word may become; `line` is the text before the cursor."""

    def matches(word: str) -> list[str]:
        if not word or not _IN_QUOTES.match(line()):
            return []
        return [*_tickers(database, word), *(name for name in screened_measures() if name.startswith(word.lower()))]

    return matches


def _tickers(database: Database, word: str) -> list[str]:
    try:
        with database.read() as connection:
            companies = search_companies(connection, word, limit=_MOST)
    except WorkbenchError:  # Tab never raises
        return []
    symbols = [listing.ticker.symbol for company in companies for listing in company.listings]
    return [symbol for symbol in symbols if symbol.startswith(word.upper())]
