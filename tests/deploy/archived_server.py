"""A PostgreSQL that archives as compose.yaml says, into a folder and into a bucket of a real S3 server over TLS."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import urllib3
from minio import Minio
from minio.error import S3Error

from tests.deploy.files import DEPLOY, compose, run, tool
from tests.deploy.role_stack import free_ports, until

# Debian's pgBackRest knows no newer version; with a newer one name the folder of a newer PostgreSQL's programs.
PROGRAMS = Path(os.environ.get("WORKBENCH_TEST_POSTGRESQL", "/usr/lib/postgresql/15/bin"))
_BUCKET, _KEY, _SECRET = "workbench-backups", "of-the-drill", "secret-of-the-drill"


@dataclass
class Bucket:
    """A server of S3 over TLS with one bucket, which can be away for a while. `folder` holds its certificate and its data."""

    command: list[str]
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the bucket is there."""
        with (self.folder / "s3" / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        trusting = urllib3.PoolManager(ca_certs=str(self.folder / "server.crt"), retries=False)
        at = f"localhost:{self.port}"
        client = Minio(at, access_key=_KEY, secret_key=_SECRET, http_client=trusting, region="us-east-1")

        def is_made() -> bool:
            try:
                if not client.bucket_exists(_BUCKET):
                    client.make_bucket(_BUCKET)
            except (S3Error, urllib3.exceptions.HTTPError):  # it has not started
                return False
            return True

        until(is_made, "the bucket")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)


