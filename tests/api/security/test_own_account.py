"""The own account, on its page and in the API; links for a new password; and accounts in the hands of administrators."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from api.security import accounts, password_resets
from api.security.accounts import UnusualSignIn
from api.security.security_notices import SecurityNotices
from db.alerts import watchlists
from db.alerts.ownership import owned_by
from db.engine import Database
from db.filings import own_documents
from db.operations import audit
from db.operations import reports as db_reports
from db.operations.accounts import get_user
from tests.api.conftest import PASSWORD, Opener, settings_at
from tests.conftest import clone
from tests.notifiers import MemoryNotifier
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import Conflict, InvalidRequest, NotFound, SourceUnavailable
from workbench.domain.filings.documents import OwnDocument
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role
from workbench.ingest import archive
from workbench.ingest.filings.uploads import add_document
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

NEW = "plain words in a long row"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def people(postgres_url: str, quick_hashes: object) -> Iterator[Database]:
    database = Database(clone(postgres_url, "own_account"))
    accounts.add_user(database, "max", Role.ADMINISTRATOR, PASSWORD, actor="local")
    yield database
    database.close()


@pytest.fixture
def name(people: Database, request: pytest.FixtureRequest) -> str:
    """A user of this test's own."""
    name = f"u{abs(hash(request.node.nodeid)) % 10**9}"
    accounts.add_user(people, name, Role.ANALYST, PASSWORD, actor="local")
    return name


@pytest.fixture
def notifier(monkeypatch: pytest.MonkeyPatch) -> MemoryNotifier:
    notifier = MemoryNotifier(["mail", "ops"])
    monkeypatch.setattr(Workbench, "notifier", notifier)
    return notifier


@pytest.fixture
def workbench(people: Database, objects: FolderStore, tmp_path: Path) -> Workbench:
    settings = settings_at(
        tmp_path, environment="production", server={"public_address": "https://workbench.example"},
        alerts={"operator_channel": "ops"},
    )  # fmt: skip
    return Workbench(settings, people, objects)


@pytest.fixture
async def outside(opened: Opener, notifier: MemoryNotifier) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        yield client


