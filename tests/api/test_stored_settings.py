"""Settings that administrators change over HTTP, and the requests to the SEC that a contact lets through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.security import accounts
from db.engine import Database
from db.operations.audit import list_entries
from tests.api.conftest import PASSWORD
from tests.api.test_errors import the_problem
from tests.conftest import clone
from tests.notifiers import Webhook
from workbench.adapters.object_store import FolderStore
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Settings

STORED = "/api/v1/settings/stored"
SECRET = "a-secret-of-at-least-forty-characters-in-all"


@pytest.fixture(scope="module")
def client(postgres_url: str, quick_hashes: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("settings")
    database = Database(clone(postgres_url, "api_settings"))
    for name, role in (("grace", Role.ADMINISTRATOR), ("ada", Role.ANALYST), ("olaf", Role.OPERATOR)):
        accounts.add_user(database, name, role, PASSWORD, actor="local")
    settings = Settings(
        home=home, server={"secret_key": SECRET}, database={"kind": "postgresql", "url": "postgresql://wb:pw@db.example/wb"},
        news_api={"api_key": "of-the-environment"},
    )  # fmt: skip
    app = create_app(Workbench(settings, database, FolderStore(home / "objects")), role="api")
    with TestClient(app, base_url="https://workbench.example", client=("203.0.113.9", 50000)) as opened:
        yield opened
    database.close()


@pytest.fixture(scope="module")
def people(client: TestClient) -> dict[str, dict[str, str]]:
    tokens = {
        name: client.post("/api/v1/auth/token", data={"username": name, "password": PASSWORD}).json()["access_token"]
        for name in ("grace", "ada", "olaf")
    }
    return {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}


def test_a_company_can_be_loaded_as_soon_as_the_contact_is_stored(
    client: TestClient, people: dict[str, dict[str, str]]
) -> None:
    refused = the_problem(client.post("/api/v1/companies", json={"company": "NKE"}, headers=people["ada"]), 409)
    assert "on the page Settings" in str(refused.hint)
    value = {"value": "Grace Hopper grace@example.org"}
    answer = client.put(f"{STORED}/contact", json=value, headers=people["grace"]).json()
    assert answer == {
        "name": "contact", "title": "Contact for the SEC", "variable": "WORKBENCH_CONTACT", "source": "stored",
        "is_secret": False, "value": "Grace Hopper grace@example.org", "set_by": "grace", "set_at": answer["set_at"],
        "is_readable": True,
    }  # fmt: skip
    assert client.post("/api/v1/companies", json={"company": "NKE"}, headers=people["ada"]).status_code == 202
    removed = client.delete(f"{STORED}/contact", headers=people["grace"]).json()
    assert (removed["source"], removed["value"], removed["set_by"]) == ("none", None, None)
    the_problem(client.post("/api/v1/companies", json={"company": "GIS"}, headers=people["ada"]), 409)
    the_problem(client.delete(f"{STORED}/contact", headers=people["grace"]), 404)


def test_a_secret_is_in_no_answer_and_in_no_entry_of_the_audit_trail(
    client: TestClient, people: dict[str, dict[str, str]]
) -> None:
    body = {"value": "k3y-of-the-vendor"}
    answers = [client.put(f"{STORED}/alpha_vantage.api_key", json=body, headers=people["grace"])]
    answers += [client.get(place, headers=people["grace"]) for place in (STORED, "/api/v1/settings")]
    assert all(answer.status_code == 200 and "k3y" not in answer.text for answer in answers)
    by_name = {each["name"]: each for each in answers[1].json()["settings"]}
    assert (by_name["alpha_vantage.api_key"]["source"], by_name["alpha_vantage.api_key"]["set_by"]) == ("stored", "grace")
    assert (by_name["news_api.api_key"]["source"], by_name["news_api.api_key"]["value"]) == ("environment", None)
    refused = client.put(f"{STORED}/news_api.api_key", json=body, headers=people["grace"])
    assert "set by the environment" in the_problem(refused, 400).detail
    database = client.app.state.workbench.database  # type: ignore[attr-defined]
    with database.read() as connection:
        entries = [(each.actor, each.action, dict(each.detail)) for each in list_entries(connection)]
    assert ("grace", "setting.stored", {"name": "alpha_vantage.api_key"}) in entries
    assert "k3y" not in str(entries)


def test_a_channel_is_added_tested_and_offered_to_alerts(client: TestClient, people: dict[str, dict[str, str]]) -> None:
    with Webhook() as hook:
        place = f"{STORED}/alerts.channels.desk"
        body = {"value": f"json://127.0.0.1:{hook.port}/"}
        assert client.put(place, json=body, headers=people["grace"]).json()["title"] == "Channel desk"
        assert client.post(f"{place}/test", headers=people["grace"]).status_code == 204
        assert [each.title for each in hook.received] == ["Test notification from the workbench"]
        assert "desk" in client.get("/api/v1/alerts/channels", headers=people["ada"]).json()["channels"]
    the_problem(client.post(f"{STORED}/contact/test", headers=people["grace"]), 400)


@pytest.mark.parametrize("name", ["ada", "olaf"])
def test_only_administrators_see_and_change_them(client: TestClient, people: dict[str, dict[str, str]], name: str) -> None:
    place = f"{STORED}/contact"
    for method, address in (("GET", STORED), ("PUT", place), ("DELETE", place), ("POST", f"{place}/test")):
        the_problem(client.request(method, address, headers=people[name]), 403)
