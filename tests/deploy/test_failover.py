"""The primary of the database is lost during an ingest and under load, so is that of Redis: nothing acknowledged is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest
import redis

from api.security.accounts import add_user
from db import migrate
from db.companies import save_company
from db.engine import Database
from tests.api.conftest import PASSWORD
from tests.deploy.clusters import Cluster, RedisCluster, postgres_cluster, redis_cluster
from tests.deploy.role_stack import answers, free_ports, role, until
from tests.edgar_folder import ACCESSION, DOCUMENT, annual_report, company_facts, submissions, write
from workbench.domain.errors import DatabaseUnavailable
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.rights.roles import Role

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

_COMPANIES = 60
_FIRST_CIK = 900_001
ORCHARD = Company(cik=Cik(800_001), name="Orchard Presses", listings=(Listing(Ticker("ORCH"), "NYSE"),), sic="3550")


@dataclass
class Load:
    """Calls `step` again and again in a thread of its own until the block ends; `failure` is what it raised."""

    step: Callable[[], None]
    failure: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Load:
        self.thread = threading.Thread(target=self._go_on)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def _go_on(self) -> None:
        try:
            while not self.ended.wait(0.05):
                self.step()
        except BaseException as error:  # noqa: BLE001  the test looks at it
            self.failure = error


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with postgres_cluster() as running:
        database = Database(running.url)
        migrate.upgrade(database.engine)
        with database.write() as connection:
            save_company(connection, ORCHARD)
        add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
        database.close()
        yield running


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    with redis_cluster(tmp_path_factory.mktemp("cache")) as running:
        yield running


@pytest.fixture(scope="module")
def environment(cluster: Cluster, cache: RedisCluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {
        "WORKBENCH_HOME": str(tmp_path_factory.mktemp("home")),
        "WORKBENCH_DATABASE__KIND": "postgresql",
        "WORKBENCH_DATABASE__URL": cluster.url,
        "WORKBENCH_CACHE__KIND": "redis",
        "WORKBENCH_CACHE__URL": cache.url,
        "WORKBENCH_EMBEDDINGS__KIND": "wordllama",
        "WORKBENCH_FLOWS__ENABLED": "false",
        "WORKBENCH_RATE_LIMITS__ANALYST__REQUESTS": "100000",
    }


@pytest.fixture(scope="module")
def api(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    [port] = free_ports(1)
    with role(tmp_path_factory.mktemp("api"), environment, "api", "--port", str(port), "--workers", "1"):
        until(lambda: answers(port), "the API", seconds=150)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            token = client.post("/api/v1/auth/token", data={"username": "ada", "password": PASSWORD}).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client


def market(root: Path) -> list[str]:
    """A folder like EDGAR's with companies that have facts and a 10-K; their tickers."""
    tickers, rows = [], []
    for place in range(_COMPANIES):
        cik, ticker = _FIRST_CIK + place, f"T{place:03}"
        accession = ACCESSION.replace("0001234567", f"{cik:010d}")
        tickers.append(ticker)
        rows.append([cik, f"Company {place}", ticker, "NYSE"])
        page, facts = (
            submissions(cik=f"{cik:010d}", name=f"Company {place}", tickers=[ticker], exchanges=["NYSE"]),
            company_facts(),
        )
        for path, content in (
            (f"submissions/CIK{cik:010d}.json", page),
            (f"api/xbrl/companyfacts/CIK{cik:010d}.json", facts | {"cik": cik}),
        ):
            file = write(root, path, content)
            file.write_text(file.read_text().replace(ACCESSION, accession))
        write(root, f"Archives/edgar/data/{cik}/{accession.replace('-', '')}/{DOCUMENT}", annual_report(f"word{place}"))
    write(root, "files/company_tickers_exchange.json", {"fields": ["cik", "name", "ticker", "exchange"], "data": rows})
    write(root, "files/company_tickers.json", {})
    return tickers


