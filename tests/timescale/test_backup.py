"""A backup with hypertables comes back whole, or not at all, as on plain PostgreSQL."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.market.prices import BarsSaved, daily_bars, save_bars
from tests.deploy.test_backup import *  # noqa: F403
from tests.deploy.test_backup import Script, listing, named
from tests.timescale.test_schema import VIEWS, bar, fill, refresh, rows
from workbench.domain.identity import Ticker

_JOBS = sa.text("select job_id from timescaledb_information.jobs where config ? 'compress_after' order by job_id")
_COMPRESSED = sa.text("select count(*) from timescaledb_information.chunks where is_compressed")
_RESTORING = sa.text("show timescaledb.restoring")


def compress(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for job in connection.scalars(_JOBS).all():
            connection.execute(sa.text(f"call run_job({job})"))


def test_hypertables_compressed_chunks_aggregates_and_policies_come_back(
    database: Database, script: Script, target: str, tmp_path: Path
) -> None:
    fill(database)
    refresh(database)
    compress(database)
    (tmp_path / "objects").mkdir()
    dump = Path(script("dump.sh", objects="objects").stdout.split()[-1])
    listed = dump.with_suffix(".contents").read_text().splitlines()
    assert {line.split()[0] for line in listed} >= {"hypertable", "aggregate", "policy"}
    done = script("load.sh", objects="again")
    assert done.returncode == 0, done.stderr
    assert listing(script, database, named(database, target), tmp_path) == listed

    restored = Database(named(database, target))
    for view in VIEWS:
        assert rows(restored, view) == rows(database, view)
    with database.read() as before, restored.read() as connection:
        assert connection.scalar(_RESTORING) == "off"
        assert connection.scalar(_COMPRESSED) == before.scalar(_COMPRESSED) > 0
        assert daily_bars(connection, Ticker("NKE")) == daily_bars(before, Ticker("NKE"))
    # It goes on as a hypertable: a correction into a compressed chunk, a bar in a chunk to come, and the aggregates after it.
    with restored.write() as connection:
        corrected = [bar(date(2024, 1, 3), Decimal("99.5")), bar(date(2031, 1, 3), Decimal("70"))]
        assert save_bars(connection, corrected) == BarsSaved(new=1, changed=1)
    compress(restored)
    refresh(restored)
    (week,) = (row for row in rows(restored, "weekly_prices") if (row[0], row[2]) == ("NKE", date(2024, 1, 1)))
    assert week[5] == Decimal("101.5")  # the highest, two above the corrected close
    restored.close()


def test_a_dump_of_another_timescaledb_is_refused(database: Database, script: Script, target: str, tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    contents = Path(script("dump.sh", objects="objects").stdout.split()[-1]).with_suffix(".contents")
    text = contents.read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("extension timescaledb "))
    contents.write_text(text.replace(line, "extension timescaledb 1.7.5"))
    done = script("load.sh", objects="again")
    assert done.returncode == 1
    assert "the server has not TimescaleDB 1.7.5; nothing was changed" in done.stderr
    with pytest.raises(sa.exc.OperationalError, match="does not exist"), Database(named(database, target)).engine.connect():
        pass
