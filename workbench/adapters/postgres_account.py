"""Under which account the embedded server runs: the user's own, or for root an unprivileged one.

PostgreSQL refuses to run as root. As root it runs as `nobody`, in a data folder that belongs to `nobody`; where folders
above that are closed to others (a home below `/root`, a private temporary folder) the server is given the right to pass
through them, and nothing else, instead of opening folders that are not ours.
"""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import stat
import subprocess  # nosec B404
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import SetupError

# linux/capability.h. Either lets a process pass closed folders; the first does not let it write, or run a closed program.
# Containers drop some.
_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """Who owns the data (`None`: who runs this process), and what to put before a program to run it as that account."""

    uid: int | None
    gid: int | None
    prefix: tuple[str, ...]

    def own(self, folder: Path) -> None:
        """Makes the folder, where it is missing, for this account alone."""
        folder.mkdir(exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def server_account(paths: Iterable[Path]) -> ServerAccount:
    """The account for a server that must reach `paths`; raises SetupError when root has none that can."""
    if os.geteuid() != 0:
        _check_named(os.geteuid())
        return ServerAccount(None, None, _ends_with_parent())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise SetupError("root's database runs as the account `nobody`, and this system has none", hint=_AS_USER) from None
    if shutil.which("setpriv") is None:
        raise SetupError("root's database needs the program setpriv (package util-linux)", hint=_AS_USER)
    prefix = ["setpriv", "--reuid", str(nobody.pw_uid), "--regid", str(nobody.pw_gid), "--clear-groups", "--no-new-privs"]
    if closed := first_closed(paths):
        capability = _passing_capability(to_execute=closed.is_file())
        if capability is None:
            hint = f"open {closed} to others, set WORKBENCH_HOME to a folder they may enter, or use an ordinary account"
            raise SetupError(f"root's database runs as the account `nobody`, which may not enter {closed}", hint=hint)
        prefix += [f"--{kind}-caps=-all,+{capability}" for kind in ("inh", "ambient")]
    return ServerAccount(nobody.pw_uid, nobody.pw_gid, (*prefix, "--pdeathsig", "INT"))


def _check_named(uid: int) -> None:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        hint = "add it to /etc/passwd, or use an account that is there"
        raise SetupError(f"the account with the number {uid} has no name here, and PostgreSQL wants one", hint=hint) from None


_AS_USER = "run the workbench as an ordinary user"


def first_closed(paths: Iterable[Path]) -> Path | None:
    """A folder on the way to, and including, one of `paths` that other accounts may not enter, or a program they may not run.

    Programs come before folders: they ask for more.
    """
    parts = {part for path in paths for part in (path.resolve(), *path.resolve().parents)}
    closed = [part for part in parts if not part.stat().st_mode & stat.S_IXOTH]
    return min(closed, key=lambda part: (part.is_dir(), len(part.parts)), default=None)


def _passing_capability(*, to_execute: bool) -> str | None:
    usable = [name for name in _CAPABILITIES if not (to_execute and name == "dac_read_search")]
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    held = next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapPrm:")), 0)
    return next((name for name in usable if held >> _CAPABILITIES[name] & 1), None)


@functools.cache
def _ends_with_parent() -> tuple[str, ...]:
    """What makes a program stop when its parent is killed; nothing where the system has no such thing (macOS, busybox)."""
    prefix = ("setpriv", "--pdeathsig", "INT")
    if shutil.which("setpriv") is None:
        return ()
    tried = subprocess.run([*prefix, "true"], check=False, capture_output=True, stdin=subprocess.DEVNULL)  # nosec B603
    return prefix if tried.returncode == 0 else ()
