"""Every loop over units of work, as data: what its units are, how it is run, and where the work of one unit happens.

A new loop is one more entry. `run` installs stubs whose work of a unit is `room.touch(unit)`, which fails for the broken one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import sqlalchemy as sa

from db.alerts.rules import save_rule
from db.engine import Database
from db.filings import change_lists
from db.operations import reports as db_reports
from flows import jobs
from tests.ingest.fenced_room import CIKS, COMPANIES, FILINGS, NOW, NOWHERE, NUMBERS, Loop, Room
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.rules import parse_condition
from workbench.domain.errors import NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Cik, Company, Ticker
from workbench.domain.operations.lake import daily_name
from workbench.domain.operations.marts import BuiltMart, MartsBuild
from workbench.ingest import bulk, companies, refresh
from workbench.ingest.alerts import notices
from workbench.ingest.archive import ArchivedDocument
from workbench.ingest.facts import companyfacts
from workbench.ingest.filings import changes, current, exhibits, main_documents
from workbench.ingest.market import news, overviews, prices
from workbench.ingest.operations import lake, marts, metrics, retention
from workbench.ingest.search import passages
from workbench.ingest.starter import load
from workbench.parse.starter import StarterCompany, encode
from workbench.parse.vendors.alpha_vantage import DailySeries
from workbench.reports import schedules


def _metrics(room: Room) -> Iterable[object]:
    room.patch.setattr(metrics, "refresh_figures", lambda _, cik: room.touch(cik) or 0)
    return [metrics.refresh_metrics(room.database, [company.cik for company in COMPANIES])]


def _nothing_read(room: Room) -> Callable[..., companyfacts.FactsRead]:
    def read(_database: object, _objects: object, _source: object, company: Company) -> companyfacts.FactsRead:
        room.touch(company.cik)
        return companyfacts.FactsRead("0" * 64, None)

    return read


def _command(room: Room) -> Iterable[object]:
    room.patch.setattr(companyfacts, "read_facts", _nothing_read(room))
    room.patch.setattr(metrics, "refresh_figures", lambda *_: 0)
    return companies.ingest_companies(room.database, room.objects, NOWHERE, list(CIKS))


def _facts(room: Room) -> Iterable[object]:
    room.patch.setattr(companyfacts, "read_facts", _nothing_read(room))
    return refresh.refresh_facts(room.database, room.objects, NOWHERE)


def _submissions(room: Room) -> Iterable[object]:
    def submissions(cik: Cik) -> None:
        room.touch(cik)
        raise NotFound("none")

    return refresh.refresh_submissions(room.database, room.objects, SimpleNamespace(submissions=submissions))  # type: ignore[arg-type]


def _between(room: Room) -> Iterable[object]:
    """What a refresh does beside its step: reading who the company is."""
    read = refresh._company

    def company(database: Database, cik: Cik) -> Company:
        room.touch(cik)
        return read(database, cik)

    room.patch.setattr(refresh, "_company", company)
    return refresh.refresh_facts(room.database, room.objects, NOWHERE)


def _prices(room: Room) -> Iterable[object]:
    def fetch(_d: object, _o: object, _s: object, ticker: Ticker, **more: Any) -> DailySeries:
        more["tally"].works_on("some bytes")
        room.touch(ticker)
        return DailySeries((), {})

    room.patch.setattr(prices, "_fetch", fetch)
    return refresh.refresh_prices(room.database, room.objects, NOWHERE)


def _news(room: Room) -> Iterable[object]:
    def fetch(_d: object, _o: object, _s: object, company: Company, **more: Any) -> list[Any]:
        more["tally"].works_on("some bytes")
        room.touch(company.label)
        return []

    room.patch.setattr(news, "_fetch", fetch)
    return refresh.refresh_news(room.database, room.objects, NOWHERE, today=NOW.date())


def _overviews(room: Room) -> Iterable[object]:
    def save(connection: sa.Connection, found: Any, _: date) -> bool:
        room.touch(f"T{found.cik}", connection)
        return False

    room.patch.setattr(overviews.db_overviews, "save_overview", save)
    return overviews.refresh_overviews(room.database, room.objects, NOWHERE, today=NOW.date(), days=30, most=10)


def _filings(room: Room) -> Iterable[object]:
    def fetched(_d: object, _o: object, _s: object, filing: Filing) -> ArchivedDocument:
        return ArchivedDocument("a.htm", None, b"", None, "0" * 64)

    def index(connection: sa.Connection, _objects: object, _content: bytes, new: Any) -> Any:
        room.touch(new.accession, connection)
        return SimpleNamespace(document_id=1, extracted=None, sections=0, passages=0)

    inline = SimpleNamespace(facts=0, elements=0, dropped={}, schema=None, members=())
    room.patch.setattr(main_documents, "_fetched", fetched)
    room.patch.setattr(main_documents, "index_document", index)
    room.patch.setattr(main_documents, "load_inline_facts", lambda *_, **__: inline)
    room.patch.setattr(main_documents, "is_calculated", lambda *_: False)
    for name in ("fetch_exhibits", "stored_exhibits"):
        room.patch.setattr(main_documents, name, lambda *_, **__: [])
    return main_documents.ingest_filings(room.database, room.objects, NOWHERE, COMPANIES[0], FILINGS)


def _beside(room: Room) -> Iterable[object]:
    """Linkbases and labels, which come beside a document."""
    return [
        main_documents._beside(room.database, "linkbase", filing, "0" * 64, lambda filing=filing: room.touch(filing.accession))
        for filing in FILINGS
    ]


def _exhibits(room: Room) -> Iterable[object]:
    def index(connection: sa.Connection, _objects: object, _content: bytes, new: Any) -> Any:
        room.touch(new.name, connection)
        return SimpleNamespace(passages=0)

    room.patch.setattr(exhibits, "index_document", index)
    found = [ArchivedDocument(name, None, b"", None, "0" * 64) for name in ("a.htm", "b.htm", "c.htm")]
    with room.database.write() as connection:
        return [exhibits.index_exhibits(connection, room.objects, FILINGS[0], found, dropped=lambda _: None)]


def _new_filings(room: Room) -> Iterable[object]:
    def facts(_d: object, _o: object, _s: object, company: Company) -> Any:
        room.touch(company.cik)
        return SimpleNamespace(outcome="failed")

    room.patch.setattr(current, "ingest_facts", facts)
    room.patch.setattr(current, "ingest_submissions", lambda *_: SimpleNamespace(outcome="failed"))
    return current._bring_in(room.database, room.objects, NOWHERE, FILINGS, forms=())


def _bulk(room: Room) -> Iterable[object]:
    room.patch.setattr(bulk, "read_facts", _nothing_read(room))
    return bulk.ingest_bulk(room.database, room.objects, NOWHERE, "companyfacts", [company.cik for company in COMPANIES])


def _passages(room: Room) -> Iterable[object]:
    def embed(texts: list[str]) -> Any:
        for text in texts:
            room.touch(text)
        return np.zeros((len(texts), 3), dtype=np.float32)

    def missing(_c: object, _m: object, *, after: int, limit: int) -> list[tuple[int, str]]:
        return [(number, f"text {number}") for number in NUMBERS if number > after][:limit]

    room.patch.setattr(passages.embeddings, "missing_embeddings", missing)
    room.patch.setattr(passages.embeddings, "save_embeddings", lambda _c, _m, ids, _v: len(ids))
    for step in ("mark_complete", "refresh_filing_vectors"):
        room.patch.setattr(passages.embeddings, step, lambda *_: None)
    room.patch.setattr(passages.similarity, "refresh_similarity", lambda *_: None)
    room.patch.setattr(passages.vector_index, "build_index", lambda *_: None)
    room.patch.setattr(passages.passages, "refresh_statistics", lambda *_: None)
    embedder: Any = SimpleNamespace(model="fake", dimensions=3, embed=embed)
    return [passages.embed_missing(room.database, embedder)]


def _rules(room: Room, subjects: Iterable[int] = NUMBERS) -> list[str]:
    """An alert rule for each company, once; their numbers."""
    with room.database.write() as connection:
        there = [str(number) for number in connection.scalars(sa.text("select rule_id from alert_rules order by rule_id"))]
        if there:
            return there
        connection.execute(sa.text("alter sequence alert_rules_rule_id_seq restart with 1"))
        return [
            str(
                save_rule(
                    connection, owner="local", condition=parse_condition("filing"), channel="ops", schedule=Schedule(),
                    created_at=NOW, company=COMPANIES[number - 1], watchlist=None,
                ).rule_id
            )
            for number in subjects
        ]  # fmt: skip


def _look(room: Room) -> Iterable[object]:
    _rules(room)

    def look(connection: sa.Connection, rule: Any, _: datetime) -> int:
        room.touch(rule.rule_id, connection)
        return 0

    room.patch.setattr(notices, "_look", look)
    return [notices.look(room.database, now=room.now)]


def _messages(room: Room) -> Iterable[object]:
    _rules(room)
    with room.database.write() as connection:
        if not connection.scalar(sa.text("select count(*) from alert_notices")):
            connection.execute(sa.text("alter sequence alert_notices_notice_id_seq restart with 1"))
            connection.execute(
                sa.text(
                    "insert into alert_notices (rule_id, subject, content, state, found_at, due_at) "
                    "select rule_id, 's', cast(:content as jsonb), 'pending', :now, :now from alert_rules order by rule_id"
                ),
                {
                    "now": NOW,
                    "content": '{"title": "t", "cik": null, "company": null, "facts": [], "page": null, "source_url": null}',
                },
            )

    def send(_: str, message: Any) -> None:
        room.touch(message)

    room.patch.setattr(notices, "_compose", lambda _database, batch, _base: f"ops notice {batch.notice_ids[0]}")
    notifier: Any = SimpleNamespace(send=send, channels=("ops",))
    return notices.send_due(room.database, notifier, clock=lambda: room.now, base="http://here")


def _reports(room: Room) -> Iterable[object]:
    with room.database.write() as connection:
        for name in ("a", "b", "c"):
            db_reports.save_schedule(connection, name, notebook="n", parameters={}, cron="0 * * * *")
    room.patch.setattr(schedules, "_run", lambda _w, schedule, _t: room.touch(schedule.name))
    workbench: Any = SimpleNamespace(database=room.database)
    return schedules.run_due(workbench, datetime.now(UTC) + timedelta(hours=2))


def _lake_companies(room: Room) -> Iterable[object]:
    def statement(connection: sa.Connection, company: Company, *_: object) -> None:
        room.touch(company.cik, connection)

    room.patch.setattr(lake, "statement", statement)
    room.patch.setattr(lake, "rows", lambda _: [])
    failed: list[object] = []
    return [lake.export(room.database, room.objects, on_failure=failed.append), *failed]


def _lake_tables(room: Room) -> Iterable[object]:
    batches = lake._batches

    def of_table(connection: sa.Connection, table: Any, failures: Any) -> Any:
        room.touch(table.name, connection)
        return batches(connection, table, failures)

    room.patch.setattr(lake, "_batches", of_table)
    failed: list[object] = []
    return [lake.export(room.database, room.objects, on_failure=failed.append), *failed]


OLD_DAYS = tuple(daily_name(date(2024, 1, number)) for number in NUMBERS)


def _old_snapshots(room: Room) -> Iterable[object]:
    found = [SimpleNamespace(name=name) for name in OLD_DAYS]
    room.patch.setattr(lake, "snapshots", lambda _: found)
    room.patch.setattr(lake, "remove", lambda _, name: room.touch(name))
    return [lake.forget_old_days(room.database, room.objects, today=NOW.date(), days=30)]


def _marts(room: Room) -> Iterable[object]:
    class Build(MartsBuild):
        def broken(self, table: str) -> list[str]:
            room.touch(table)
            return []

    built = tuple(BuiltMart(name, "built", 0.0, "") for name in ("a", "b", "c"))
    builder: Any = SimpleNamespace(build=lambda: Build(NOW, built, ()))
    room.patch.setattr(marts, "marts_report", lambda *_: b"")
    return marts.build_marts(room.database, room.objects, builder)


def _retention(room: Room) -> Iterable[object]:
    room.patch.setattr(retention.runs, "delete_before", lambda connection, _: room.touch("ingest_runs", connection) or 0)
    room.patch.setattr(retention.api_responses, "delete_before", lambda c, _: room.touch("api_responses", c) or 0)
    room.patch.setattr(retention.sessions, "forget_sessions", lambda c, _: room.touch("sessions", c) or 0)
    room.patch.setattr(lake, "snapshots", lambda _: room.touch("lake") or [])
    room.patch.setattr(retention.audit, "remove_before", lambda c, _, **__: room.touch("audit_logs", c) or 0)
    keep = SimpleNamespace(keep_runs_days=30, keep_snapshots_days=30, keep_audit_days=365, keep_events_days=None)
    workbench: Any = SimpleNamespace(
        database=room.database, objects=room.objects, now=lambda: room.now, settings=SimpleNamespace(flows=keep)
    )
    return jobs.retention(workbench)


def _starter(room: Room) -> Iterable[object]:
    room.patch.setattr(load, "_load_company", lambda _d, _o, each, _s, _t: room.touch(each.company.label))
    content = encode([StarterCompany(company, (), ()) for company in COMPANIES])
    return load.load_companies(room.database, room.objects, content)


def _changes(room: Room) -> Iterable[object]:
    reports = [change_lists.NewReport(each.cik, each.accession, "10-K", each.filed_on) for each in FILINGS]
    room.patch.setattr(changes, "uncompared", lambda _, __: reports)
    room.patch.setattr(changes, "_compare", lambda _d, _o, report, _t: room.touch(report.accession.text))
    return changes.report_changes(room.database, room.objects)


TICKERS = ("T1", "T2", "T3")
_LABELS = tuple(company.label for company in COMPANIES)
_ACCESSIONS = tuple(filing.accession.text for filing in FILINGS)


def _label_of(cik: str) -> str:
    return COMPANIES[int(cik) - 1].label


LOOPS = (
    Loop("figures of companies", CIKS, "metrics", _metrics),
    Loop("companies of `workbench ingest`", CIKS, "facts", _command, "CIK {}".format, is_passed_over=False),
    Loop("facts of companies", CIKS, "facts", _facts, _label_of, is_passed_over=False),
    Loop("submissions of companies", CIKS, "submissions", _submissions, _label_of, is_passed_over=False),
    Loop("companies of a refresh", CIKS, "facts of a company", _between, is_passed_over=False),
    Loop("prices of companies", TICKERS, "prices", _prices),
    Loop("news of companies", _LABELS, "news", _news),
    Loop("overviews of companies", _LABELS, "overview", _overviews, is_passed_over=False),
    Loop("filings of a company", _ACCESSIONS, "filing", _filings),
    Loop("what comes beside documents", _ACCESSIONS, "linkbase", _beside),
    Loop("exhibits of a filing", ("a.htm", "b.htm", "c.htm"), "exhibit", _exhibits, lambda name: f"{_ACCESSIONS[0]} {name}"),
    Loop("companies with new filings", CIKS, "new filings", _new_filings, is_passed_over=False),
    Loop("companies of the nightly archive", CIKS, "facts", _bulk, "CIK {}".format,
         is_passed_over=False),
    Loop("passages", ("text 1", "text 2", "text 3"), "passage", _passages, lambda text: f"fake passage {text[-1]}"),
    Loop("reports that are compared", _ACCESSIONS, "changes", _changes),
    Loop("alert rules", CIKS, "alert", _look, is_passed_over=False),
    Loop("messages", tuple(f"ops notice {number}" for number in NUMBERS), "notices", _messages, is_passed_over=False),
    Loop("scheduled reports", ("a", "b", "c"), "report", _reports, is_passed_over=False),
    Loop("companies of the lake", CIKS, "lake statements", _lake_companies, is_passed_over=False),
    Loop("tables of the lake", ("companies", "filings", "facts"), "lake table", _lake_tables, is_passed_over=False),
    Loop("old snapshots", OLD_DAYS, "lake snapshot", _old_snapshots, is_passed_over=False),
    Loop("marts", ("a", "b", "c"), "mart", _marts, is_passed_over=False),
    Loop(
        "what is not kept for ever", ("ingest_runs", "api_responses", "sessions", "lake", "audit_logs"), "retention",
        _retention, is_passed_over=False,
    ),
    Loop("companies of the starter data", _LABELS, "starter", _starter, is_passed_over=False),
)  # fmt: skip
