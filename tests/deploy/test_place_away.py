"""A bucket that is away stops neither the backups nor the archive beside the database, and has everything when it is back."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator

import pytest

from tests.deploy.archived_server import Cluster, archived_server
from tests.deploy.role_stack import until

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with archived_server(io_timeout=1) as running:
        yield running


def _times(cluster: Cluster) -> dict[str, int]:
    """When the newest backup of each place ended, by the metric."""
    text = (cluster.folder / "metrics" / "backup.prom").read_text()
    found = re.findall(r'^workbench_backup_timestamp_seconds\{place="(\d)"\} (\d+)$', text, re.MULTILINE)
    return {place: int(seconds) for place, seconds in found}


def _labels(cluster: Cluster, place: int) -> list[str]:
    [listed] = json.loads(cluster.run("pgbackrest", "info", f"--repo={place}", "--output=json").stdout)
    return [each["label"] for each in listed["backup"]]


def _newest_wal(cluster: Cluster, place: int) -> str:
    [listed] = json.loads(cluster.run("pgbackrest", "info", f"--repo={place}", "--output=json").stdout)
    return max((str(each["max"]) for each in listed["archive"] if each["max"]), default="")


def _write(cluster: Cluster, first: int) -> str:
    """Ten rows that only WAL has; its segment."""
    rows = "select n, n % 7, 'us-gaap:Assets', n * 1234.5, now()"
    cluster.ask(f"insert into facts {rows} from generate_series({first}, {first + 9}) n")
    [(segment,)] = cluster.ask("select pg_walfile_name(pg_switch_wal())")
    return str(segment)


def _await_beside(cluster: Cluster, segment: str) -> None:
    until(lambda: _newest_wal(cluster, 1) >= segment, f"{segment} beside the database", seconds=180)


def test_the_place_beside_the_database_goes_on_while_the_bucket_is_away(cluster: Cluster) -> None:
    both = cluster.script("initiate")
    assert both.returncode == 0, both.stderr
    before = _times(cluster)
    cluster.bucket.stop()
    for first in (0, 10, 20):  # PostgreSQL asks for the first segment alone, the others follow it
        _await_beside(cluster, _write(cluster, first))
    waiting = cluster.ask("select archived_count, failed_count > 0 from pg_stat_archiver")
    assert waiting[0][1] is True  # which the alert watches

    partly = cluster.script("initiate")
    assert partly.returncode == 1
    [line] = partly.stderr.splitlines()
    made = _labels(cluster, 1)[-1]
    assert re.fullmatch(rf"initiate: no backup in place 2: .*connect.*; the other places have {made}", line), line
    after = _times(cluster)
    assert after["1"] > before["1"]
    assert after["2"] == before["2"]  # so that its alert counts from the last one
    # The next attempt of the day is for the missing place alone.
    again = cluster.script("initiate", "--since", str(after["1"]))
    assert again.returncode == 1
    assert again.stderr.endswith("nothing was changed\n")
    assert _labels(cluster, 1)[-1] == made


def test_a_moment_comes_back_while_the_bucket_is_away(cluster: Cluster) -> None:
    _await_beside(cluster, _write(cluster, 30))
    time.sleep(1.1)
    [(moment,)] = cluster.ask("select clock_timestamp()::text")
    expected = cluster.rows()
    time.sleep(1.1)
    cluster.ask("delete from facts where id < 15")
    _await_beside(cluster, _write(cluster, 50))
    cluster.stop()
    shutil.rmtree(cluster.data)
    restored = cluster.script("restore", "--target", str(moment))
    assert restored.returncode == 0, restored.stderr
    cluster.start()
    assert cluster.rows() == expected


def test_the_bucket_gets_what_waited_and_its_backup_when_it_is_back(cluster: Cluster) -> None:
    segment = _write(cluster, 70)
    _await_beside(cluster, segment)
    beside = _labels(cluster, 1)
    cluster.bucket.start()
    until(lambda: _newest_wal(cluster, 2) >= segment, "the segment in the bucket", seconds=240)
    cluster.archive()
    assert not (cluster.folder / "data.ahead").exists()
    done = cluster.script("initiate", "--since", str(_times(cluster)["1"]))
    assert done.returncode == 0, done.stderr
    assert _labels(cluster, 2)[-1] == done.stdout.strip()
    assert _labels(cluster, 1) == beside
