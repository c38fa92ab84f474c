"""The embedded server through races, kills and bad folders: nothing committed is lost and nothing is left behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from db.engine import is_alive
from workbench.adapters import postgres_guardian
from workbench.adapters.embedded_postgres import EmbeddedPostgres
from workbench.adapters.postgres_account import first_closed, server_account
from workbench.adapters.postgres_guardian import processes_on
from workbench.domain.errors import SetupError

# A user of the server in a process of its own: takes it, writes a row, says so, and does what the last argument says.
_USER = """
import sys, time, psycopg
from pathlib import Path
from db.engine import is_alive
from workbench.adapters.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), is_alive=is_alive)
for _ in range(int(sys.argv[2])):
    url = server.acquire()
    try:
        with psycopg.connect(url) as connection:
            # Two that make a table at once both find it missing, and the later one fails: PostgreSQL's own race.
            connection.execute("select pg_advisory_xact_lock(1)")
            connection.execute("create table if not exists kept (at timestamptz default clock_timestamp())")
            connection.execute("insert into kept default values")
        print("written", flush=True)
        time.sleep(float(sys.argv[3]))
    finally:
        server.release()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder, is_alive=is_alive)
    yield server
    server.release()
    assert processes_on(folder / "data") == []


def _user(folder: Path, *, times: int = 1, seconds: float = 0.0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _USER, str(folder), str(times), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def _stored(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from kept").fetchone()
    assert row is not None
    return int(row[0])


def _keep(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists kept (at timestamptz default clock_timestamp())")
        connection.execute("insert into kept default values")


def _until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def _postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def _guardian(folder: Path) -> int:
    return int(Path(f"/proc/{_postmaster(folder)}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_first_use_makes_it_and_the_last_release_stops_it(server: EmbeddedPostgres, folder: Path) -> None:
    other = EmbeddedPostgres(folder, is_alive=is_alive)
    url = server.acquire()
    assert other.acquire() == url
    server.release()
    assert is_alive(url)
    other.release()
    assert not is_alive(url)
    assert processes_on(folder / "data") == []
    assert not server.socket_folder.exists()


def test_text_sorts_and_compares_alike_on_every_machine(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.acquire()) as connection:
        row = connection.execute(
            "select datlocprovider, datlocale, pg_encoding_to_char(encoding), current_setting('timezone')"
            " from pg_database where datname = 'workbench'"
        ).fetchone()
    assert row == ("b", "C.UTF-8", "UTF8", "UTC")


def test_processes_that_start_use_and_stop_it_at_once_all_get_through(folder: Path) -> None:
    users = [_user(folder, times=4) for _ in range(5)]
    ends = [(user.communicate(timeout=200), user.returncode) for user in users]
    assert [code for _, code in ends] == [0] * 5, ends
    assert processes_on(folder / "data") == []
    server = EmbeddedPostgres(folder, is_alive=is_alive)
    try:
        assert _stored(server.acquire()) == 20
    finally:
        server.release()


def test_a_killed_user_leaves_no_server_and_all_it_committed(server: EmbeddedPostgres, folder: Path) -> None:
    user = _user(folder, seconds=600)
    assert user.stdout is not None
    assert user.stdout.readline() == "written\n"
    user.kill()
    user.communicate()
    _until(lambda: processes_on(folder / "data") == [])
    assert _stored(server.acquire()) == 1


def test_ctrl_c_in_the_terminal_reaches_the_user_of_the_server_and_not_the_server(folder: Path) -> None:
    other = EmbeddedPostgres(folder, is_alive=is_alive)
    user = _user(folder, seconds=600)
    assert user.stdout is not None
    user.stdout.readline()
    url = other.acquire()
    os.killpg(user.pid, signal.SIGINT)
    user.communicate(timeout=60)
    assert user.returncode != 0
    assert _stored(url) == 1
    other.release()
    assert processes_on(folder / "data") == []


def test_a_killed_server_is_started_again_for_those_who_use_it(server: EmbeddedPostgres, folder: Path) -> None:
    url = server.acquire()
    _keep(url)
    killed = _postmaster(folder)
    os.kill(killed, signal.SIGKILL)
    _until(lambda: is_alive(url) and _postmaster(folder) != killed)
    assert _stored(url) == 1


def test_a_killed_guardian_is_replaced(server: EmbeddedPostgres, folder: Path) -> None:
    url = server.acquire()
    _keep(url)
    killed, before = _guardian(folder), _postmaster(folder)
    os.kill(killed, signal.SIGKILL)
    _until(lambda: is_alive(url) and _postmaster(folder) != before and _guardian(folder) != killed)
    assert _stored(url) == 1


def test_after_everything_was_killed_the_next_use_finds_what_was_committed(server: EmbeddedPostgres, folder: Path) -> None:
    user = _user(folder, seconds=600)
    assert user.stdout is not None
    user.stdout.readline()
    guardian, postmaster = _guardian(folder), _postmaster(folder)
    for pid in (user.pid, guardian, postmaster):
        os.kill(pid, signal.SIGKILL)
    user.communicate()
    assert _stored(server.acquire()) == 1


def test_a_stale_claim_whose_id_another_program_has_now_is_not_believed(server: EmbeddedPostgres, folder: Path) -> None:
    _keep(server.acquire())
    postmaster, guardian = _postmaster(folder), _guardian(folder)
    claim = (folder / "data" / "postmaster.pid").read_text()
    lock = server.socket_folder / ".s.PGSQL.5432.lock"
    lock_text = lock.read_text()
    server.release()
    assert postmaster != guardian
    prefix = server_account([]).prefix  # the same account as the server's: PostgreSQL ignores other ones by itself
    stranger = subprocess.Popen([*prefix, "sleep", "600"])
    try:
        for path, text in ((folder / "data" / "postmaster.pid", claim), (lock, lock_text)):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace(str(postmaster), str(stranger.pid), 1))
        (lock.with_name(".s.PGSQL.5432")).touch()
        assert _stored(server.acquire()) == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_set_up_that_was_cut_short_begins_again(server: EmbeddedPostgres, folder: Path) -> None:
    (folder / "data.new" / "base").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    (folder / "data").mkdir()
    assert is_alive(server.acquire())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("PG_VERSION", "17\n", r"was written by PostgreSQL 17, and this is 18"),
        ("base/1", "", r"is broken: PG_VERSION is missing"),
    ],
)
def test_a_folder_that_is_not_ours_to_use_is_refused_and_stays(
    server: EmbeddedPostgres, folder: Path, name: str, content: str, said: str
) -> None:
    file = folder / "data" / name
    file.parent.mkdir(parents=True)
    file.write_text(content)
    with pytest.raises(SetupError, match=said) as refused:
        server.acquire()
    assert refused.value.hint
    assert file.read_text() == content


def test_damaged_data_are_refused_with_the_reason_of_postgresql(server: EmbeddedPostgres, folder: Path) -> None:
    server.acquire()
    server.release()
    control = folder / "data" / "global" / "pg_control"
    control.write_bytes(control.read_bytes()[:100])
    with pytest.raises(SetupError, match=r"PostgreSQL does not start: .*pg_control"):
        server.acquire()
    assert processes_on(folder / "data") == []


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="cannot be stored in") as refused:
        EmbeddedPostgres(tmp_path / "file" / "postgres", is_alive=is_alive).acquire()
    assert "\n" not in str(refused.value)


def test_closed_folders_above_stay_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "home" / "postgres", is_alive=is_alive)
    try:
        assert is_alive(server.acquire())
    finally:
        server.release()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ['it\'s "here", $HOME; `x`', "ünïcode", "long" * 40])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    server = EmbeddedPostgres(tmp_path / name / "postgres", is_alive=is_alive)
    try:
        assert is_alive(server.acquire())
    finally:
        server.release()
    assert not server.socket_folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server has another account")
def test_the_account_of_roots_server_cannot_ask_it(server: EmbeddedPostgres) -> None:
    url = server.acquire()
    account = server_account([server.folder])
    connect = "import sys, psycopg; psycopg.connect(sys.argv[1])"
    asked = subprocess.run(
        [*account.prefix, sys.executable, "-c", connect, url], capture_output=True, text=True, check=False, cwd="/"
    )
    assert asked.returncode != 0
    assert "peer authentication failed" in asked.stderr.lower()


def test_closed_programs_come_before_closed_folders(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.touch(mode=0o700)
    tmp_path.chmod(0o700)
    assert first_closed([tmp_path, program]) == program
    assert first_closed([Path("/")]) is None


def test_the_log_keeps_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_guardian, "_LONGEST_LOG_BYTES", 1000)
    lines, log = tmp_path / "lines", tmp_path / "server.log"
    lines.write_bytes(b"".join(b"%099d\n" % number for number in range(95)))
    with lines.open("rb") as stream:
        postgres_guardian.copy_bounded(stream, log)
    older = tmp_path / "server.log.1"
    assert older.read_bytes() + log.read_bytes() == lines.read_bytes()[-1500:]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lines", "server.log", "server.log.1"]