def ingest(tickers: list[str], root: Path, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from workbench.cli import main; main()", "ingest", *tickers, "--edgar", str(root)]
    with log.open("ab") as file:
        return subprocess.Popen(command, env=os.environ | environment, stdout=file, stderr=file)


def rows(cluster: Cluster) -> tuple[int, ...]:
    """Companies, filings, versions of facts, documents."""
    tables = ("companies", "sec_filings", "financial_metrics", "documents")
    with psycopg.connect(cluster.url, connect_timeout=3) as connection:
        return tuple(
            connection.execute(f"select count(*) from {table}").fetchone()[0]  # type: ignore[call-overload,index]
            for table in tables
        )


def test_writes_go_on_after_the_primary_is_lost(
    cluster: Cluster, api: httpx.Client, environment: dict[str, str], tmp_path: Path
) -> None:
    tickers = market(tmp_path / "edgar")
    database, acknowledged, statuses = Database(cluster.url), [], Counter[int]()
    with database.write() as connection:
        connection.exec_driver_sql("create table acknowledged (id bigint primary key)")
    number, longest, last = iter(range(1_000_000)), 0.0, time.monotonic()

    def save_one() -> None:
        nonlocal longest, last
        identifier = next(number)
        try:
            with database.write() as connection:
                connection.exec_driver_sql(f"insert into acknowledged values ({identifier})")
        except DatabaseUnavailable:
            return
        acknowledged.append(identifier)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()

    def read_one() -> None:
        answer = api.get("/api/v1/companies/ORCH")
        statuses[answer.status_code] += 1
        assert answer.status_code == 200 or (answer.status_code == 503 and "retry-after" in answer.headers), answer.text

    lost, log = cluster.primary(), tmp_path / "ingest.log"
    with (
        Load(save_one) as writing,
        Load(read_one) as reading,
        ingest(tickers, tmp_path / "edgar", environment, log) as loading,
    ):
        until(lambda: rows(cluster)[0] > _COMPANIES // 4, "a quarter of the companies", seconds=120)
        assert loading.poll() is None
        begun, before = time.monotonic(), len(acknowledged)
        cluster.nodes[lost].kill()
        until(lambda: writing.failure is not None or len(acknowledged) > before + 5, "writes", seconds=120)
        took = time.monotonic() - begun
        code = loading.wait(timeout=300)
        time.sleep(1)
    assert (writing.failure, reading.failure) == (None, None)
    assert cluster.primary() != lost
    # What was not acknowledged may be there or not; what was is.
    with database.read() as connection:
        there = {row[0] for row in connection.exec_driver_sql("select id from acknowledged")}
    assert set(acknowledged) <= there
    assert statuses[200] > 50
    # An ingest that lost its database says so, and goes on where it was.
    if code:
        assert "what was committed stays" in log.read_text() or "cannot be reached" in log.read_text()
        assert "Traceback" not in log.read_text()
        assert ingest(tickers, tmp_path / "edgar", environment, log).wait(timeout=300) == 0
    whole = rows(cluster)
    assert whole == (_COMPANIES + 1, 3 * _COMPANIES, 4 * _COMPANIES, _COMPANIES)
    assert ingest(tickers, tmp_path / "edgar", environment, log).wait(timeout=300) == 0
    assert rows(cluster) == whole

    cluster.nodes[lost].start()
    until(cluster.is_whole, "the lost server as a standby", seconds=180)
    database.close()
    print(  # noqa: T201  the times are the drill's result
        f"\nwrites again {took:.1f} s after the primary was lost (longest pause {longest:.1f} s), {len(acknowledged)} "
        f"acknowledged and all there; reads meanwhile: {statuses[200]} answered, {statuses[503]} refused with 503"
    )


def test_changes_are_announced_by_the_new_primary(cluster: Cluster, api: httpx.Client) -> None:
    assert api.get("/api/v1/companies/ORCH").json()["name"] == "Orchard Presses"
    database = Database(cluster.url)
    with database.write() as connection:
        save_company(connection, Company(cik=ORCHARD.cik, name="Orchard & Sons", listings=ORCHARD.listings, sic=ORCHARD.sic))
    database.close()
    until(lambda: api.get("/api/v1/companies/ORCH").json()["name"] == "Orchard & Sons", "the new name", seconds=15)


def test_requests_go_on_while_redis_finds_a_new_primary(api: httpx.Client, cache: RedisCluster) -> None:
    statuses, lost = Counter[int](), cache.primary()

    def read_one() -> None:
        statuses[api.get("/api/v1/companies/ORCH").status_code] += 1

    def takes_writes() -> bool:
        with redis.Redis.from_url(cache.url, socket_timeout=3) as client:
            try:
                return bool(client.set("drill", "1", ex=60))
            except redis.RedisError:
                return False

    with Load(read_one) as reading:
        begun = time.monotonic()
        cache.nodes[lost].kill()
        until(lambda: cache.primary() not in ("", lost) and takes_writes(), "another primary", seconds=60)
        took = time.monotonic() - begun
        time.sleep(2)
    assert reading.failure is None
    assert set(statuses) == {200}, statuses
    cache.nodes[lost].start()
    until(lambda: cache.primary() not in ("", lost), "one primary")
    print(f"\nRedis takes writes again after {took:.1f} s; {statuses[200]} requests meanwhile, all answered")  # noqa: T201
