"""The audit trail: what is noted of requests, that nothing is lost silently, and that tampering shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
import sqlalchemy as sa

from api.security import accounts, api_keys
from api.security.audit_trail import AuditTrail
from db.engine import Database
from db.operations import audit
from db.tables import audit_anchors, audit_logs
from tests.api.conftest import PASSWORD, Opener
from tests.api.security.owned_work import unlimited
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import DatabaseUnavailable
from workbench.domain.operations.accounts import Scope
from workbench.domain.operations.audit_trail import AuditEvent, AuditQuery
from workbench.domain.rights.roles import Role
from workbench.pages.frame.selection import Selection
from workbench.pages.operations.audit_trail_page import audit_trail_page
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

V1 = "/api/v1"


@pytest.fixture(scope="module")
def trail_database(postgres_url: str) -> Iterator[Database]:
    database = Database(clone(postgres_url, "api_audit_trail"))
    for name, role in (("ada", Role.ANALYST), ("vic", Role.VIEWER), ("ops", Role.OPERATOR)):
        accounts.add_user(database, name, role, PASSWORD, actor="local")
    yield database
    database.close()


@pytest.fixture
def workbench(trail_database: Database, tmp_path: Path) -> Workbench:
    return Workbench(unlimited(tmp_path), trail_database, FolderStore(tmp_path / "objects"))


def until(holds: Callable[[], bool]) -> None:
    """Waits until the writer has done what it does behind the requests."""
    end = monotonic() + 20
    while not holds():
        assert monotonic() < end
        Event().wait(0.02)


async def test_requests_leave_who_what_where_and_how_it_ended(
    opened: Opener, workbench: Workbench, trail_database: Database
) -> None:
    key = api_keys.add_key(trail_database, "ada", "loader", scopes=set(Scope), days=None, actor="local")[1]
    async with opened(client="203.0.113.7", url="https://workbench.example") as client:

        async def bearer(name: str) -> dict[str, str]:
            token = await client.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD})
            return {"Authorization": f"Bearer {token.json()['access_token']}"}

        vic, ops, ada = await bearer("vic"), await bearer("ops"), {"X-API-Key": key}
        for _ in range(3):
            await client.get(f"{V1}/documents")
        await client.post(f"{V1}/documents", files={"file": ("a.txt", b"a")}, headers=vic)
        sent = await client.post(f"{V1}/documents", files={"file": ("a.txt", b"A note on tariffs.")}, headers=ada)
        number = sent.json()["document"]["document_id"]
        await client.delete(f"{V1}/documents/{number}", headers=ada)
        await client.delete(f"{V1}/documents/{number}", headers=ada)
        await client.get(f"{V1}/screen?where=revenue%3E1&format=csv", headers=ada)
        await client.get(f"{V1}/documents", headers=ada)
        refused = await client.get(f"{V1}/audit-trail", headers=vic)
        assert refused.status_code == 403
    # The application has ended: everything is written.
    with trail_database.read() as connection:
        entries = audit.search_entries(connection, AuditQuery(address="203.0.113.7"))[::-1]
    told = [(each.actor, each.action, each.detail.get("path", ""), each.detail.get("result")) for each in entries]
    document = f"{V1}/documents/{number}"
    assert told == [
        ("vic", "sign_in", "", None),
        ("ops", "sign_in", "", None),
        ("?", "request.unauthenticated", f"{V1}/documents", "401"),
        ("vic", "request.refused", f"{V1}/documents", "403"),
        ("ada", "api_key.used", "", "201"),
        ("ada", "work.changed", f"{V1}/documents", "201"),
        ("ada", "work.deleted", document, "200"),
        ("ada", "request.failed", document, "404"),
        ("ada", "export.read", f"{V1}/screen", "200"),
        ("vic", "request.refused", f"{V1}/audit-trail", "403"),
        # The same again within a minute is written once, with its number: three without sign-in, five more with the key.
        ("?", "request.unauthenticated", f"{V1}/documents", "401"),
        ("ada", "api_key.used", "", "201"),
    ]
    assert [each.detail["repeated"] for each in entries[-2:]] == ["2", "4"]
    changed = entries[5].detail
    assert (changed["method"], changed["request"], changed["key"]) == ("POST", sent.headers["x-request-id"], changed["key"])
    async with opened(client="203.0.113.8", url="https://workbench.example") as client:
        page = (await client.get(f"{V1}/audit-trail?action=work&limit=1", headers=ops)).json()
        assert [(each["action"], each["result"]) for each in page["entries"]] == [("work.deleted", "200")]
        older = (await client.get(f"{V1}/audit-trail?action=work&before={page['next_before']}", headers=ops)).json()
        assert [each["action"] for each in older["entries"]] == ["work.changed"]
        assert older["next_before"] is None
        exported = await client.get(f"{V1}/audit-trail?actor=vic&format=csv", headers=ops)
        rows = list(csv.DictReader(io.StringIO(exported.text)))
        assert {(row["actor"], row["address"]) for row in rows} == {("vic", "203.0.113.7")}
        page = await client.get("/audit-trail", headers={**ops, "accept": "text/html"})
        assert (page.status_code, "<title>Audit trail" in page.text) == (200, True)
    table = audit_trail_page(workbench, Selection(q="action:work from:203.0.113.7")).panels["entries"].html
    assert "work.deleted" in table
    assert "export.read" not in table


def test_a_trail_without_its_database_waits_and_counts_what_it_cannot_hold(
    trail_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, is_away = Database.write, [True]

    def write(self: Database) -> Any:
        if is_away[0]:
            raise DatabaseUnavailable("it is away")
        return real(self)

    monkeypatch.setattr(Database, "write", write)
    trail = AuditTrail(trail_database, most_waiting=3)
    for number in range(5):
        trail.note("zoe", "work.changed", number=str(number))
    assert (trail.waiting, trail.lost) == (3, 2)
    is_away[0] = False
    until(lambda: trail.waiting == 0)
    trail.close()
    with trail_database.read() as connection:
        entries = audit.search_entries(connection, AuditQuery(limit=4))[::-1]
    assert [each.detail.get("number") for each in entries[:3]] == ["0", "1", "2"]
    assert (entries[3].action, entries[3].detail) == ("audit.lost", {"events": "2"})


def test_noting_does_not_wait_for_the_database(trail_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()
    real = audit.record_events

    def slow(*arguments: Any) -> None:
        gate.wait(10)
        real(*arguments)

    monkeypatch.setattr(audit, "record_events", slow)
    trail = AuditTrail(trail_database)
    begun = monotonic()
    for _ in range(1000):
        trail.note("yan", "work.changed")
    assert monotonic() - begun < 2
    assert trail.waiting == 1000
    gate.set()
    trail.close()
    assert (trail.waiting, trail.lost) == (0, 0)


@pytest.fixture
def chain(database: Database) -> Database:
    """Five entries, of which two are a year old."""
    old, now = datetime.now(UTC) - timedelta(days=365), datetime.now(UTC)
    events = [AuditEvent(old if number < 2 else now, "ada", "sign_in", {"n": str(number)}) for number in range(5)]
    with database.write() as connection:
        audit.record_events(connection, events)
    return database


def test_the_database_refuses_to_change_or_remove_an_entry(chain: Database) -> None:
    for statement in (
        sa.update(audit_logs).values(actor="eve"),
        sa.delete(audit_logs),
        sa.text("truncate audit_logs"),
        # An anchor for what is young, for another hash, or for everything.
        sa.insert(audit_anchors).from_select(
            ["audit_id", "hash", "removed_by"], sa.select(audit_logs.c.audit_id, audit_logs.c.hash, sa.literal("eve"))
        ),
        sa.insert(audit_anchors).values(audit_id=2, hash=b"x", removed_by="eve"),
    ):
        with pytest.raises(sa.exc.ProgrammingError, match=r"append-only|stay for 30 days"), chain.write() as connection:
            connection.execute(statement)
    with chain.read() as connection:
        assert audit.verify_chain(connection).entries == 5


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        ("update audit_logs set actor = 'eve' where audit_id = 3", 3),
        ("update audit_logs set at = at - interval '1 second' where audit_id = 5", 5),
        ("update audit_logs set detail = '{}' where audit_id = 1", 1),
        ("update audit_logs set hash = 'x' where audit_id = 4", 4),
        ("delete from audit_logs where audit_id = 2", 3),
        ("delete from audit_logs where audit_id = 1", 2),
        ("update audit_logs set audit_id = 9 where audit_id = 2", 3),
        ("delete from audit_logs where audit_id = 5", None),
    ],
)
def test_tampering_by_the_owner_of_the_table_shows(chain: Database, tampering: str, broken_at: int | None) -> None:
    with chain.read() as connection:
        before = audit.verify_chain(connection)
    assert (before.entries, before.first_id, before.last_id, before.broken_at) == (5, 1, 5, None)
    with chain.write() as connection:
        connection.execute(sa.text("alter table audit_logs disable trigger all"))
        connection.execute(sa.text(tampering))
        connection.execute(sa.text("alter table audit_logs enable trigger all"))
    with chain.read() as connection:
        after = audit.verify_chain(connection)
        assert after.broken_at == broken_at
        # The chain alone does not show that its end was cut off: the head that was saved elsewhere does.
        assert before.head is not None
        assert audit.holds_hash(connection, before.head) == (broken_at not in {None, 5} or "at = at" in tampering)


def test_old_entries_go_away_and_the_rest_is_verifiable(chain: Database) -> None:
    with chain.read() as connection:
        before = audit.verify_chain(connection)
    with chain.write() as connection:
        assert audit.remove_before(connection, datetime.now(UTC) - timedelta(days=90), actor="ops") == 2
        assert audit.remove_before(connection, datetime.now(UTC) - timedelta(days=90), actor="ops") == 0
    with chain.read() as connection:
        after = audit.verify_chain(connection)
        assert (after.entries, after.first_id, after.last_id, after.broken_at) == (4, 3, 6, None)
        (entry,) = audit.search_entries(connection, AuditQuery(action="audit.shortened"))
        assert (entry.actor, entry.detail) == ("ops", {"until": "2", "entries": "2"})
        assert before.head is not None
        assert audit.holds_hash(connection, before.head)
    with pytest.raises(sa.exc.ProgrammingError, match="30 days"), chain.write() as connection:
        audit.remove_before(connection, datetime.now(UTC) + timedelta(days=1), actor="eve")


def test_entries_of_several_processes_make_one_chain(chain: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def add(number: int) -> None:
        with chain.write() as connection:
            audit.record_events(connection, [AuditEvent(datetime.now(UTC), f"u{number}", "sign_in")] * 3)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(12)))
    with chain.read() as connection:
        check = audit.verify_chain(connection)
        numbers = connection.scalars(sa.select(audit_logs.c.audit_id).order_by(audit_logs.c.audit_id)).all()
    assert (check.entries, check.broken_at) == (41, None)
    assert list(numbers) == list(range(1, 42))
