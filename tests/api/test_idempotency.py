"""A POST that is repeated with its Idempotency-Key makes nothing again and gets the first answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.security import accounts
from db.engine import Database
from db.operations import idempotency_keys
from db.operations.idempotency_keys import KeyedRequest, RecordedAnswer, begin, forget_old_keys, settle
from tests.api.conftest import PASSWORD
from tests.api.test_errors import the_problem
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import KeyReused, StillInProgress
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Settings

V1 = "/api/v1"
KEY = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}
ORDER = {"notebook": "company_review", "parameters": {"ticker": "AAPL"}}
NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)
# Nothing is made by these; a secret is not stored; the same again changes nothing.
WITHOUT_KEYS = {
    "/verify", "/alerts/preview", "/alerts/notices/read", "/tasks/{task}/cancel", "/reports/{number}/cancel",
    "/auth/token", "/auth/session", "/auth/session/code", "/auth/sign-out", "/auth/password", "/auth/sessions/end",
    "/auth/sessions/{session}/end", "/auth/second-factor", "/auth/second-factor/confirm", "/auth/second-factor/off",
    "/auth/password-resets", "/auth/password-resets/use", "/users/{name}/reset-link",
}  # fmt: skip


@pytest.fixture(scope="module")
def opened(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The API for the person at this machine."""
    home = tmp_path_factory.mktemp("idempotency")
    database = Database(clone(postgres_url, "api_idempotency"))
    for name in ("ada", "eve"):
        accounts.add_user(database, name, Role.ANALYST, PASSWORD, actor="local")
    workbench = Workbench(Settings(home=home), database, FolderStore(home / "objects"))
    app = create_app(workbench, role="api")
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as client:
        yield client
    database.close()


@pytest.fixture
def workbench(opened: TestClient) -> Workbench:
    workbench: Workbench = opened.app.state.workbench  # type: ignore[attr-defined]
    with workbench.database.write() as connection:
        connection.exec_driver_sql("truncate tasks, reports, idempotency_keys cascade")
    return workbench


@pytest.fixture
def client(opened: TestClient, workbench: Workbench) -> TestClient:
    return opened


def _reports(client: TestClient) -> int:
    return len((client.get(f"{V1}/reports")).json()["reports"])


def test_every_post_that_makes_something_takes_a_key(client: TestClient) -> None:
    schema = (client.get(f"{V1}/openapi.json")).json()
    posts = {path.removeprefix(V1): item["post"] for path, item in schema["paths"].items() if "post" in item}
    with_key = {
        path for path, route in posts.items() if "Idempotency-Key" in [each["name"] for each in route.get("parameters", [])]
    }
    assert set(posts) - with_key == WITHOUT_KEYS
    assert {"/documents", "/reports", "/alerts", "/notes"} <= with_key
    assert all("409" in posts[path]["responses"] for path in with_key)


def test_the_same_request_again_gets_the_first_answer(client: TestClient) -> None:
    first = client.post(f"{V1}/reports", json=ORDER, headers=KEY)
    again = client.post(f"{V1}/reports", json=ORDER, headers={"Idempotency-Key": f'"{KEY["Idempotency-Key"]}"'})
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert _reports(client) == 1
    assert (client.post(f"{V1}/reports", json=ORDER)).json() != first.json()


def test_a_key_of_another_request_is_refused(client: TestClient) -> None:
    client.post(f"{V1}/reports", json=ORDER, headers=KEY)
    other = ORDER | {"parameters": {"ticker": "NVDA"}}
    problem = the_problem(client.post(f"{V1}/reports", json=other, headers=KEY), 422)
    assert problem.type == "/problems/key-reused"
    note = {"ticker": "AAPL", "period": "annual", "figure": "revenue@2023-09-30", "text": "53 weeks"}
    the_problem(client.post(f"{V1}/notes", json=note, headers=KEY), 422)
    assert _reports(client) == 1


