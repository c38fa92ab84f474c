"""Passages by their number, and the text of documents by span, for those who may read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.security import accounts
from db.engine import Database
from db.operations.feature_flags import set_flag
from tests.api.conftest import PASSWORD
from tests.api.test_errors import the_problem
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Settings

V1 = "/api/v1"
TEXT = "Frost in the orchard. Apples cost twice as much as a year ago, and pears three times as much."
SECRET = "a-secret-of-at-least-forty-characters-in-all"


@pytest.fixture(scope="module")
def client(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("spans")
    database = Database(clone(postgres_url, "api_spans"))
    for name, role in (("ada", Role.ANALYST), ("eve", Role.ANALYST), ("olaf", Role.OPERATOR)):
        accounts.add_user(database, name, role, PASSWORD, actor="local")
    settings = Settings(
        home=home, server={"secret_key": SECRET}, database={"kind": "postgresql", "url": "postgresql://wb:pw@db.example/wb"},
        alerts={"channels": {"ops": "mailto://ops:pw@mail.example"}},
    )  # fmt: skip
    app = create_app(Workbench(settings, database, FolderStore(home / "objects")), role="api")
    with TestClient(app, base_url="https://workbench.example", client=("203.0.113.9", 50000)) as opened:
        yield opened
    database.close()


def _as(client: TestClient, name: str) -> dict[str, str]:
    token = client.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD}).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_a_passage_and_a_span_are_of_those_who_may_read_the_document(client: TestClient) -> None:
    ada, eve = _as(client, "ada"), _as(client, "eve")
    memo = {"file": ("memo.txt", TEXT.encode())}
    added = client.post(f"{V1}/documents", files=memo, data={"date": "2024-05-02"}, headers=ada).json()["document"]
    [hit] = client.get(f"{V1}/search?q=frost", headers=ada).json()["hits"]
    address = f"{V1}/passages/{hit['passage']}"
    passage = client.get(address, headers=ada).json()
    assert passage == {name: hit[name] for name in passage}
    assert passage["text"] == TEXT[passage["start"] : passage["end"]]
    span = f"{V1}/documents/{added['document_id']}/text?start=0&end=20"
    answer = client.get(span, headers=ada).json()
    assert (answer["text"], answer["end"], answer["length"]) == ("Frost in the orchard", 20, len(TEXT))
    assert client.get(f"{span}&as_of=2024-05-02", headers=ada).status_code == 200
    for path in (address, span):
        the_problem(client.get(path, headers=eve), 404)
        the_problem(client.get(path, headers=ada, params={"as_of": "2024-05-01", "start": "0"} if "text" in path else
                               {"as_of": "2024-05-01"}), 404)  # fmt: skip
    past_its_end = client.get(f"{V1}/documents/memo.txt/text?start=5000", headers=ada).json()
    assert (past_its_end["text"], past_its_end["start"]) == ("", len(TEXT))


def test_settings_are_shown_to_operators_without_secrets(client: TestClient) -> None:
    olaf = _as(client, "olaf")
    answer = client.get(f"{V1}/settings", headers=olaf)
    for secret in (SECRET, "pw@", "mail.example"):
        assert secret not in answer.text
    settings = {each["name"]: each for each in answer.json()["settings"]}
    assert settings["WORKBENCH_SERVER__SECRET_KEY"] == {
        "name": "WORKBENCH_SERVER__SECRET_KEY", "value": None, "is_secret": True, "is_set": True,
    }  # fmt: skip
    assert settings["WORKBENCH_SERVER__PORT"]["value"] == "8000"
    assert settings["WORKBENCH_CONTACT"] == {
        "name": "WORKBENCH_CONTACT", "value": None, "is_secret": False, "is_set": False,
    }  # fmt: skip
    assert settings["WORKBENCH_ALERTS__CHANNELS__OPS"]["is_secret"]
    rows = client.get(f"{V1}/settings?format=csv", headers=olaf).text.splitlines()
    assert rows[0] == "name,value,is_secret,is_set"
    the_problem(client.get(f"{V1}/settings", headers=_as(client, "ada")), 403)


def test_flags_name_their_effect_and_who_changed_them(client: TestClient) -> None:
    database = client.app.state.workbench.database  # type: ignore[attr-defined]
    with database.write() as connection:
        set_flag(connection, "uploads", is_enabled=False, actor="olaf")
    try:
        flags = client.get(f"{V1}/flags", headers=_as(client, "olaf")).json()["flags"]
    finally:
        with database.write() as connection:
            set_flag(connection, "uploads", is_enabled=True, actor="olaf")
    assert [(each["name"], each["is_enabled"], each["changed_by"]) for each in flags] == [
        ("jobs", True, None), ("uploads", False, "olaf"),
    ]  # fmt: skip
