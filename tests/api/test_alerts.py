"""Alerts over HTTP: one's own, told apart from others', refused in the one shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.security import accounts
from db.alerts import deliveries
from db.alerts.watchlists import add_members, create
from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from tests.api.conftest import APPLE, BERKSHIRE, PASSWORD, Opener, settings_at
from tests.notifiers import MemoryNotifier, Webhook
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession
from workbench.domain.rights.roles import Role
from workbench.ingest.alerts.notices import look, send_due
from workbench.runtime import Workbench
from workbench.settings import Alerts, Settings

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
SECRET = "hunter2hunter2"


@pytest.fixture
def workbench(database: Database, objects: FolderStore, tmp_path: Any) -> Workbench:
    with database.write() as connection:
        save_company(connection, APPLE)
        save_company(connection, BERKSHIRE)
        save_filings(connection, [Filing(APPLE.cik, Accession("0000320193-24-000001"), "10-Q", NOW.date())])
    for name, role in (("ada", Role.ANALYST), ("bob", Role.ANALYST), ("rex", Role.VIEWER)):
        accounts.add_user(database, name, role, PASSWORD, actor="local")
    return Workbench(settings_at(tmp_path), database, objects)


@pytest.fixture
async def served(opened: Opener, workbench: Workbench) -> AsyncIterator[httpx.AsyncClient]:
    with Webhook() as hook:
        address = SecretStr(f"json://me:{SECRET}@127.0.0.1:{hook.port}/{SECRET}")
        settings: Settings = workbench.settings.model_copy(update={"alerts": Alerts(channels={"ops": address})})
        async with opened(settings=settings) as client:
            yield client


async def signed_in(client: httpx.AsyncClient, name: str) -> dict[str, str]:
    token = await client.post("/api/v1/auth/token", data={"username": name, "password": PASSWORD})
    return {"Authorization": f"Bearer {token.json()['access_token']}"}


async def test_an_alert_is_made_listed_previewed_and_removed(served: httpx.AsyncClient, workbench: Workbench) -> None:
    wanted = {"condition": "filing 10-q, 8-K", "channel": "ops", "ticker": "AAPL", "quiet_hours": "22:00-07:00"}
    made = await served.post("/api/v1/alerts", json=wanted)
    assert made.status_code == 201, made.text
    alert = made.json()
    assert (alert["condition"], alert["sentence"]) == ("filing 10-Q,8-K", "A new 10-Q or 8-K: AAPL")
    assert (alert["owner"], alert["quiet_hours"], alert["time_zone"]) == ("local", "22:00-07:00", "UTC")
    place = f"/api/v1/alerts/{alert['alert']}"
    assert (await served.get(place)).json() == alert
    assert (await served.get("/api/v1/alerts")).json() == {"alerts": [alert]}
    preview = (await served.get(f"{place}/preview", params={"days": 3})).json()
    assert (preview["found"], preview["notices"][0]["subject"]) == (1, "0000320193-24-000001")

    with workbench.database.write() as connection:
        save_filings(connection, [Filing(APPLE.cik, Accession("0000320193-24-000002"), "8-K", NOW.date())])
    look(workbench.database, now=NOW.replace(hour=12))
    list(send_due(workbench.database, MemoryNotifier(), clock=lambda: NOW.replace(hour=12), base="http://x"))
    notices = (await served.get("/api/v1/alerts/notices", params={"alert": alert["alert"]})).json()["notices"]
    assert [(each["title"], each["state"], each["attempts"]) for each in notices] == [("AAPL filed an 8-K", "sent", 1)]
    known = (await served.get("/api/v1/alerts/notices", params={"state": "known"})).json()["notices"]
    assert [each["subject"] for each in known] == ["0000320193-24-000001"]

    assert (await served.get("/api/v1/alerts/channels")).json() == {"channels": ["inbox", "ops"]}
    assert (await served.delete(place)).json() == alert
    assert (await served.get(place)).status_code == 404
    with workbench.database.read() as connection:
        assert deliveries.list_deliveries(connection) == []


async def test_a_draft_is_previewed_and_not_kept(served: httpx.AsyncClient) -> None:
    wanted = {"condition": "filing 10-Q", "ticker": "AAPL", "digest": "daily"}
    answer = await served.post("/api/v1/alerts/preview", params={"days": 3}, json=wanted)
    preview = answer.json()
    assert (answer.status_code, preview["found"], preview["days"]) == (200, 1, 3)
    assert (preview["alert"]["alert"], preview["alert"]["sentence"]) == (0, "A new 10-Q: AAPL")
    assert [each["subject"] for each in preview["notices"]] == ["0000320193-24-000001"]
    rex = await signed_in(served, "rex")  # who may only read may look, too
    assert (await served.post("/api/v1/alerts/preview", json=wanted, headers=rex)).status_code == 200
    for wrong, status in (({"condition": "weather"}, 400), ({**wanted, "ticker": "ZZZZ"}, 404), ({"ticker": "AAPL"}, 422)):
        assert (await served.post("/api/v1/alerts/preview", json=wrong)).status_code == status
    assert (await served.get("/api/v1/alerts")).json() == {"alerts": []}


async def test_everybody_sees_the_notices_of_their_own_alerts(served: httpx.AsyncClient, workbench: Workbench) -> None:
    ada, bob = [await signed_in(served, name) for name in ("ada", "bob")]
    wanted = {"condition": "filing 10-Q", "channel": "ops", "ticker": "AAPL"}
    made = {}
    for name, headers in (("ada", ada), ("bob", bob)):
        made[name] = (await served.post("/api/v1/alerts", json=wanted, headers=headers)).json()["alert"]
    later = NOW + timedelta(days=2)
    with workbench.database.write() as connection:
        save_filings(connection, [Filing(APPLE.cik, Accession("0000320193-24-000002"), "10-Q", later.date())])
    look(workbench.database, now=later)

    async def shown(headers: dict[str, str], **asked: int) -> set[int]:
        answer = await served.get("/api/v1/alerts/notices", params=asked, headers=headers)
        return {each["alert"] for each in answer.json()["notices"]}

    assert await shown(ada) == {made["ada"]}
    assert await shown(bob) == {made["bob"]}
    assert await shown(bob, alert=made["ada"]) == set()
    assert await shown({}) == set(made.values())  # local: all


async def test_the_inbox_needs_no_channel_and_is_read_by_its_owner(served: httpx.AsyncClient, workbench: Workbench) -> None:
    ada, bob, rex = [await signed_in(served, name) for name in ("ada", "bob", "rex")]
    made = await served.post("/api/v1/alerts", json={"condition": "filing 10-Q", "ticker": "AAPL"}, headers=ada)
    assert (made.status_code, made.json()["channel"]) == (201, "inbox")
    later = NOW + timedelta(days=2)
    filings = [Filing(APPLE.cik, Accession(f"0000320193-24-00000{number}"), "10-Q", later.date()) for number in (2, 3)]
    with workbench.database.write() as connection:
        save_filings(connection, filings)
    look(workbench.database, now=later)
    assert list(send_due(workbench.database, MemoryNotifier(), clock=lambda: later, base="")) == []

    async def unread(headers: dict[str, str]) -> int:
        return int((await served.get("/api/v1/alerts/unread", headers=headers)).json()["unread"])

    assert [await unread(each) for each in (ada, bob, rex)] == [2, 0, 0]
    newest, oldest = (await served.get("/api/v1/alerts/notices", headers=ada)).json()["notices"]
    assert (newest["state"], newest["read_at"]) == ("sent", None)
    read = {"notice": newest["notice"]}
    assert (await served.post("/api/v1/alerts/notices/read", json=read, headers=bob)).json() == {"unread": 0}
    assert (await served.post("/api/v1/alerts/notices/read", json=read, headers=rex)).status_code == 403
    assert (await served.post("/api/v1/alerts/notices/read", json=read, headers=ada)).json() == {"unread": 1}
    assert (await served.post("/api/v1/alerts/notices/read", json={}, headers=ada)).json() == {"unread": 0}
    listed = (await served.get("/api/v1/alerts/notices", headers=ada)).json()["notices"]
    assert all(each["read_at"] for each in listed)
    assert {each["notice"] for each in listed} == {newest["notice"], oldest["notice"]}


async def test_everybody_has_alerts_of_their_own(served: httpx.AsyncClient, workbench: Workbench) -> None:
    with workbench.database.write() as connection:
        create(connection, "ada", "mine")
        add_members(connection, "ada", "mine", [APPLE.cik])
    ada, bob, rex = [await signed_in(served, name) for name in ("ada", "bob", "rex")]
    wanted = {"condition": "restatement", "channel": "ops", "watchlist": "mine", "digest": "weekly", "digest_weekday": "sun"}
    made = (await served.post("/api/v1/alerts", json=wanted, headers=ada)).json()
    assert (made["owner"], made["cadence"], made["digest_weekday"], made["digest_at"]) == ("ada", "weekly", "sunday", "08:00")
    place = f"/api/v1/alerts/{made['alert']}"
    assert (await served.post("/api/v1/alerts", json=wanted, headers=bob)).status_code == 404  # no list of Bob's
    for headers in (bob, rex):
        assert (await served.get("/api/v1/alerts", headers=headers)).json() == {"alerts": []}
        assert (await served.get(place, headers=headers)).status_code == 404
        assert (await served.get(f"{place}/preview", headers=headers)).status_code == 404
    assert (await served.delete(place, headers=bob)).status_code == 404
    assert (await served.delete(place, headers=rex)).status_code == 403
    assert (await served.post("/api/v1/alerts", json=wanted, headers=rex)).status_code == 403
    assert (await served.post("/api/v1/alerts/channels/ops/test", headers=rex)).status_code == 403
    assert [each["alert"] for each in (await served.get("/api/v1/alerts")).json()["alerts"]] == [made["alert"]]  # local: all
    assert (await served.delete(place, headers=ada)).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "status", "said"),
    [
        ({"condition": "weather", "channel": "ops"}, 400, "not an alert condition"),
        ({"condition": "filing", "channel": "pigeon"}, 404, "pigeon"),
        ({"condition": "filing", "channel": "ops", "time_zone": "Mars/Base"}, 400, "not a time zone"),
        ({"condition": "filing", "channel": "ops", "digest": "hourly"}, 422, "digest"),
        ({"condition": "filing", "channel": "ops", "address": "x"}, 422, "address"),
        ({"channel": "ops"}, 422, "condition"),
    ],
)
async def test_a_wrong_alert_is_one_problem(served: httpx.AsyncClient, wanted: dict[str, str], status: int, said: str) -> None:
    answer = await served.post("/api/v1/alerts", json=wanted)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
    assert (await served.get("/api/v1/alerts")).json() == {"alerts": []}


async def test_a_channel_is_tried_and_shows_its_name_alone(opened: Opener, workbench: Workbench) -> None:
    with Webhook() as hook:
        address = SecretStr(f"json://me:{SECRET}@127.0.0.1:{hook.port}/{SECRET}")
        settings: Settings = workbench.settings.model_copy(update={"alerts": Alerts(channels={"ops": address})})
        async with opened(settings=settings) as client:
            answers = [await client.get("/api/v1/alerts/channels"), await client.post("/api/v1/alerts/channels/ops/test")]
            assert [answer.status_code for answer in answers] == [200, 204]
            assert answers[0].json() == {"channels": ["inbox", "ops"]}
            hook.status = 500
            answers.append(await client.post("/api/v1/alerts/channels/ops/test"))
            answers.append(await client.post("/api/v1/alerts/channels/pigeon/test"))
    assert [answer.status_code for answer in answers[2:]] == [503, 404]
    assert [each.title for each in hook.received] == ["Test notification from the workbench"]
    assert SECRET not in "".join(answer.text for answer in answers)
