"""The concrete parts that the settings choose. None contacts its service before it is used."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from db import engine as db_engine
from workbench import tracing
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import SetupError
from workbench.domain.operations.stored_settings import CHANNELS, WEBHOOKS
from workbench.runtime.secrets import vault_login, with_secrets
from workbench.runtime.stored_settings import LiveAddresses, StoredSettings
from workbench.service_settings import (
    FolderObjects,
    MiniLmEmbeddings,
    OpenAiEmbeddings,
    OpenIdSignIn,
    TesseractOcr,
    VaultSecrets,
)
from workbench.service_settings import RedisCache as RedisCacheSettings
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.adapters.cache import RedisCache
    from workbench.adapters.keys.sealing import Sealer
    from workbench.adapters.lake import Lake
    from workbench.ports import (
        Cache,
        ColumnCipher,
        Embedder,
        IdentityProvider,
        MartsBuilder,
        Notifier,
        ObjectStore,
        RequestWindows,
        TextRecognizer,
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
        access_key=chosen.access_key.get_secret_value,
        secret_key=chosen.secret_key.get_secret_value,
        region=chosen.region,
        timeout_seconds=chosen.timeout_seconds,
        rules=BucketRules(chosen.versioning, chosen.keep_versions_days, chosen.replicate_to, chosen.replication_role),
    )


def lake(settings: Settings, objects: ObjectStore | None = None) -> Lake:
    """The lake in the chosen object store; its files are copied to the home folder at first use."""
    from workbench.adapters.lake import Lake

    limits = settings.lake
    return Lake(objects or object_store(settings), settings.home / "lake", seconds=limits.seconds, megabytes=limits.megabytes)


def notifier(current: Callable[[], Settings]) -> Notifier:
    """The notification channels of the settings that count now; no service is contacted before the first message."""
    from workbench.adapters.notifier import AppriseNotifier

    return AppriseNotifier(LiveAddresses(current, CHANNELS))


def webhooks(current: Callable[[], Settings]) -> Notifier:
    """The signed webhooks of the settings that count now; no service is contacted before the first message."""
    from workbench.adapters.signed_webhooks import SignedWebhooks

    return SignedWebhooks(LiveAddresses(current, WEBHOOKS))


def stored_settings(settings: Settings, database: db_engine.Database) -> StoredSettings:
    """The settings together with what administrators stored in the database, which is not asked yet."""
    return StoredSettings(settings, database, lambda: sealer(settings))


def sealer(settings: Settings) -> Sealer:
    """What encrypts secrets in the database; raises SetupError as `signing_key` does, since its key follows from that."""
    from workbench.adapters.keys.sealing import Sealer
    from workbench.adapters.keys.signing_key import signing_key

    return Sealer(signing_key(settings), column_cipher(settings))


def column_cipher(settings: Settings) -> ColumnCipher | None:
    """The service that encrypts secrets in the database, contacted at first use; None for the key of the settings."""
    chosen = settings.secrets
    if not isinstance(chosen, VaultSecrets) or chosen.transit is None:
        return None
    from workbench.adapters.vault.transit import TransitCipher

    return TransitCipher(
        chosen.address,
        login=vault_login(chosen),
        key=chosen.transit,
        mount=chosen.transit_mount,
        timeout_seconds=chosen.timeout_seconds,
    )


def identity_provider(settings: Settings) -> IdentityProvider | None:
    """The chosen OpenID Connect provider, contacted with the first sign-in; None for passwords alone."""
    chosen = with_secrets(settings).sign_in
    if not isinstance(chosen, OpenIdSignIn):
        return None
    from workbench.adapters.openid_provider import OpenIdProvider

    return OpenIdProvider(
        chosen.issuer,
        client_id=chosen.client_id,
        client_secret=chosen.client_secret.get_secret_value if chosen.client_secret else None,
        scopes=chosen.scopes,
        timeout_seconds=chosen.timeout_seconds,
    )


def marts_builder(settings: Settings, database: db_engine.Database) -> MartsBuilder:
    """The builder of the marts in this database; a build raises SetupError without the dbt of the settings."""
    from workbench.adapters.dbt import DbtMarts

    project = Path(str(files("db"))) / "dbt"
    chosen, folder = settings.marts, settings.home / "run" / "dbt"
    return DbtMarts(chosen.dbt, database.owner.url, project=project, folder=folder, timeout_seconds=chosen.timeout_seconds)


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

        return SharedWindows(chosen.url.get_secret_value, timeout_seconds=chosen.timeout_seconds)
    from workbench.adapters.request_windows import ProcessWindows

    return ProcessWindows()


def redis_cache(settings: Settings) -> RedisCache:
    """The Redis of the settings; raises SetupError when none is configured."""
    chosen = with_secrets(settings).cache
    if not isinstance(chosen, RedisCacheSettings):
        raise SetupError("no Redis is configured", hint="set WORKBENCH_CACHE__KIND=redis and WORKBENCH_CACHE__URL")
    from workbench.adapters.cache import RedisCache

    return RedisCache(chosen.url.get_secret_value, timeout_seconds=chosen.timeout_seconds)


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
            key=chosen.api_key.get_secret_value if chosen.api_key else None,
            sends_dimensions=chosen.sends_dimensions,
            timeout_seconds=chosen.timeout_seconds,
        )
    return None
