"""A workbench with reports of one company in which each kind of change occurs once, and its server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.engine import Database
from tests import two_reports
from tests.browser import serve
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.runtime import Workbench
from workbench.settings import Settings


@pytest.fixture(scope="package")
def reports(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("reports")
    database, objects = Database(clone(postgres_url, "page_reports")), FolderStore(home / "objects")
    with database.write() as connection:
        two_reports.save(connection, objects)
    yield Workbench(Settings(home=home), database, objects)
    database.close()


@pytest.fixture(scope="package")
def address(reports: Workbench) -> Iterator[str]:
    with serve(reports) as address:
        yield address