@dataclass(frozen=True)
class Cluster:
    """A server of the drill's own: `folder` holds its data, its repository and its settings."""

    folder: Path
    port: int
    bucket: Bucket
    timescale: bool = False
    more: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def environment(self) -> dict[str, str]:
        """What the services `database` and `backup` have, with the places and ports of the drill."""
        given: dict[str, str] = dict(compose()["services"]["backup"]["environment"])
        backrest = Path(tool("pgbackrest")).parent
        own = {
            "PATH": f"{PROGRAMS}:{backrest}:/usr/bin:/bin", "TMPDIR": str(self.folder), "PGDATA": str(self.data),
            "STATE_FOLDER": str(self.repository), "METRICS_FOLDER": str(self.folder / "metrics"),
            "PGBACKREST_CONFIG": str(DEPLOY / "backup" / "pgbackrest.conf"),
            "PGBACKREST_CONFIG_INCLUDE_PATH": str(self.folder / "included"),
            "PGBACKREST_PG1_PATH": str(self.data), "PGBACKREST_PG1_PORT": str(self.port),
            "PGBACKREST_PG1_SOCKET_PATH": str(self.folder), "PGBACKREST_REPO1_PATH": str(self.repository),
            "PGBACKREST_REPO2_STORAGE_PORT": str(self.bucket.port),
            "PGBACKREST_REPO2_STORAGE_CA_FILE": str(self.folder / "server.crt"),
            "PGBACKREST_LOCK_PATH": str(self.folder / "lock"), "PGBACKREST_SPOOL_PATH": str(self.folder / "spool"),
        }  # fmt: skip
        assert set(given) - set(own) == {"PGBACKREST_STANZA", "PGBACKREST_PG1_USER"}
        return given | own | self.more

    def run(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """As the unprivileged user that PostgreSQL runs as."""
        return subprocess.run(
            [str(part) for part in command], env=self.environment | more, cwd=self.folder, capture_output=True, text=True,
            timeout=600, check=False, **user(),
        )  # type: ignore[call-overload,no-any-return]  # fmt: skip

    def script(self, name: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run("sh", DEPLOY / "backup" / f"{name}.sh", *arguments, **more)

    def start(self) -> None:
        [connections] = [each for each in compose()["services"]["database"]["command"] if each.startswith("max_connections=")]
        options = f"-p {self.port} -k {self.folder} -c listen_addresses= -c {connections}"
        if self.timescale:
            options += " -c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off"
        begun = self.run(PROGRAMS / "pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")
        assert begun.returncode == 0, begun.stdout + (self.folder / "log").read_text()[-2000:]
        until(lambda: self.ask("select pg_is_in_recovery()") == [(False,)], "the end of the recovery")

    def stop(self) -> None:
        self.run(PROGRAMS / "pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        where = f"host={self.folder} port={self.port} user=workbench dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def archive(self) -> None:
        """Returns when all that was written is in the archive."""
        [(segment,)] = self.ask("select pg_walfile_name(pg_switch_wal())")
        until(lambda: self.ask(f"select last_archived_wal >= '{segment}' from pg_stat_archiver") == [(True,)], "the archive")

    def compress(self) -> None:
        """Compresses the table's older half, where there is TimescaleDB."""
        if self.timescale:
            self.ask("select compress_chunk(chunk) from show_chunks('facts', older_than => 100000) chunk")

    def rows(self) -> list[tuple[object, ...]]:
        """The number of rows and a digest of every value in order."""
        return self.ask("select count(*), md5(string_agg(f::text, ',' order by id)) from facts f")


def user() -> dict[str, object]:
    """Arguments of a process that runs as PostgreSQL's user, as the tests of root must."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


@contextmanager
def archived_server(*, io_timeout: int | None = None, timescale: bool = False) -> Iterator[Cluster]:
    """The server, running with one empty table, and the bucket, which is away after four times `io_timeout` seconds.

    With `timescale` the table has chunks of 25,000 rows; skips where the server's programs have no TimescaleDB.
    """
    for program in ("pgbackrest", "weed", "openssl"):
        tool(program)
    if timescale and not (PROGRAMS.parent / "lib" / "timescaledb.so").exists():
        pytest.skip(f"there is no TimescaleDB beside {PROGRAMS}")
    # Everybody may enter it: the server runs as another user than the tests of root.
    folder = Path(tempfile.mkdtemp(prefix="wbdrill-"))
    port, s3_port, *others = free_ports(9)
    more = {} if io_timeout is None else {"PGBACKREST_IO_TIMEOUT": str(io_timeout)}
    made = Cluster(folder, port, _bucket(folder, s3_port, others), timescale, more)
    try:
        _make_settings(made)
        if os.geteuid() == 0:
            for path in [folder, *folder.rglob("*")]:
                shutil.chown(path, "postgres", "postgres")
        made.bucket.start()
        _initialise(made)
        made.start()
        _make_table(made)
        yield made
    finally:
        made.stop()
        made.bucket.stop()
        shutil.rmtree(folder)


def _make_settings(cluster: Cluster) -> None:
    """As setup.sh writes them for somebody who has a bucket."""
    chosen = {
        "BACKUP_S3_BUCKET": _BUCKET,
        "BACKUP_S3_ENDPOINT": "localhost",
        "BACKUP_S3_KEY": _KEY,
        "BACKUP_S3_SECRET": _SECRET,
    }
    work = cluster.folder / "deploy"
    work.mkdir()
    shutil.copy(DEPLOY / "setup.sh", work)
    run("sh", work / "setup.sh", cwd=work, **chosen)
    for name in ("server.crt", "server.key"):  # of localhost
        shutil.copy(work / "secrets" / "tls" / name, cluster.folder)
    (cluster.folder / "included").mkdir()
    for secret in compose()["services"]["backup"]["secrets"]:
        if isinstance(secret, dict):
            shutil.copy(work / "secrets" / secret["source"], cluster.folder / "included" / Path(secret["target"]).name)
    for name in ("repository", "metrics"):
        (cluster.folder / name).mkdir()


def _initialise(cluster: Cluster) -> None:
    options = ("-U", "workbench", "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums")
    done = cluster.run(PROGRAMS / "initdb", "-D", cluster.data, *options)
    assert done.returncode == 0, done.stderr
    command = compose()["services"]["database"]["command"]
    mounted = "/etc/workbench-backup"
    archiving = [
        each.replace(mounted, str(DEPLOY / "backup")).split("=", 1) for each in command if each.startswith("archive_")
    ]
    assert {name for name, _ in archiving} == {"archive_mode", "archive_command", "archive_timeout"}
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in archiving)


def _make_table(cluster: Cluster) -> None:
    cluster.ask("create table facts (id bigint primary key, cik int, concept text, value numeric, at timestamptz)")
    if cluster.timescale:
        cluster.ask("create extension timescaledb")
        cluster.ask("select create_hypertable('facts', 'id', chunk_time_interval => 25000)")
        cluster.ask("alter table facts set (timescaledb.compress, timescaledb.compress_segmentby = 'concept')")


def _bucket(cluster_folder: Path, s3_port: int, ports: Sequence[int]) -> Bucket:
    master, volume, filer, *internal = ports
    folder = cluster_folder / "s3"
    folder.mkdir()
    identity = (
        f'{{"name": "drill", "actions": ["Admin"], "credentials": [{{"accessKey": "{_KEY}", "secretKey": "{_SECRET}"}}]}}'
    )
    (folder / "identities.json").write_text(f'{{"identities": [{identity}]}}')
    tls = [f"-s3.cert.file={cluster_folder / 'server.crt'}", f"-s3.key.file={cluster_folder / 'server.key'}"]
    at = [f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={s3_port}"]
    at += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    at += [f"-{name}.port.grpc={port}" for name, port in zip(("master", "volume", "filer", "s3"), internal, strict=True)]
    server = [tool("weed"), "server", f"-dir={folder}", "-ip=127.0.0.1", "-s3", f"-s3.config={folder / 'identities.json'}"]
    return Bucket([*server, *tls, *at, "-volume.max=0", "-master.volumeSizeLimitMB=128"], cluster_folder, s3_port)
