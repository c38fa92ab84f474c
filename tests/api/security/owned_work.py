"""Work of one user, private and shared, and a user of each role: for tests of who may read and change what."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx

from api.security import accounts
from db.alerts import watchlists
from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from db.filings.user_notes import add_note
from db.operations import reports as db_reports
from db.operations.sharing import share
from db.operations.snapshots import snapshot
from db.screens.saved_views import save_view
from tests import two_reports
from tests.api.conftest import APPLE, PASSWORD, TEN_K_2024, settings_at
from tests.notifiers import MemoryNotifier
from workbench.adapters.object_store import FolderStore
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.filings.filing import NewDocument
from workbench.domain.measures.user_notes import NotedFigure
from workbench.domain.rights.ownership import Caller, Shareable
from workbench.domain.rights.roles import Role
from workbench.domain.screens.saved_views import ViewKind
from workbench.domain.statements.statement import PeriodKind
from workbench.ingest import archive
from workbench.ingest.alerts import notices
from workbench.ingest.filings.documents import index_document
from workbench.ingest.filings.uploads import Description, add_document
from workbench.ingest.search.passages import embed_missing
from workbench.reports.manifest import make_manifest
from workbench.reports.notebooks import find_notebook, load_notebook
from workbench.runtime import Workbench
from workbench.settings import Settings

OLGA = Caller("olga", Role.ANALYST)
USERS = {"olga": Role.ANALYST, **{f"a-{role.value}": role for role in Role}}
V1 = "/api/v1"


@dataclass(frozen=True)
class Owned:
    """What olga made, by kind: its number or name in addresses."""

    documents: str
    reports: str
    schedules: str
    watchlists: str
    alerts: str
    views: str
    notes: str

    def name(self, kind: Shareable) -> str:
        return str(getattr(self, kind.value))


def unlimited(home: Path) -> Settings:
    """Settings of a server with sign-in whose limits no test meets."""
    limits = dict.fromkeys(("requests", "page_calls", "searches", "exports", "costly"), 0)
    return settings_at(
        home, environment="production", server={"secret_key": secrets.token_urlsafe(40)},
        rate_limits={"sign_ins": 0, **{role.value: limits for role in Role}},
    )  # fmt: skip


def fill(workbench: Workbench) -> None:
    """A user of each role, a company with a filing that everybody reads."""
    for name, role in USERS.items():
        accounts.add_user(workbench.database, name, role, PASSWORD, actor="local")
    content = two_reports.annual(two_reports.NEW_RISKS)
    with workbench.database.write() as connection:
        save_company(connection, APPLE)
        save_filings(connection, [TEN_K_2024])
        archive.store(workbench.objects, content)
        new = NewDocument(
            name=TEN_K_2024.primary_document or "", origin="filing", sha256=archive.store(workbench.objects, content),
            form="10-K", cik=APPLE.cik, accession=TEN_K_2024.accession, filed_on=TEN_K_2024.filed_on,
        )  # fmt: skip
        index_document(connection, workbench.objects, content, new)
    embed_missing(workbench.database, workbench.embedder)


def make(workbench: Workbench, words: str, *, shared_with: tuple[Role, ...] = ()) -> Owned:
    """One of each kind that olga owns, named after the first of `words`, the text of her document."""
    made = {kind.value: make_one(workbench, kind, words) for kind in Shareable}
    embed_missing(workbench.database, workbench.embedder)
    for kind in Shareable:
        share_one(workbench, kind, made[kind.value], shared_with)
    return Owned(**made)


def make_one(workbench: Workbench, kind: Shareable, words: str) -> str:
    """Makes one of this kind for olga; returns its number or name. An alert watches the watchlist of that name."""
    name, _, _ = words.partition(" ")
    if kind is Shareable.DOCUMENTS:
        said = Description("AAPL", "10-K", date(2024, 11, 2), f"{name} memo")
        added = add_document(
            workbench.database, workbench.objects, content=_report(words), name=f"{name}.html", description=said, owner="olga"
        )
        return str(added.document.document.document_id)
    if kind is Shareable.ALERTS:
        rule = notices.add_rule(
            workbench.database, MemoryNotifier(), owner="olga", condition="filing 10-K", channel="ops",
            schedule=Schedule.parse(zone="UTC", digest=None, at=None, weekday=None, quiet=None),
            now=datetime.now(UTC), company="AAPL",
        )  # fmt: skip
        return str(rule.rule_id)
    if kind is Shareable.REPORTS:
        return _run(workbench, name)
    with workbench.database.write() as connection:
        if kind is Shareable.WATCHLISTS:
            watchlists.create(connection, "olga", name)
            watchlists.add_members(connection, "olga", name, [APPLE.cik])
        elif kind is Shareable.VIEWS:
            save_view(connection, "olga", name, ViewKind.SCREEN, {"where": "revenue >= 10B"})
        elif kind is Shareable.NOTES:
            figure = NotedFigure(APPLE.cik, PeriodKind.ANNUAL, "revenue@2024-09-28")
            name = str(add_note(connection, OLGA, figure, words).note_id)
        else:
            parameters = {"ticker": "AAPL"}
            db_reports.save_schedule(
                connection, name, notebook="company_review", parameters=parameters, cron="0 6 1 1 *", caller=OLGA
            )
    return name


def _run(workbench: Workbench, name: str) -> str:
    notebook = load_notebook(find_notebook("company_review"))
    parameters = {**notebook.defaults, "ticker": "AAPL", "as_of": "2024-12-31"}
    with workbench.database.read() as connection:
        manifest = make_manifest(notebook, parameters, snapshot(connection, date(2024, 12, 31)), (), ())
    with workbench.database.write() as connection:
        number = db_reports.begin_run(
            connection, notebook="company_review", title=f"{name} report", parameters={"ticker": "AAPL"},
            as_of=date(2024, 12, 31), cells=1, owner="olga",
        )  # fmt: skip
        db_reports.finish_run(
            connection, number, manifest=manifest.as_document(), figures=0,
            html_sha256=archive.store(workbench.objects, f"<p>{name}</p>".encode()),
            figures_file_sha256=archive.store(workbench.objects, b""),
        )  # fmt: skip
    return str(number)


def share_one(workbench: Workbench, kind: Shareable, name: str, roles: tuple[Role, ...]) -> None:
    """Shares something of olga's with exactly these roles."""
    with workbench.database.write() as connection:
        share(connection, kind, name, roles, OLGA)


def _report(words: str) -> bytes:
    """An upload that looks like an annual report, so that everything that reads those would meet it."""
    body = f"<p>Item 1. Business</p><p>{words} is what we make and sell all over the world.</p>" * 2
    return f"<html><body><h1>Form 10-K</h1>{body}<p>Item 1A. Risk Factors</p><p>{words} may fail.</p></body></html>".encode()


async def signed_in(client: httpx.AsyncClient, names: Iterable[str] = tuple(USERS)) -> dict[str, dict[str, str]]:
    """The headers of each of the users; nobody's are empty."""
    headers: dict[str, dict[str, str]] = {"nobody": {}}
    for name in names:
        answer = await client.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD})
        headers[name] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return headers


def workbench_at(database: Database, home: Path) -> Workbench:
    """A server's workbench over this database."""
    return Workbench(unlimited(home), database, FolderStore(home / "objects"))
