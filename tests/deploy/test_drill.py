"""A database is destroyed and comes back as it was at a moment, every row of it, by the scripts that an operator runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.deploy.archived_server import Cluster, archived_server, user
from tests.deploy.files import DEPLOY
from tests.deploy.role_stack import until

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

_ROWS = 200_000


def load(cluster: Cluster, first: int, count: int) -> None:
    cluster.ask(
        f"insert into facts select n, n % 6000, 'us-gaap:Assets', (n::numeric * 1234567.89), now() "
        f"from generate_series({first}, {first + count - 1}) n"
    )


@pytest.fixture(scope="module", params=["plain", "timescale"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    with archived_server(timescale=request.param == "timescale") as running:
        yield running


def test_the_schedule_archives_backs_up_and_verifies_from_the_first_minute(cluster: Cluster) -> None:
    load(cluster, 1_000_000, 10)
    metrics = cluster.folder / "metrics"
    command = ["sh", str(DEPLOY / "backup" / "schedule.sh")]
    environment = cluster.environment | {"CHECK_SECONDS": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **user()) as scheduled:  # type: ignore[call-overload]
        until((metrics / "verified.prom").exists, "the first verification", seconds=180)
        scheduled.terminate()
        said = scheduled.stdout.read()
    assert "workbench_backup_verified 1\n" in (metrics / "verified.prom").read_text()
    ended = int((metrics / "backup.prom").read_text().split()[-1])
    assert time.time() - 120 < ended <= time.time()
    assert len(re.findall(r"^\d{8}-\d{6}F$", said, re.MULTILINE)) == 1  # what was done once is not due again
    # Both places have the backup; WAL arrives in both.
    cluster.archive()
    for place in ("1", "2"):
        listed = cluster.run("pgbackrest", "info", f"--repo={place}", "--output=json").stdout
        assert listed.count('"label":"') == 1, listed
    cluster.ask("truncate facts")


def test_a_destroyed_database_comes_back_as_it_was_at_a_moment(cluster: Cluster) -> None:
    load(cluster, 0, _ROWS)
    cluster.compress()
    begun = time.monotonic()
    backup = cluster.script("initiate")
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
    done = cluster.script("verify")
    assert done.returncode == 0, done.stderr
    print(f"\nverified in {time.monotonic() - begun:.1f} s")  # noqa: T201  the times are the drill's result
    assert "workbench_backup_verified 1\n" in (cluster.folder / "metrics" / "verified.prom").read_text()
    assert cluster.rows() == before
    assert not list(cluster.folder.glob("data.verify-*"))


def _refused(cluster: Cluster, script: str, *arguments: str, **more: str) -> str:
    """The one line of a script that refuses; the data and what lies beside it stay as they were."""
    beside = sorted(path.name for path in cluster.folder.glob("data*"))
    mark = (cluster.data / "PG_VERSION").stat().st_ino
    done = cluster.script(script, *arguments, **more)
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
    backup = max((cluster.repository / "backup" / "workbench").glob("*F"))
    table = max(
        (path for path in (backup / "pg_data" / "base").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    whole = table.read_bytes()
    table.write_bytes(whole[:-20])
    assert "did not come back" in _refused(cluster, "restore")
    assert "does not come back" in _refused(cluster, "verify")
    table.write_bytes(whole)
    assert "there is no backup; nothing was changed" in _refused(cluster, "restore", PGBACKREST_STANZA="another")
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


def test_the_bucket_alone_brings_it_back(cluster: Cluster) -> None:
    load(cluster, _ROWS + 7000, 10)  # only WAL has these
    expected = cluster.rows()
    cluster.archive()
    cluster.stop()
    shutil.rmtree(cluster.data)
    for name in ("backup", "archive"):
        shutil.rmtree(cluster.repository / name)
    [listed] = json.loads(cluster.run("pgbackrest", "info", "--output=json").stdout)
    backup = max(each["label"] for each in listed["backup"])
    begun = time.monotonic()
    done = cluster.script("restore", "--backup-id", backup, "--target", "latest")
    assert done.returncode == 0, done.stderr
    cluster.start()
    print(f"\nrestored from the bucket and serving in {time.monotonic() - begun:.1f} s")  # noqa: T201  the times are the drill's result
    assert cluster.rows() == expected
    # The place beside the database is prepared again by the next backup.
    again = cluster.script("initiate")
    assert again.returncode == 0, again.stderr
