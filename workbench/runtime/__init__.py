"""Assembles the components; the only package that names concrete adapters."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property, partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import engine as db_engine
from db import migrate
from db.server import check_server, server_facts
from db.timeouts import Timeouts
from db.timescale import ChunkPlan, apply_plan
from workbench import tracing
from workbench.adapters.embedded_postgres import EmbeddedPostgres
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import SetupError
from workbench.domain.rights.ownership import Caller
from workbench.runtime.questions import EveryResearch
from workbench.runtime.secrets import database_address, with_secrets
from workbench.service_settings import (
    EmbeddedDatabase,
    FolderObjects,
    MiniLmEmbeddings,
    OpenAiEmbeddings,
    OpenIdSignIn,
    PostgresDatabase,
    TesseractOcr,
)
from workbench.service_settings import RedisCache as RedisCacheSettings
from workbench.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from workbench.adapters.cache import RedisCache
    from workbench.adapters.lake import Lake
    from workbench.domain.operations.first_start import FirstStart
    from workbench.domain.operations.reports import ReportFigure
    from workbench.ports import (
        Cache,
        DatabaseAddress,
        Embedder,
        IdentityProvider,
        MartsBuilder,
        Notifier,
        ObjectStore,
        RequestWindows,
        TextRecognizer,
    )
    from workbench.runtime.changes import Changes
    from workbench.runtime.company_cache import CompanyCache


class Workbench(EveryResearch):
    """Everything an entry point needs, opened and closed together. Create it with `open_workbench`.

    `now` is the clock of scheduled jobs; `filling` is the progress of a first start, None outside of one.
    """

    filling: FirstStart | None = None

    def __init__(
        self,
        settings: Settings,
        database: db_engine.Database,
        objects: ObjectStore,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self.database = database
        self.objects = objects
        self.now = now

    @cached_property
    def embedder(self) -> Embedder:
        """The fast model that embeds new passages at once; its weights are read at first use."""
        return fast_embedder()

    @cached_property
    def better_embedder(self) -> Embedder | None:
        """The chosen model, which embeds in the background and is searched once complete; None to use the fast one alone."""
        return better_embedder(self.settings)

    @cached_property
    def recognizer(self) -> TextRecognizer | None:
        """Text recognition for scanned documents; None if the settings choose none."""
        return recognizer(self.settings)

    @cached_property
    def cache(self) -> Cache:
        """The cache of frequent results."""
        chosen = cache(self.settings)
        if not tracing.is_on():
            return chosen
        from workbench.adapters.traced import TracedCache

        return TracedCache(chosen)

    @cached_property
    def notifier(self) -> Notifier:
        """The notification channels of the settings."""
        return notifier(self.settings)

    @cached_property
    def webhooks(self) -> Notifier:
        """The signed webhooks of the settings, which get reports."""
        return webhooks(self.settings)

    @cached_property
    def identity_provider(self) -> IdentityProvider | None:
        """The provider that users may sign in with; None for passwords alone."""
        return identity_provider(self.settings)

    @cached_property
    def company_cache(self) -> CompanyCache:
        """Companies by ticker or CIK, for a long-running process."""
        from workbench.runtime.company_cache import CompanyCache

        return CompanyCache(self.database, self.cache, self.data_changes)

    @cached_property
    def data_changes(self) -> Changes:
        """What the database notifies of changes by any process, for a long-running one."""
        from workbench.runtime.changes import Changes

        return Changes(self.database)

    def sql(
        self,
        query: str,
        parameters: Sequence[Any] = (),
        *,
        snapshot: str | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
    ) -> pd.DataFrame:
        """Queries the newest snapshot of the lake, or a named one, with SQL (DuckDB); `?` in the query stand for `parameters`.

        `describe` lists the tables; `frames` are further ones, by the names that the query has for them. Raises NotFound
        without a snapshot, InvalidRequest for a query that cannot be answered or a name that is no name of a table.
        """
        with lake(self.settings, self.objects).ask(query, parameters, snapshot=snapshot, frames=frames or {}) as answer:
            return answer.df()

    def describe(self, table: str | None = None) -> pd.DataFrame:
        """One row a column of the lake's tables, or of one: table, column, type and what it means; needs no snapshot.

        Raises InvalidRequest for an unknown table.
        """
        from workbench.analysis.operations.lake_dictionary import dictionary_frame
        from workbench.ingest.operations.lake import lake_columns

        return dictionary_frame(lake_columns(), table)

    def close(self) -> None:
        """Closes what this object opened; the caller that opened the database closes it."""
        if "data_changes" in self.__dict__:
            self.data_changes.close()
        if (provider := self.__dict__.get("identity_provider")) is not None:
            provider.close()


@contextmanager
def open_workbench(settings: Settings | None = None) -> Iterator[Workbench]:
    """Starts embedded services, migrates the database and yields the workbench; closes all of it at the end of the block.

    Raises SetupError with a hint when a component is not available.
    """
    named = settings or Settings.load()
    settings = with_secrets(named)
    start_tracing(settings)
    with connect(named) as database:
        migrate.upgrade(database.engine, statement_seconds=database.timeouts.schema_statement_seconds)
        _apply_chunk_plan(settings, database)
        with closing(Workbench(settings, database, object_store(settings))) as workbench:
            yield workbench


def start_tracing(settings: Settings) -> None:
    """Records what this process does from here on, if the settings name where traces go."""
    tracing.configure(settings.traces, version=version("corporate-intel-workbench"))


def _apply_chunk_plan(settings: Settings, database: db_engine.Database) -> None:
    chosen = settings.database
    if isinstance(chosen, PostgresDatabase):
        plan = ChunkPlan(chosen.price_chunk_days, chosen.event_chunk_days, chosen.compress_after_days)
        with database.write() as connection:
            apply_plan(connection, plan)


def open_for_notebook(settings: Settings | None = None) -> Workbench:
    """The workbench for an interactive session, open until the interpreter ends; raises as `open_workbench` does.

    In a report run (`FIGURE_LOG` names a file) every queried figure is appended to that file, and searches find what the
    owner of the run (`REPORT_CALLER`) may read.
    """
    stack = ExitStack()
    workbench = stack.enter_context(open_workbench(settings))
    atexit.register(stack.close)
    if file := os.environ.get(FIGURE_LOG):
        workbench.on_figures = partial(_append_figures, Path(file))
    if caller := os.environ.get(REPORT_CALLER):
        workbench.caller = Caller.parse(caller)
    if "IPython" in sys.modules:
        from workbench.runtime.completion import offer_names

        offer_names(workbench.database)
    return workbench


FIGURE_LOG = "REPORT_FIGURE_LOG"
REPORT_CALLER = "REPORT_CALLER"


def _append_figures(file: Path, figures: Sequence[ReportFigure]) -> None:
    from workbench.analysis.operations.report_figures import to_lines

    with file.open("a", encoding="utf-8") as log:
        log.write(to_lines(figures))


@contextmanager
def connect(settings: Settings) -> Iterator[db_engine.Database]:
    """The database without migration; starts the embedded one.

    Raises SetupError for a database that cannot be reached or lacks what the workbench needs.
    """
    with ExitStack() as stack:
        address: str | DatabaseAddress
        if isinstance(settings.database, EmbeddedDatabase):
            server = EmbeddedPostgres(settings.home / "postgres", is_alive=db_engine.is_alive)
            stack.callback(server.release)
            address = server.acquire()
        else:
            address = database_address(settings, settings.database)
        size, overflow = settings.database.pool_size, settings.database.pool_overflow
        database = db_engine.Database(address, pool_size=size, pool_overflow=overflow, timeouts=_timeouts(settings))
        stack.callback(database.close)
        if not isinstance(settings.database, EmbeddedDatabase):
            with database.read() as connection:
                check_server(server_facts(connection))
        yield database


def is_new(settings: Settings) -> bool:
    """Whether the embedded database does not exist yet, so that its first start is to come."""
    return isinstance(settings.database, EmbeddedDatabase) and not (settings.home / "postgres" / "data").exists()


def _timeouts(settings: Settings) -> Timeouts:
    chosen = settings.database
    return Timeouts(
        connect_seconds=chosen.connect_timeout_seconds,
        statement_seconds=chosen.statement_timeout_seconds,
        job_statement_seconds=chosen.job_statement_timeout_seconds,
        schema_statement_seconds=chosen.schema_statement_timeout_seconds,
        idle_transaction_seconds=chosen.idle_transaction_timeout_seconds,
        lock_seconds=chosen.lock_timeout_seconds,
        pool_seconds=chosen.pool_timeout_seconds,
        network_seconds=chosen.network_timeout_seconds,
    )


def object_store(settings: Settings) -> ObjectStore:
    """The chosen object store; nothing is created before the first put."""
    store = _object_store(settings)
    if not tracing.is_on():
        return store
    from workbench.adapters.traced import TracedObjectStore

    return TracedObjectStore(store)


def _object_store(settings: Settings) -> ObjectStore:
    chosen = with_secrets(settings).objects
    if isinstance(chosen, FolderObjects):
        return FolderStore(settings.home / "objects")
    from workbench.adapters.bucket_rules import BucketRules
    from workbench.adapters.minio_store import MinioStore

    return MinioStore(
        chosen.endpoint,
        bucket=chosen.bucket,
        access_key=chosen.access_key.get_secret_value(),
        secret_key=chosen.secret_key.get_secret_value(),
        region=chosen.region,
        timeout_seconds=chosen.timeout_seconds,
        rules=BucketRules(chosen.versioning, chosen.keep_versions_days, chosen.replicate_to, chosen.replication_role),
    )


def lake(settings: Settings, objects: ObjectStore | None = None) -> Lake:
    """The lake in the chosen object store; its files are copied to the home folder at first use."""
    from workbench.adapters.lake import Lake

    limits = settings.lake
    return Lake(objects or object_store(settings), settings.home / "lake", seconds=limits.seconds, megabytes=limits.megabytes)


def notifier(settings: Settings) -> Notifier:
    """The notification channels; no service is contacted before the first message."""
    from workbench.adapters.notifier import AppriseNotifier

    channels = with_secrets(settings).alerts.channels
    return AppriseNotifier({name: address.get_secret_value() for name, address in channels.items()})


def webhooks(settings: Settings) -> Notifier:
    """The signed webhooks; no service is contacted before the first message."""
    from workbench.adapters.signed_webhooks import SignedWebhooks

    chosen = with_secrets(settings).reports.webhooks
    return SignedWebhooks({name: address.get_secret_value() for name, address in chosen.items()})


def identity_provider(settings: Settings) -> IdentityProvider | None:
    """The chosen OpenID Connect provider, contacted with the first sign-in; None for passwords alone."""
    chosen = with_secrets(settings).sign_in
    if not isinstance(chosen, OpenIdSignIn):
        return None
    from workbench.adapters.openid_provider import OpenIdProvider

    return OpenIdProvider(
        chosen.issuer,
        client_id=chosen.client_id,
        client_secret=chosen.client_secret.get_secret_value() if chosen.client_secret else None,
        scopes=chosen.scopes,
        timeout_seconds=chosen.timeout_seconds,
    )


def marts_builder(settings: Settings, database: db_engine.Database) -> MartsBuilder:
    """The builder of the marts in this database; a build raises SetupError without the dbt of the settings."""
    from workbench.adapters.dbt import DbtMarts

    project = Path(str(files("db"))) / "dbt"
    chosen, folder = settings.marts, settings.home / "run" / "dbt"
    return DbtMarts(chosen.dbt, database.url, project=project, folder=folder, timeout_seconds=chosen.timeout_seconds)


def cache(settings: Settings) -> Cache:
    """The chosen cache; Redis is contacted at first use."""
    if isinstance(settings.cache, RedisCacheSettings):
        return redis_cache(settings)
    from workbench.adapters.cache import ProcessCache

    return ProcessCache(settings.cache.entries)


def request_windows(settings: Settings) -> RequestWindows:
    """Counts the requests of callers: in the Redis of the cache for all processes, else in this process."""
    chosen = with_secrets(settings).cache
    if isinstance(chosen, RedisCacheSettings):
        from workbench.adapters.shared_request_windows import SharedWindows

        return SharedWindows(chosen.url.get_secret_value(), timeout_seconds=chosen.timeout_seconds)
    from workbench.adapters.request_windows import ProcessWindows

    return ProcessWindows()


def redis_cache(settings: Settings) -> RedisCache:
    """The Redis of the settings; raises SetupError when none is configured."""
    chosen = with_secrets(settings).cache
    if not isinstance(chosen, RedisCacheSettings):
        raise SetupError("no Redis is configured", hint="set WORKBENCH_CACHE__KIND=redis and WORKBENCH_CACHE__URL")
    from workbench.adapters.cache import RedisCache

    return RedisCache(chosen.url.get_secret_value(), timeout_seconds=chosen.timeout_seconds)


def fast_embedder() -> Embedder:
    """The embedding model that every workbench starts with."""
    from workbench.adapters.embedder import WordLlamaEmbedder

    return WordLlamaEmbedder()


def recognizer(settings: Settings) -> TextRecognizer | None:
    """The chosen text recognition, None for none."""
    chosen = settings.ocr
    if not isinstance(chosen, TesseractOcr):
        return None
    from workbench.adapters.tesseract import Tesseract

    return Tesseract(chosen.program, languages=chosen.languages, timeout_seconds=chosen.timeout_seconds)


def better_embedder(settings: Settings, *, threads: int = 1) -> Embedder | None:
    """The chosen embedding model, None if that is the fast one; `threads` is the number of cores for a local one."""
    chosen = settings.embeddings
    if isinstance(chosen, MiniLmEmbeddings):
        from workbench.adapters.minilm import MiniLmEmbedder

        return MiniLmEmbedder(threads=threads)
    if isinstance(chosen, OpenAiEmbeddings):
        from workbench.adapters.openai_embedder import OpenAiEmbedder

        return OpenAiEmbedder(
            chosen.url,
            chosen.model,
            dimensions=chosen.dimensions,
            key=chosen.api_key.get_secret_value() if chosen.api_key else None,
            sends_dimensions=chosen.sends_dimensions,
            timeout_seconds=chosen.timeout_seconds,
        )
    return None
