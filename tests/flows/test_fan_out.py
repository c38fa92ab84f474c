"""Fanning out over processes; `test_ray.py` asks the same of Ray."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path

import pytest

from flows.fan_out import end_imports, fan_out, import_ahead
from tests.flows.conftest import ROOT
from tests.flows.doubles import misbehave, square, times
from workbench.domain.errors import MalformedDocument, SetupError, SourceUnavailable
from workbench.settings import LocalFanOut, Settings

ITEMS = ["fine-1", "die-always", "once-die", "fine-2", "rubbish", "once-away", "away-always", "fine-3"]


def expect_each_as_it_should(home: Path, results: dict[str, tuple[str | None, type[Exception] | None]]) -> None:
    """Every item once: the fine ones with their result, the poison ones given up after their tries."""
    assert {item: result for item, (result, _) in results.items() if result} == {
        item: item for item in ("fine-1", "fine-2", "fine-3", "once-die", "once-away")
    }
    errors = {item: error for item, (_, error) in results.items() if error}
    assert errors == {"die-always": MalformedDocument, "rubbish": MalformedDocument, "away-always": SourceUnavailable}
    assert times(home, "rubbish") == 1  # it would be rubbish again
    assert times(home, "away-always") == 2
    assert times(home, "die-always") in (2, 3)  # in a pool nobody can say whose death was the first
    assert times(home, "once-die") == 2


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, fan_out=LocalFanOut(workers=2))


def test_the_work_of_dead_workers_is_done_again_and_poison_is_given_up(settings: Settings) -> None:
    done = list(fan_out(misbehave, ITEMS, settings))
    assert sorted(each.item for each in done) == sorted(ITEMS)
    results = {each.item: (each.result, type(each.error) if each.error else None) for each in done}
    expect_each_as_it_should(settings.home, results)


def test_only_as_many_items_are_taken_as_can_soon_be_worked_on(settings: Settings) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    for finished, done in enumerate(fan_out(square, items(), settings), start=1):
        assert done.result == done.item**2
        assert len(taken) <= finished + 4
    assert sorted(int(line) for line in (settings.home / "done").read_text().split()) == list(range(50))


def test_a_mistake_in_the_program_belongs_to_its_item(settings: Settings) -> None:
    done = {each.item: each for each in fan_out(misbehave, ["fine-1", "bug", "fine-2"], settings)}
    assert [done[item].result for item in ("fine-1", "fine-2")] == ["fine-1", "fine-2"]
    assert isinstance(done["bug"].error, ZeroDivisionError)


def test_a_database_that_is_gone_ends_the_whole(settings: Settings) -> None:
    with pytest.raises(SetupError):
        list(fan_out(misbehave, ["fine-1", "gone"], settings))


def test_nothing_to_do_is_no_work(settings: Settings) -> None:
    assert list(fan_out(square, [], settings)) == []


def test_workers_end_with_the_process_that_started_them(settings: Settings) -> None:
    program = """
import sys
from pathlib import Path
from flows.fan_out import fan_out
from tests.flows.conftest import ROOT
from tests.flows.doubles import linger
from workbench.settings import LocalFanOut, Settings
if __name__ == "__main__":
    list(fan_out(linger, range(2), Settings(home=Path(sys.argv[1]), fan_out=LocalFanOut(workers=2))))
"""
    file = settings.home / "program.py"
    file.write_text(program)
    parent = subprocess.Popen([sys.executable, file, settings.home], env=os.environ | {"PYTHONPATH": str(ROOT)})
    names = [settings.home / f"worker-{item}" for item in range(2)]
    until(lambda: all(name.exists() and name.read_text() for name in names))
    workers = [int(name.read_text()) for name in names]
    parent.kill()
    parent.wait()
    until(lambda: not any(is_running(worker) for worker in workers))


def test_what_workers_are_forked_from_starts_ahead_and_ends_when_told(settings: Settings) -> None:
    end_imports()
    import_ahead("tests.flows.doubles")
    server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    assert is_running(server)
    assert [done.result for done in fan_out(square, [3], settings)] == [9]
    assert forkserver._forkserver._forkserver_pid == server  # type: ignore[attr-defined]
    end_imports()
    assert not is_running(server)
    assert [done.result for done in fan_out(square, [4], settings)] == [16]


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 50
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