def test_an_upload_with_another_boundary_is_the_same_request(client: TestClient) -> None:
    def upload(text: str, boundary: str) -> httpx.Response:
        request = client.build_request("POST", f"{V1}/documents", files={"file": ("memo.txt", text.encode())}, headers={
            **KEY, "Content-Type": f"multipart/form-data; boundary={boundary}",
        })  # fmt: skip
        return client.send(request)

    first, again = upload("Devices sell worse.", "one"), upload("Devices sell worse.", "two")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    the_problem(upload("Devices sell better.", "one"), 422)


def test_a_refused_request_leaves_its_key_free(client: TestClient) -> None:
    wrong: dict[str, Any] = {"notebook": "company_review", "parameters": {"periods": "many"}}
    the_problem(client.post(f"{V1}/reports", json=wrong, headers=KEY), 400)
    assert (client.post(f"{V1}/reports", json=ORDER, headers=KEY)).status_code == 202


def test_a_malformed_key_is_refused(client: TestClient) -> None:
    for key in ("", " ", "two words", "x" * 256, '"open', "caf\u00e9"):
        answer = client.post(f"{V1}/reports", json=ORDER, headers={"Idempotency-Key": key.encode()})
        problem = the_problem(answer, 422)
        assert [each.field for each in problem.errors or []] == ["header.Idempotency-Key"], key
    assert _reports(client) == 0


def test_at_the_same_time_one_is_made(client: TestClient) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: client.post(f"{V1}/reports", json=ORDER, headers=KEY), range(4)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert 202 in {answer.status_code for answer in answers}
    assert _reports(client) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert the_problem(answer, 409).type == "/problems/still-in-progress"
            assert answer.headers["retry-after"] == "1"


def test_keys_are_of_their_user(client: TestClient) -> None:
    other = TestClient(client.app, base_url="https://workbench.example", client=("203.0.113.9", 50000))
    signed_in = []
    for name in ("ada", "eve"):
        token = other.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD}).json()["access_token"]
        signed_in.append({"Authorization": f"Bearer {token}"})
    orders = [other.post(f"{V1}/reports", json=ORDER, headers=KEY | headers).json() for headers in signed_in]
    assert [order["owner"] for order in orders] == ["ada", "eve"]


def test_a_key_lives_for_a_day_and_that_of_a_lost_process_for_minutes(workbench: Workbench) -> None:
    request = KeyedRequest("ada", "k", "a" * 64)
    other = KeyedRequest("ada", "k", "b" * 64)
    answer = RecordedAnswer(201, [("location", "/x")], b"{}")
    with workbench.database.write() as connection:
        assert begin(connection, request, NOW) is None
        with pytest.raises(StillInProgress):
            begin(connection, request, NOW + timedelta(minutes=9))
        assert begin(connection, request, NOW + timedelta(minutes=11)) is None
        settle(connection, request, answer)
        assert begin(connection, request, NOW + timedelta(hours=23)) == answer
        with pytest.raises(KeyReused):
            begin(connection, other, NOW + timedelta(hours=23))
        assert begin(connection, other, NOW + timedelta(hours=25)) is None
        assert forget_old_keys(connection, NOW + timedelta(hours=48)) == 0
        assert forget_old_keys(connection, NOW + timedelta(hours=50)) == 1


def test_the_oldest_answers_of_a_user_make_room(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency_keys, "MOST_OF_A_USER", 3)
    answer = RecordedAnswer(201, [], b"{}")
    with workbench.database.write() as connection:
        for number in range(5):
            request = KeyedRequest("ada", f"k{number}", "a" * 64)
            assert begin(connection, request, NOW + timedelta(seconds=number)) is None
            settle(connection, request, answer)
        remembered = connection.exec_driver_sql("select key from idempotency_keys order by key").scalars().all()
        assert remembered == ["k2", "k3", "k4"]
        assert begin(connection, KeyedRequest("ada", "k0", "a" * 64), NOW) is None
