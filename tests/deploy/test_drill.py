"""A database is destroyed and comes back as it was at a moment, every row of it, by the scripts that an operator runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.deploy.files import DEPLOY, tool
from tests.deploy.role_stack import free_ports, until

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")  # Debian's pgBackRest knows no newer version
_ROWS = 200_000


@dataclass(frozen=True)
class Cluster:
    """A server of the drill's own: `folder` holds its data, its repository and its settings."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """As the unprivileged user that PostgreSQL runs as."""
        environment = {
            "PATH": f"{_PROGRAMS}:/usr/bin:/bin", "PGDATA": str(self.data),
            "PGBACKREST_CONFIG": str(self.folder / "pgbackrest.conf"),
            "PGBACKREST_REPO1_CIPHER_PASS": "of-the-drill", "TMPDIR": str(self.folder),
        }  # fmt: skip
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.run(
            [str(part) for part in command], env=environment | more, cwd=self.folder, capture_output=True, text=True,
            timeout=600, check=False, **user,
        )  # type: ignore[call-overload,no-any-return]  # fmt: skip

    def script(self, name: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run("sh", DEPLOY / "backup" / f"{name}.sh", *arguments, **more)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses="
        begun = self.run(_PROGRAMS / "pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")
        assert begun.returncode == 0, begun.stdout + (self.folder / "log").read_text()[-2000:]
        until(lambda: self.ask("select pg_is_in_recovery()") == [(False,)], "the end of the recovery")

    def stop(self) -> None:
        self.run(_PROGRAMS / "pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        where = f"host={self.folder} port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def archive(self) -> None:
        """Returns when all that was written is in the archive."""
        [(segment,)] = self.ask("select pg_walfile_name(pg_switch_wal())")
        until(lambda: self.ask(f"select last_archived_wal >= '{segment}' from pg_stat_archiver") == [(True,)], "the archive")

    def rows(self) -> list[tuple[object, ...]]:
        """The number of rows and a digest of every value in order."""
        return self.ask("select count(*), md5(string_agg(f::text, ',' order by id)) from facts f")


def load(cluster: Cluster, first: int, count: int) -> None:
    cluster.ask(
        f"insert into facts select n, n % 6000, 'us-gaap:Assets', (n::numeric * 1234567.89), now() "
        f"from generate_series({first}, {first + count - 1}) n"
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    tool("pgbackrest")
    if not (_PROGRAMS / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not installed")
    # Everybody may enter it: the server runs as another user than the tests of root.
    folder = Path(tempfile.mkdtemp(prefix="wbdrill-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    made = Cluster(folder, free_ports(1)[0])
    try:
        (folder / "pgbackrest.conf").write_text(_settings(folder))
        initialised = made.run(
            _PROGRAMS / "initdb",
            "-D",
            made.data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--data-checksums",
        )
        assert initialised.returncode == 0, initialised.stderr
        with (made.data / "postgresql.conf").open("a") as file:
            file.write(
                "archive_mode = on\narchive_command = 'pgbackrest --stanza=workbench archive-push %p'\narchive_timeout = 60\n"
            )
        made.start()
        made.ask("create table facts (id bigint primary key, cik int, concept text, value numeric, at timestamptz)")
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def _settings(folder: Path) -> str:
    """The example's, without the second repository and with the folders of the drill."""
    text = (DEPLOY / "backup" / "pgbackrest.conf").read_text()
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("repo2-"))
    text = text.replace("/var/lib/pgbackrest", f"{folder}/repository").replace("/home/postgres/pgdata/data", f"{folder}/data")
    own = f"lock-path={folder}/lock\nlog-level-file=off\nspool-path={folder}/spool\n"
    return text.replace("[global]\n", f"[global]\n{own}") + f"pg1-socket-path={folder}\npg1-user=postgres\n"


def test_a_destroyed_database_comes_back_as_it_was_at_a_moment(cluster: Cluster) -> None:
    load(cluster, 0, _ROWS)
    port = {"PGBACKREST_PG1_PORT": str(cluster.port)}
    begun = time.monotonic()
    backup = cluster.script("initiate", **port)
    assert backup.returncode == 0, backup.stderr
    backed_up = time.monotonic() - begun
    assert re.fullmatch(r"\d{8}-\d{6}F\n", backup.stdout)
    load(cluster, _ROWS, 1000)  # only WAL has these
    time.sleep(1.1)
    [(moment,)] = cluster.ask("select clock_timestamp()::text")
    expected = cluster.rows()
    assert expected[0][0] == _ROWS + 1000
    time.sleep(1.1)
    load(cluster, _ROWS + 1000, 1000)
    cluster.ask("delete from facts where id < 100000")  # the mistake
    cluster.archive()
    cluster.stop()
    shutil.rmtree(cluster.data)

    begun = time.monotonic()
    restored = cluster.script("restore", "--target", str(moment))
    assert restored.returncode == 0, restored.stderr
    cluster.start()
    took = time.monotonic() - begun
    assert cluster.rows() == expected
    load(cluster, _ROWS + 5000, 1)  # it takes writes again
    print(f"\n{_ROWS:,} rows: backup {backed_up:.1f} s, restored to a moment and serving {took:.1f} s")  # noqa: T201  the times are the drill's result


def test_verify_restores_into_a_spare_place_and_says_so_to_prometheus(cluster: Cluster) -> None:
    before = cluster.rows()
    begun = time.monotonic()
    done = cluster.script("verify", METRICS_FILE=str(cluster.folder / "backup.prom"))
    assert done.returncode == 0, done.stderr
    print(f"\nverified in {time.monotonic() - begun:.1f} s")  # noqa: T201  the times are the drill's result
    assert "workbench_backup_verified 1\n" in (cluster.folder / "backup.prom").read_text()
    assert cluster.rows() == before
    assert not list(cluster.folder.glob("data.verify-*"))


def _refused(cluster: Cluster, script: str, *arguments: str) -> str:
    """The one line of a script that refuses; the data and what lies beside it stay as they were."""
    beside = sorted(path.name for path in cluster.folder.glob("data*"))
    mark = (cluster.data / "PG_VERSION").stat().st_ino
    done = cluster.script(script, *arguments)
    assert done.returncode == 1, done.stdout
    [line] = done.stderr.splitlines()
    assert sorted(path.name for path in cluster.folder.glob("data*")) == beside
    assert (cluster.data / "PG_VERSION").stat().st_ino == mark
    return line


def test_what_cannot_be_restored_changes_nothing(cluster: Cluster) -> None:
    assert "the server runs; stop it first; nothing was changed" in _refused(cluster, "restore")
    cluster.stop()
    assert "there is no backup 20200101-020000F; there are: 2" in _refused(
        cluster, "restore", "--backup-id", "20200101-020000F"
    )
    assert "2020-01-01 00:00:00.000000+00 is too old" in _refused(cluster, "restore", "--target", "2020-01-01 00:00:00+00")
    assert "is yet to come" in _refused(cluster, "restore", "--target", "2099-01-01 00:00:00+00")
    assert "has no time zone" in _refused(cluster, "restore", "--target", "2026-01-01 00:00:00")
    assert "the archive does not reach the target nowhere" in _refused(cluster, "restore", "--target", "nowhere")
    # A file of the backup that lost a byte.
    [backup] = (cluster.folder / "repository" / "backup" / "workbench").glob("*F")
    table = max(
        (path for path in (backup / "pg_data" / "base").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    whole = table.read_bytes()
    table.write_bytes(whole[:-20])
    assert "did not come back" in _refused(cluster, "restore")
    assert "does not come back" in _refused(cluster, "verify")
    table.write_bytes(whole)
    shutil.move(cluster.folder / "repository", cluster.folder / "elsewhere")
    assert "there is no backup; nothing was changed" in _refused(cluster, "restore")
    shutil.move(cluster.folder / "elsewhere", cluster.folder / "repository")
    cluster.start()


def test_a_named_moment_is_a_target(cluster: Cluster) -> None:
    cluster.ask("select pg_create_restore_point('before the import')")
    expected = cluster.rows()
    load(cluster, _ROWS + 6000, 10)
    cluster.archive()
    cluster.stop()
    done = cluster.script("restore", "--target", "before the import")
    assert done.returncode == 0, done.stderr
    [old] = cluster.folder.glob("data.before-*")
    assert str(old) in done.stdout
    cluster.start()
    assert cluster.rows() == expected