async def bearer(client: httpx.AsyncClient, name: str, password: str = PASSWORD, **more: str) -> dict[str, str]:
    answer = await client.post("/api/v1/auth/token", data={"username": name, "password": password, **more})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def browse(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    form = {"username": name, "password": password, "next": "/account"}
    return await client.post("/api/v1/auth/session", data=form, headers=HTML)


async def test_users_change_their_password_with_the_old_one(outside: httpx.AsyncClient, name: str, people: Database) -> None:
    here, there = await bearer(outside, name), await bearer(outside, name)
    wrong = await outside.post("/api/v1/auth/password", data={"current": "wrong", "new": NEW}, headers=here)
    assert (wrong.status_code, wrong.json()["detail"]) == (401, "the current password is wrong")
    weak = await outside.post("/api/v1/auth/password", data={"current": PASSWORD, "new": "passwordpassword"}, headers=here)
    assert weak.status_code == 400
    right = await outside.post("/api/v1/auth/password", data={"current": PASSWORD, "new": NEW}, headers=here)
    assert right.status_code == 204
    # The session that changed it stays, the other one ended.
    assert (await outside.get("/api/v1/auth/me", headers=here)).status_code == 200
    assert (await outside.get("/api/v1/auth/me", headers=there)).status_code == 401
    await bearer(outside, name, NEW)
    with people.read() as connection:
        entries = [each for each in audit.list_entries(connection) if each.actor == name]
    assert [each.action for each in entries].count("sign_in.failed") == 1
    assert PASSWORD not in str(entries)
    assert NEW not in str(entries)
    # Wrong ones are counted like those at the door.
    for _ in range(4):
        await outside.post("/api/v1/auth/password", data={"current": "wrong", "new": NEW}, headers=here)
    await outside.post("/api/v1/auth/password", data={"current": "wrong", "new": NEW}, headers=here)
    refused = await outside.post("/api/v1/auth/password", data={"current": NEW, "new": PASSWORD}, headers=here)
    assert refused.status_code == 429


async def test_a_browser_signs_in_with_a_code_in_two_steps(outside: httpx.AsyncClient, name: str) -> None:
    headers = await bearer(outside, name)
    begun = (await outside.post("/api/v1/auth/second-factor", data={"password": PASSWORD}, headers=headers)).json()
    app = pyotp.TOTP(begun["secret"])
    confirmed = await outside.post("/api/v1/auth/second-factor/confirm", data={"code": app.now()}, headers=headers)
    codes = confirmed.json()["recovery_codes"]
    # A program sends the code with the password.
    refused = await outside.post("/api/v1/auth/token", data={"username": name, "password": PASSWORD})
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/second-factor-required")
    await bearer(outside, name, code=codes[0])
    # A browser is asked for it on the next page.
    first = await browse(outside, name)
    assert first.headers["location"] == "/sign-in/code?next=%2Faccount"
    assert "workbench_session" not in first.headers["set-cookie"]
    assert all(part in first.headers["set-cookie"] for part in ("HttpOnly", "SameSite=strict", "Secure"))
    assert (await outside.get("/account", headers=HTML)).status_code == 303
    assert "recovery code" in (await outside.get(first.headers["location"])).text
    wrong = await outside.post("/api/v1/auth/session/code", data={"code": "no code", "next": "/account"}, headers=HTML)
    assert wrong.headers["location"] == "/sign-in/code?next=%2Faccount&failed=wrong"
    assert "The code is wrong" in (await outside.get(wrong.headers["location"])).text
    right = await outside.post("/api/v1/auth/session/code", data={"code": codes[1], "next": "/account"}, headers=HTML)
    assert (right.status_code, right.headers["location"]) == (303, "/account")
    assert "Signing in needs a one-time code." in (await outside.get("/account", headers=HTML)).text
    sessions = (await outside.get("/api/v1/auth/sessions")).json()["sessions"]
    assert sessions[0]["method"] == "second_factor"
    # The step cannot be begun with the code.
    outside.cookies.clear()
    skipped = await outside.post("/api/v1/auth/session/code", data={"code": codes[2]})
    assert (skipped.status_code, skipped.json()["detail"]) == (401, "the password is asked for again")


async def test_the_account_page_does_what_the_api_does(outside: httpx.AsyncClient, name: str) -> None:
    await browse(outside, name)
    other = await bearer(outside, name)
    page = (await outside.get("/account", headers=HTML)).text
    assert f"<h1>{name}</h1>" in page
    assert "Role: analyst." in page
    (address,) = re.findall(r'action="(/api/v1/auth/sessions/[^"]+/end)"', page)
    ended = await outside.post(address, headers=HTML)
    assert (ended.status_code, ended.headers["location"]) == (303, "/account")
    assert (await outside.get("/api/v1/auth/me", headers=other)).status_code == 401
    # The second factor, from the picture to the recovery codes.
    wrong = await outside.post("/api/v1/auth/second-factor", data={"password": "wrong"}, headers=HTML)
    assert (wrong.status_code, "the current password is wrong" in wrong.text) == (401, True)
    assert (await outside.post("/api/v1/auth/second-factor", data={"password": PASSWORD}, headers=HTML)).status_code == 303
    page = (await outside.get("/account", headers=HTML)).text
    (secret,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    assert "<svg" in page
    assert "script" not in page
    shown = await outside.post("/api/v1/auth/second-factor/confirm", data={"code": pyotp.TOTP(secret).now()}, headers=HTML)
    assert len(re.findall(r"\b(?:[0-9a-f]{5}-){3}[0-9a-f]{5}\b", shown.text)) == 10
    assert not re.search(r"\b(?:[0-9a-f]{5}-){3}[0-9a-f]{5}\b", (await outside.get("/account", headers=HTML)).text)
    off = await outside.post("/api/v1/auth/second-factor/off", data={"password": PASSWORD}, headers=HTML)
    assert "Codes are not needed." in (await outside.get(off.headers["location"], headers=HTML)).text
    # A weak password is refused on the page, with the reason.
    form = {"current": PASSWORD, "new": "passwordpassword"}
    weak = await outside.post("/api/v1/auth/password", data=form, headers=HTML)
    assert (weak.status_code, "made of common ones" in weak.text) == (400, True)
    for answer in (weak, shown, await outside.get("/account", headers=HTML)):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_at_this_machine_there_is_no_account_to_change(opened: Opener, tmp_path: Path) -> None:
    async with opened(settings=settings_at(tmp_path), accept="text/html") as client:
        page = await client.get("/account")
        assert (page.status_code, "there is no account to change" in page.text) == (200, True)
        assert (await client.post("/api/v1/auth/password", data={"current": "x", "new": NEW})).status_code == 403


async def test_a_link_for_a_new_password_goes_to_its_user_alone(
    outside: httpx.AsyncClient, name: str, people: Database, notifier: MemoryNotifier
) -> None:
    accounts.set_channel(people, name, "mail", actor="max")
    session = await bearer(outside, name)
    for who in (name, "nobody", "not a name", "max"):
        answer = await outside.post("/api/v1/auth/password-resets", data={"username": who})
        assert (answer.status_code, answer.content) == (202, b"")
    # A second one within a quarter of an hour is not sent.
    await outside.post("/api/v1/auth/password-resets", data={"username": name})
    assert [channel for channel, _ in notifier.received] == ["mail"]
    (link,) = re.findall(r"https://workbench\.example(/sign-in/reset\?token=(\S+))", notifier.received[0][1].text)
    page = await outside.get(link[0], headers=HTML)
    assert f'value="{link[1]}"' in page.text
    use = "/api/v1/auth/password-resets/use"
    weak = await outside.post(use, data={"token": link[1], "password": "short"}, headers=HTML)
    assert (weak.status_code, "15 to 1,024 characters" in weak.text) == (400, True)
    assert (await outside.post(use, data={"token": link[1], "password": NEW})).status_code == 204
    again = await outside.post(use, data={"token": link[1], "password": PASSWORD})
    assert (again.status_code, again.json()["detail"]) == (400, "the link is not good any longer")
    assert (await outside.get("/api/v1/auth/me", headers=session)).status_code == 401
    await bearer(outside, name, NEW)
    with people.read() as connection:
        assert link[1] not in str(audit.list_entries(connection, limit=1000))


def test_a_link_is_good_until_the_next_one_or_a_new_password(people: Database, name: str) -> None:
    def token() -> str:
        return password_resets.make_link(people, name, "https://w.example/", actor="max").partition("token=")[2]

    first, second = token(), token()
    for made in (first, "", "wbl_unknown"):
        with pytest.raises(InvalidRequest, match="the link is not good any longer"):
            password_resets.use_link(people, made, NEW, address="192.0.2.1")
    accounts.change_password(people, name, NEW, actor="max")
    with pytest.raises(InvalidRequest, match="the link is not good any longer"):
        password_resets.use_link(people, second, "another row of plain words", address="192.0.2.1")
    with pytest.raises(NotFound):
        password_resets.make_link(people, "nobody", "https://w.example", actor="max")


def test_an_unusual_sign_in_reaches_user_and_operator_and_a_broken_channel_nobody_waits_for(
    notifier: MemoryNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    from datetime import UTC, datetime

    event = UnusualSignIn("ada", "198.51.100.7", 7, datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "mail")
    SecurityNotices(notifier, "ops").unusual_sign_in(event)
    assert sorted(channel for channel, _ in notifier.received) == ["mail", "ops"]
    message = notifier.received[0][1]
    assert message.title == "Unusual sign-in of ada"
    assert "ada signed in from 198.51.100.7 at 2026-03-01 09:30 UTC" in message.text
    assert "had failed 7 times within a day" in message.text
    SecurityNotices(MemoryNotifier(["ops"], lambda: SourceUnavailable("away")), "ops").unusual_sign_in(event)
    assert "was not sent" in caplog.text
    assert "198.51.100.7" not in caplog.text


async def test_administrators_change_and_delete_accounts_of_others(
    outside: httpx.AsyncClient, name: str, people: Database
) -> None:
    boss, user = await bearer(outside, "max"), await bearer(outside, name)
    path = f"/api/v1/users/{name}"
    for method, address, body in (
        ("GET", "/api/v1/users", {}), ("PATCH", path, {"json": {"role": "administrator"}}), ("DELETE", path, {}),
        ("POST", f"{path}/reset-link", {}), ("DELETE", f"{path}/second-factor", {}),
    ):  # fmt: skip
        assert (await outside.request(method, address, headers=user, **body)).status_code == 403, address
    changed = (await outside.patch(path, json={"role": "viewer"}, headers=boss)).json()
    assert (changed["role"], changed["is_active"]) == ("viewer", True)
    # The role counts from the next request on, in the same session.
    assert (await outside.get("/api/v1/auth/me", headers=user)).json()["role"] == "viewer"
    assert (await outside.patch("/api/v1/users/max", json={"role": "viewer"}, headers=boss)).status_code == 403
    assert (await outside.delete("/api/v1/users/max", headers=boss)).status_code == 403
    assert (await outside.patch(path, json={"is_active": False}, headers=boss)).json()["is_active"] is False
    assert (await outside.get("/api/v1/auth/me", headers=user)).status_code == 401
    assert name in {each["name"] for each in (await outside.get("/api/v1/users", headers=boss)).json()["users"]}
    link = (await outside.post(f"{path}/reset-link", headers=boss)).json()
    assert link["link"].startswith("https://workbench.example/sign-in/reset?token=wbl_")
    assert (await outside.delete(f"{path}/second-factor", headers=boss)).status_code == 404
    with people.write() as connection:
        watchlists.create(connection, name, "chips")
        watchlists.create(connection, name, "banks")
        watchlists.create(connection, "max", "chips")
    refused = await outside.delete(path, headers=boss)
    assert (refused.status_code, refused.json()["detail"]) == (409, f"{name} owns watchlists (2)")
    gone = await outside.delete(f"{path}?give_to=max", headers=boss)
    assert gone.json() == {
        "deleted": name, "given_to": "max", "documents": 0, "reports": 0, "schedules": 0, "watchlists": 2, "alerts": 0,
        "notes": 0, "views": 0,
    }  # fmt: skip
    with people.read() as connection:
        assert {each.name for each in watchlists.watchlists(connection, "max")} == {"banks", "chips", f"chips ({name})"}
        assert watchlists.watchlists(connection, name) == []
        with pytest.raises(NotFound):
            get_user(connection, name)
    assert (await outside.delete(path, headers=boss)).status_code == 404


def test_a_deleted_user_leaves_nothing_to_the_next_of_that_name(people: Database, objects: FolderStore, name: str) -> None:
    with people.write() as connection:
        watchlists.create(connection, name, "chips")
    owned: Any = accounts.delete_user(people, objects, name, with_data=True, actor="max")
    assert (owned.watchlists, owned.alerts) == (1, 0)
    accounts.add_user(people, name, Role.VIEWER, PASSWORD, actor="max")
    with people.read() as connection:
        assert watchlists.watchlists(connection, name) == []
        entry = next(each for each in audit.list_entries(connection) if each.action == "user.deleted")
    assert dict(entry.detail) == {"name": name, "given_to": "nobody"}


def _work_of(people: Database, objects: FolderStore, name: str, *contents: bytes) -> list[OwnDocument]:
    """Gives the user a report, a schedule, and a document of each content."""
    caller = Caller(name, Role.RESEARCHER)
    with people.write() as connection:
        db_reports.begin_run(
            connection, notebook="company_review", title=name, parameters={}, as_of=date(2024, 12, 31), cells=1, owner=name
        )
        db_reports.save_schedule(
            connection, f"weekly-{name}", notebook="company_review", parameters={}, cron="0 6 * * 1", caller=caller
        )
    return [add_document(people, objects, content=content, name="memo.txt", owner=name).document for content in contents]


def test_documents_and_reports_of_a_deleted_user_go_with_their_files(
    people: Database, objects: FolderStore, name: str
) -> None:
    own, shared = b"The lease of the mill ends in June 2027.", b"The lease of the quay ends in July 2028."
    mine = _work_of(people, objects, name, own, shared)
    kept = add_document(people, objects, content=shared, name="quay.txt", owner="max").document
    with pytest.raises(Conflict) as refused:
        accounts.delete_user(people, objects, name, actor="max")
    assert refused.value.message == f"{name} owns documents (2), reports (1) and schedules (1)"
    accounts.delete_user(people, objects, name, with_data=True, actor="max")
    with people.read() as connection:
        assert not owned_by(connection, name)
        with pytest.raises(NotFound):
            own_documents.find_own_document(connection, str(mine[0].document.document_id))
        assert own_documents.find_own_document(connection, str(kept.document.document_id)).owner == "max"
    gone, stays = (archive.raw_key(str(each.document.sha256)) for each in mine)
    assert not objects.exists(gone)
    assert objects.exists(stays)  # the other user's document has the same bytes


def test_what_a_deleted_user_gives_is_read_by_the_heir_alone(people: Database, objects: FolderStore, name: str) -> None:
    heir, both = f"heir-{name}", b"The tender for the pier closes in May 2027."
    accounts.add_user(people, heir, Role.ANALYST, PASSWORD, actor="local")
    given, _ = _work_of(people, objects, name, b"The tender for the weir closes in March 2027.", both)
    add_document(people, objects, content=both, name="pier.txt", owner=heir)
    accounts.delete_user(people, objects, name, give_to=heir, actor="max")
    with people.read() as connection:
        found = own_documents.own_documents(connection, caller=Caller(heir, Role.ANALYST))
        assert (len(found), {each.owner for each in found}) == (2, {heir})
        assert given.document.document_id in {each.document.document_id for each in found}
        runs = db_reports.list_runs(connection, caller=Caller(heir, Role.ANALYST))
        schedules = db_reports.list_schedules(connection, Caller(heir, Role.ANALYST))
        assert ([each.title for each in runs], [each.name for each in schedules]) == ([name], [f"weekly-{name}"])
        assert own_documents.own_documents(connection, caller=Caller(name, Role.ANALYST)) == []
    assert objects.exists(archive.raw_key(hashlib.sha256(both).hexdigest()))
