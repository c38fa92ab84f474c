"""Scheduled reports over HTTP: each owner has names of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.security import accounts
from db.engine import Database
from tests.api.conftest import PASSWORD
from tests.api.test_errors import the_problem
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Settings

V1 = "/api/v1"
WEEKLY = f"{V1}/reports/schedules/weekly"


@pytest.fixture(scope="module")
def client(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("schedules")
    database = Database(clone(postgres_url, "api_schedules"))
    for name, role in (("ada", Role.RESEARCHER), ("bob", Role.RESEARCHER), ("max", Role.ADMINISTRATOR)):
        accounts.add_user(database, name, role, PASSWORD, actor="local")
    workbench = Workbench(Settings(home=home), database, FolderStore(home / "objects"))
    application = create_app(workbench, role="api")
    with TestClient(application, base_url="https://workbench.example", client=("203.0.113.9", 50000)) as opened:
        yield opened
    database.close()


def _signed_in(client: TestClient, name: str) -> dict[str, str]:
    token = client.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD}).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_users_have_schedules_of_the_same_name_and_know_nothing_of_each_other_s(client: TestClient) -> None:
    ada, bob, administrator = (_signed_in(client, name) for name in ("ada", "bob", "max"))
    for headers, cron in ((ada, "0 6 * * *"), (bob, "0 7 * * *"), (bob, "0 8 * * *")):
        made = client.put(WEEKLY, json={"notebook": "company_review", "cron": cron}, headers=headers)
        assert (made.status_code, made.json()["cron"]) == (200, cron), made.text
    for headers, expected in (
        (ada, [("ada", "0 6 * * *")]),
        (bob, [("bob", "0 8 * * *")]),
        (administrator, [("ada", "0 6 * * *"), ("bob", "0 8 * * *")]),
    ):
        listed = client.get(f"{V1}/reports/schedules", headers=headers).json()["schedules"]
        assert [(each["owner"], each["cron"]) for each in listed] == expected
    the_problem(client.delete(f"{WEEKLY}?owner=bob", headers=ada), 404)
    assert "ada, bob" in (the_problem(client.delete(WEEKLY, headers=administrator), 409).hint or "")
    assert client.delete(f"{WEEKLY}?owner=bob", headers=administrator).status_code == 204
    the_problem(client.delete(WEEKLY, headers=bob), 404)
    assert client.delete(WEEKLY, headers=ada).status_code == 204
