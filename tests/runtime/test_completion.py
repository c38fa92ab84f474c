"""What Tab offers within quotes, in the completer of IPython itself."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from db.companies import save_company
from db.engine import Database
from workbench.domain.errors import SourceError
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.runtime.completion import matcher, offer_names

DEERE = Company(Cik(315189), "DEERE & CO", (Listing(Ticker("DE")),))
DELL = Company(Cik(1571996), "Dell Technologies Inc.", (Listing(Ticker("DELL")),))
FORD = Company(Cik(37996), "FORD MOTOR CO", (Listing(Ticker("F")),))


def test_tickers_and_measures_within_quotes_and_nothing_outside(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.write() as connection:
        for company in (DEERE, DELL, FORD):
            save_company(connection, company)
    shell = InteractiveShell.instance()
    try:
        offer_names(database)

        def offered(line: str) -> list[str]:
            with provisionalcompleter():  # as the kernel of a notebook asks
                return [each.text for each in shell.Completer.completions(line, len(line))]

        assert {"DE", "DELL"} <= set(offered('wb.statement("de'))
        assert "F" not in offered('wb.statement("de')
        assert "net_margin" in offered('wb.compare(["DE"], "revenue, net_m')
        assert "DELL" not in offered("wb.dell")
        assert "DELL" not in offered('wb.statement("DE", del')
        monkeypatch.setattr(database, "read", _down)
        assert "debt_to_equity" in offered('wb.screen("de')
    finally:
        InteractiveShell.clear_instance()


def _down() -> None:
    raise SourceError("the database cannot be asked")


def test_another_interpreter_is_left_alone(database: Database) -> None:
    InteractiveShell.clear_instance()
    offer_names(database)
    assert matcher(database, lambda: 'wb.bars("')("") == []
