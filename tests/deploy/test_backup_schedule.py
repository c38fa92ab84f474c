"""When backups are made and verified: the script with a clock of the test's, and with stand-ins for what it calls."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY

_SUNDAY = "2026-11-29"

# Each says that it was called; a backup counts from now, as the real one's metric does.
_INITIATE = """echo initiate >>"$CALLS"
[ ! -e "$STATE_FOLDER/broken" ] || exit 1
echo "$*" >>"$STATE_FOLDER/arguments"
bucket="$(date -u +%s)"
[ ! -e "$STATE_FOLDER/away" ] || bucket=0
printf 'workbench_backup_timestamp_seconds{place="%s"} %s\\n' 2 "$bucket" 1 "$(date -u +%s)" >"$METRICS_FOLDER/backup.prom"
[ ! -e "$STATE_FOLDER/away" ]
"""
_VERIFY = """echo verify >>"$CALLS"
is_good=1
[ ! -e "$STATE_FOLDER/broken" ] || is_good=0
name=workbench_backup_verified
printf '%s %s\\n' $name $is_good "${name}_timestamp_seconds" "$(date -u +%s)" >"$METRICS_FOLDER/verified.prom"
[ $is_good = 1 ]
"""


class Schedule:
    """The script in a folder of its own; `at` runs its loop as if these were the moments at which it looked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("state", "metrics", "bin"):
            (folder / name).mkdir()
        shutil.copy(DEPLOY / "backup" / "schedule.sh", folder)
        (folder / "initiate.sh").write_text(_INITIATE)
        (folder / "verify.sh").write_text(_VERIFY)
        # The clock; where there is no further moment, the end.
        self._program("date", 'head -n 1 "$MOMENTS"')
        self._program("sleep", 'sed -i 1d "$MOMENTS"; [ -s "$MOMENTS" ]')

    def _program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def at(self, *moments: str) -> list[str]:
        """What was called."""
        times = [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]
        (self.folder / "moments").write_text("".join(f"{int(time.timestamp())}\n" for time in times))
        calls = self.folder / "calls"
        calls.write_text("")
        environment = {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "STATE_FOLDER": str(self.folder / "state"),
            "METRICS_FOLDER": str(self.folder / "metrics"), "MOMENTS": str(self.folder / "moments"), "CALLS": str(calls),
        }  # fmt: skip
        ran = subprocess.run(["sh", self.folder / "schedule.sh"], env=environment, capture_output=True, text=True, check=False)
        assert ran.stderr == ""
        return calls.read_text().split()


@pytest.fixture
def schedule(tmp_path: Path) -> Schedule:
    return Schedule(tmp_path)


def test_the_first_start_makes_a_backup_and_tries_it(schedule: Schedule) -> None:
    assert schedule.at("2026-11-25 13:00", "2026-11-25 13:01") == ["initiate", "verify"]
    assert {path.name for path in (schedule.folder / "metrics").glob("*.prom")} == {"backup.prom", "verified.prom"}


def test_a_backup_each_day_at_two_and_a_trial_each_sunday_at_four(schedule: Schedule) -> None:
    schedule.at("2026-11-27 13:00")
    assert schedule.at("2026-11-28 01:59", "2026-11-28 02:00", "2026-11-28 02:01", "2026-11-28 23:59") == ["initiate"]
    assert schedule.at(f"{_SUNDAY} 02:00", f"{_SUNDAY} 03:59") == ["initiate"]
    assert schedule.at(f"{_SUNDAY} 04:00", f"{_SUNDAY} 04:01", f"{_SUNDAY} 23:00") == ["verify"]
    # The host was off for two days: one backup, at once.
    assert schedule.at("2026-12-02 01:00", "2026-12-02 01:01") == ["initiate"]


def test_what_failed_is_tried_again_after_a_while(schedule: Schedule) -> None:
    broken = schedule.folder / "state" / "broken"
    broken.touch()
    assert schedule.at("2026-11-27 02:00", "2026-11-27 02:14", "2026-11-27 02:15") == ["initiate", "initiate"]
    broken.unlink()
    assert schedule.at("2026-11-27 02:30") == ["initiate", "verify"]
    broken.touch()
    times = (f"{_SUNDAY} 04:00", f"{_SUNDAY} 09:59", f"{_SUNDAY} 10:00")
    assert schedule.at("2026-11-28 02:00") == ["initiate"]
    assert [call for call in schedule.at(*times) if call == "verify"] == ["verify", "verify"]


def test_a_place_that_is_away_is_tried_again_for_the_same_day(schedule: Schedule) -> None:
    away = schedule.folder / "state" / "away"
    away.touch()
    # The trial restores what the other place has.
    assert schedule.at("2026-11-27 02:00", "2026-11-27 02:01", "2026-11-27 02:15") == ["initiate", "verify", "initiate"]
    away.unlink()
    assert schedule.at("2026-11-27 09:00", "2026-11-27 09:01") == ["initiate"]
    day = int(datetime.fromisoformat("2026-11-27 02:00+00:00").timestamp())
    assert (schedule.folder / "state" / "arguments").read_text().splitlines() == [f"--since {day}"] * 3
